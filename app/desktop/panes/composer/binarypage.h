#pragma once

#include "panes/composer/composerpage.h"

namespace wsw::desktop {

class ByteEditor;

/// Bytes typed as hex or base64, sent as one binary message.
class BinaryPage final : public ComposerPage
{
    Q_OBJECT
public:
    explicit BinaryPage(QWidget *parent = nullptr);

    void compose(const Done &done) override;
    [[nodiscard]] QJsonObject save() const override;
    void load(const QJsonObject &content) override;
    [[nodiscard]] QString summary() const override;
    void focusFirst() override;
    void setBytes(const QByteArray &bytes);

private:
    ByteEditor *m_editor;
};

} // namespace wsw::desktop
