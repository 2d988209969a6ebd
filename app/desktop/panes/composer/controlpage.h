#pragma once

#include "panes/composer/composerpage.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace wsw::desktop {

class ColumnScroll;

/// Ping, Pong and Close: frames that the protocol itself lives by (RFC 6455, 5.5).
class ControlPage final : public ComposerPage
{
    Q_OBJECT
public:
    explicit ControlPage(QWidget *parent = nullptr);

    void compose(const Done &done) override;
    [[nodiscard]] QJsonObject save() const override;
    void load(const QJsonObject &content) override;
    [[nodiscard]] QString summary() const override;
    [[nodiscard]] QString sendLabel() const override;
    void focusFirst() override;
    void disarm() override { choose(Kind::Ping); }

    [[nodiscard]] bool sendsMessages() const override { return false; }
    [[nodiscard]] int wholeHeight() const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    using Kind = session::Outgoing::Kind;

    void build();
    void choose(Kind kind);
    void sendAs(Kind kind);
    void showState();
    [[nodiscard]] Result<session::Outgoing> composePing() const;
    [[nodiscard]] Result<session::Outgoing> composeClose() const;
    /// The code typed or chosen; 0: none, an empty Close; nothing where it is no number.
    [[nodiscard]] std::optional<quint16> closeCode() const;

    ColumnScroll *m_scroll = nullptr;
    Kind m_kind = Kind::Ping;   ///< what Send sends: the row that was used last
    QLineEdit *m_payload;
    QComboBox *m_payloadFormat;
    QLabel *m_payloadState;
    QComboBox *m_code;
    QLineEdit *m_reason;
    QLabel *m_closeState;
};

} // namespace wsw::desktop
