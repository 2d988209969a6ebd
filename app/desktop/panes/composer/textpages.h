#pragma once

#include "panes/composer/composerpage.h"

class QLabel;
class QPlainTextEdit;

namespace wsw::desktop {

/// Any text, sent as one text message.
class TextPage final : public ComposerPage
{
    Q_OBJECT
public:
    explicit TextPage(QWidget *parent = nullptr);

    void compose(const Done &done) override;
    [[nodiscard]] QJsonObject save() const override;
    void load(const QJsonObject &content) override;
    [[nodiscard]] QString summary() const override;
    void focusFirst() override;
    void setText(const QString &text);

private:
    QPlainTextEdit *m_edit;
    QLabel *m_status;
};

/// JSON text: checked as it is typed, put in order on demand, sent as a text message.
class JsonPage final : public ComposerPage
{
    Q_OBJECT
public:
    explicit JsonPage(QWidget *parent = nullptr);

    void compose(const Done &done) override;
    [[nodiscard]] QJsonObject save() const override;
    void load(const QJsonObject &content) override;
    [[nodiscard]] QString summary() const override;
    void focusFirst() override;

private:
    void check();
    void rewrite(QString (*with)(const QString &));

    QPlainTextEdit *m_edit;
    QLabel *m_status;
};

} // namespace wsw::desktop
