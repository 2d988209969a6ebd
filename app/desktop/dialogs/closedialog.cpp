#include "dialogs/closedialog.h"

#include "base/limits.h"
#include "theme/theme.h"
#include "wire/closecode.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

/// RFC 6455, 5.5.1: the code takes two of a control frame's 125 bytes.
constexpr qsizetype maxReasonBytes = static_cast<qsizetype>(limits::controlPayloadBytes) - 2;

} // namespace

CloseDialog::CloseDialog(QWidget *parent)
    : QDialog(parent), m_code(new QSpinBox(this)), m_reason(new QLineEdit(this)), m_meaning(new QLabel(this)),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Cancel, this))
{
    setWindowTitle(tr("Close the connection"));
    m_code->setObjectName(QStringLiteral("closeDialogCode"));
    m_code->setRange(0, 65535);
    m_code->setValue(1000);
    m_reason->setObjectName(QStringLiteral("closeDialogReason"));
    m_reason->setPlaceholderText(tr("Reason, may be empty"));
    setRole(m_meaning, "caption");
    m_meaning->setMinimumWidth(Theme::instance().scaled(280));
    QPushButton *send = m_buttons->addButton(tr("Send Close"), QDialogButtonBox::AcceptRole);
    send->setObjectName(QStringLiteral("closeDialogSend"));
    send->setDefault(true);
    setRole(send, "primary");

    auto *form = new QFormLayout;
    form->addRow(tr("Code"), m_code);
    form->addRow(QString(), m_meaning);
    form->addRow(tr("Reason"), m_reason);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space16, metrics::space16, metrics::space16, metrics::space16);
    column->addLayout(form);
    column->addWidget(m_buttons);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_code, &QSpinBox::valueChanged, this, &CloseDialog::check);
    connect(m_reason, &QLineEdit::textChanged, this, &CloseDialog::check);
    check();
}

quint16 CloseDialog::code() const
{
    return static_cast<quint16>(m_code->value());
}

QString CloseDialog::reason() const
{
    return m_reason->text();
}

void CloseDialog::check()
{
    const qsizetype bytes = m_reason->text().toUtf8().size();
    const bool codeFits = wire::maySendCloseCode(code());
    const bool reasonFits = bytes <= maxReasonBytes;
    QString text = wire::closeCodeName(code());
    if (!codeFits)
        text += tr(" · must not be sent; the Composer can send it as a crafted frame");
    else if (!reasonFits)
        text = tr("The reason has %1 bytes; a Close frame holds %2.").arg(bytes).arg(maxReasonBytes);
    m_meaning->setText(text);
    for (QAbstractButton *button : m_buttons->buttons()) {
        if (m_buttons->buttonRole(button) == QDialogButtonBox::AcceptRole)
            button->setEnabled(codeFits && reasonFits);
    }
}

} // namespace wsw::desktop
