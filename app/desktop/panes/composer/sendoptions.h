#pragma once

#include "session/types.h"

#include <QList>
#include <QObject>

class QComboBox;
class QSpinBox;
class QWidget;

namespace wsw::desktop {

/// How what is composed is sent: in fragments, again and again, compressed or not. Small controls, to be put in a bar.
class SendOptions final : public QObject
{
    Q_OBJECT
public:
    /// The controls become children of @p bar.
    explicit SendOptions(QWidget *bar);

    /// Each control with its label, in their order.
    [[nodiscard]] const QList<QWidget *> &widgets() const noexcept { return m_widgets; }
    /// @p outgoing as these options want it; only messages have any.
    [[nodiscard]] session::Outgoing applied(session::Outgoing outgoing) const;
    /// 0: once.
    [[nodiscard]] int repeatMs() const;
    /// Leaves out what is for messages only.
    void setForMessages(bool messages);
    /// Whether compression has been agreed with the target; where not, there is nothing to choose.
    void setCompressionAgreed(bool agreed);

private:
    void add(const QString &label, QWidget *field, QWidget *bar);

    QList<QWidget *> m_widgets;
    QSpinBox *m_fragmentBytes;
    QSpinBox *m_repeatMs;
    QComboBox *m_compress;
};

} // namespace wsw::desktop
