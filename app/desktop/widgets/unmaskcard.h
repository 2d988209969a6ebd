#pragma once

#include "capture/record.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace wsw::desktop {

/// Unmasks a payload one byte at a time, in hex and in bits: masked byte XOR key byte = plain byte (RFC 6455, 5.3).
/// Left and Right step, Escape closes.
class UnmaskCard final : public QFrame
{
    Q_OBJECT
public:
    explicit UnmaskCard(QWidget *parent = nullptr);

    /// Begins at the first byte of a masked frame with a payload; looks at the part of the payload that @p frame holds.
    void setFrame(const capture::Record &frame);
    void goTo(qsizetype payloadByte);
    [[nodiscard]] qsizetype current() const noexcept { return m_at; }

Q_SIGNALS:
    void stepped(qsizetype payloadByte);
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void render();

    QByteArray m_plain;         ///< the part of the payload that can be stepped through
    quint64 m_total = 0;
    wire::MaskingKey m_key{};
    qsizetype m_at = 0;
    QLabel *m_title;
    QLabel *m_steps;
    QPushButton *m_back;
    QPushButton *m_next;
};

} // namespace wsw::desktop
