#include "dialogs/exportdialog.h"

#include "theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

enum What : int { Everything, Shown };

QString words(const LogView &view)
{
    const QString filter = view.filter.matchesEverything() ? QString() : view.filter.text();
    if (!view.connections)
        return ExportDialog::tr("What the log shows: %1").arg(filter);
    const QString connections = view.connections->size() == 1 ? ExportDialog::tr("1 connection") : ExportDialog::tr("%1 connections").arg(view.connections->size());
    return filter.isEmpty() ? ExportDialog::tr("What the log shows: %1").arg(connections) : ExportDialog::tr("What the log shows: %1, %2").arg(connections, filter);
}

} // namespace

ExportDialog::ExportDialog(const LogView &view, QWidget *parent)
    : QDialog(parent), m_view(view), m_format(new QComboBox(this)), m_what(new QComboBox(this)), m_unit(new QComboBox(this)),
      m_mask(new QCheckBox(tr("Mask what looks like a secret"), this)), m_hint(new QLabel(this))
{
    setWindowTitle(tr("Export"));
    m_format->setObjectName(QStringLiteral("exportFormat"));
    for (const exchange::FormatInfo &info : exchange::formats())
        m_format->addItem(QString::fromLatin1(info.words), static_cast<int>(info.format));
    m_what->setObjectName(QStringLiteral("exportWhat"));
    m_what->addItem(tr("Everything"), What::Everything);
    if (!m_view.isEverything()) {
        m_what->addItem(words(m_view), What::Shown);
        m_what->setCurrentIndex(1);
    }
    m_unit->setObjectName(QStringLiteral("exportUnit"));
    m_unit->addItem(tr("A line for each frame"), static_cast<int>(exchange::Unit::Frames));
    m_unit->addItem(tr("A line for each message"), static_cast<int>(exchange::Unit::Messages));
    m_mask->setObjectName(QStringLiteral("exportMask"));
    m_mask->setChecked(true);   // who sends a file on should have to choose to send its secrets
    m_mask->setToolTip(tr("Overwrites with asterisks the values of Authorization, Cookie and the like, and passwords and tokens by their look."));
    m_hint->setWordWrap(true);
    setRole(m_hint, "caption");
    m_hint->setMinimumWidth(Theme::instance().scaled(360));

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton *go = buttons->addButton(tr("Choose a file…"), QDialogButtonBox::AcceptRole);
    go->setObjectName(QStringLiteral("exportGo"));
    go->setDefault(true);
    setRole(go, "primary");
    auto *form = new QFormLayout;
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("What"), m_what);
    form->addRow(tr("Lines"), m_unit);
    form->addRow(QString(), m_mask);
    form->addRow(QString(), m_hint);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space16, metrics::space16, metrics::space16, metrics::space16);
    column->setSpacing(metrics::space16);
    column->addLayout(form);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::check);
    connect(m_what, &QComboBox::currentIndexChanged, this, &ExportDialog::check);
    connect(m_mask, &QCheckBox::toggled, this, &ExportDialog::check);
    check();
}

const exchange::FormatInfo &ExportDialog::format() const
{
    return exchange::formatInfo(static_cast<exchange::Format>(m_format->currentData().toInt()));
}

exchange::ExportOptions ExportDialog::options() const
{
    exchange::ExportOptions options;
    options.format = format().format;
    if (format().units == exchange::FormatInfo::Units::Either)
        options.unit = static_cast<exchange::Unit>(m_unit->currentData().toInt());
    if (m_what->currentData().toInt() == What::Shown) {
        options.filter = m_view.filter;
        options.connections = m_view.connections;
    }
    options.secrets = m_mask->isChecked() ? exchange::Secrets::Masked : exchange::Secrets::Kept;
    return options;
}

void ExportDialog::check()
{
    m_unit->setEnabled(format().units == exchange::FormatInfo::Units::Either);
    QStringList hints;
    if (format().wholeConnections && m_what->currentData().toInt() == What::Shown)
        hints += tr("Packets hold whole connections: all of those in which something matches.");
    if (!m_mask->isChecked())
        hints += tr("Passwords, tokens and cookies go into the file as they were sent.");
    m_hint->setText(hints.join(QLatin1Char(' ')));
}

} // namespace wsw::desktop
