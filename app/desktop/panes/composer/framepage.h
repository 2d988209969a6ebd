#pragma once

#include "panes/composer/composerpage.h"
#include "panes/composer/framedraft.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace wsw::desktop {

class ByteEditor;
class ColumnScroll;

/// A single frame with every bit free, lawful or not, and what it breaks said before it is sent; or bytes without any frame.
class FramePage final : public ComposerPage
{
    Q_OBJECT
public:
    explicit FramePage(QWidget *parent = nullptr);

    void compose(const Done &done) override;
    [[nodiscard]] QJsonObject save() const override;
    void load(const QJsonObject &content) override;
    [[nodiscard]] QString summary() const override;
    [[nodiscard]] QString sendLabel() const override;
    void focusFirst() override;
    [[nodiscard]] bool sendsMessages() const override { return false; }
    [[nodiscard]] int wholeHeight() const override;
    void setSender(Role sender) override;
    void sent(const session::Outgoing &outgoing) override;
    void targetReplaced() override;

    /// Loads a frame for editing; the payload is unmasked.
    void setFrame(const wire::FrameHeader &header, const QByteArray &payload);

private:
    QWidget *buildHeaderRows();
    QWidget *buildPreview();
    void listen();
    void update();
    /// Whether the payload goes out as it is, without a header.
    [[nodiscard]] bool isRaw() const;
    void setRaw(bool raw);
    void showRaw();
    [[nodiscard]] Result<session::Outgoing> composeFrame() const;
    [[nodiscard]] FrameDraft draft() const;
    [[nodiscard]] std::optional<wire::MaskingKey> key() const;
    void randomizeKey();
    [[nodiscard]] QString previewOf(const wire::FrameHeader &header, const QByteArray &payload) const;

    ColumnScroll *m_scroll = nullptr;
    Role m_sender = Role::Client;
    wire::FrameJudge m_judge;       ///< has seen the frames that this page sent to the target
    QCheckBox *m_fin;
    std::array<QCheckBox *, 3> m_rsv{};
    QComboBox *m_opcode;
    QCheckBox *m_masked;
    QLineEdit *m_key;
    QComboBox *m_lengthForm;
    QCheckBox *m_trueLength;
    QLineEdit *m_declared;
    QCheckBox *m_raw;
    QList<QWidget *> m_headerParts;     ///< without meaning while raw
    ByteEditor *m_payload;
    QLabel *m_preview;
    QLabel *m_judgement;
};

} // namespace wsw::desktop
