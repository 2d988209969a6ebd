#include "panes/forms/tlsclientfields.h"

#include "theme/theme.h"
#include "widgets/filefield.h"
#include "widgets/tokentext.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

namespace wsw::desktop {

namespace {

void addLabelled(QVBoxLayout *column, const QString &label, QWidget *field)
{
    auto *caption = new QLabel(label);
    setRole(caption, "caption");
    caption->setWordWrap(true);
    caption->setBuddy(field);
    column->addWidget(caption);
    column->addWidget(field);
}

} // namespace

TlsClientFields::TlsClientFields(QWidget *parent)
    : QWidget(parent)
{
    const QString pem = tr("Certificates and keys (*.pem *.crt *.cer *.key);;All files (*)");
    m_authority = new FileField(QStringLiteral("tlsAuthority"), tr("Further trusted authority"), pem, this);
    m_certificate = new FileField(QStringLiteral("tlsCertificate"), tr("Client certificate"), pem, this);
    m_key = new FileField(QStringLiteral("tlsKey"), tr("Key of the client certificate"), pem, this);
    m_serverName = new QLineEdit(this);
    m_serverName->setObjectName(QStringLiteral("tlsServerName"));
    m_serverName->setPlaceholderText(tr("The URL's host"));
    m_ignoreErrors = new QCheckBox(tr("Connect in spite of failed checks"), this);
    m_ignoreErrors->setObjectName(QStringLiteral("tlsIgnoreErrors"));
    m_ignoreErrors->setToolTip(tr("Not remembered: after each start the checks count again"));
    auto *warning = new QLabel(tr("⚠ Anyone on the path could read and change what is sent. For tests only."), this);
    setRole(warning, "problem");
    warning->setWordWrap(true);
    warning->hide();
    connect(m_ignoreErrors, &QCheckBox::toggled, warning, &QWidget::setVisible);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space4);
    addLabelled(column, tr("Further trusted authority (PEM)"), m_authority);
    addLabelled(column, tr("Client certificate (PEM)"), m_certificate);
    addLabelled(column, tr("Its key (PEM)"), m_key);
    addLabelled(column, tr("Server name to ask for and to check"), m_serverName);
    column->addWidget(m_ignoreErrors);
    column->addWidget(warning);
}

Result<session::TlsClientOptions> TlsClientFields::options() const
{
    if (m_certificate->path().isEmpty() != m_key->path().isEmpty()) {
        return Error{ErrorKind::Usage, tr("A client certificate and its key belong together."),
                     tr("Choose both, or neither."), {}};
    }
    session::TlsClientOptions options;
    options.authorityFile = m_authority->path();
    options.certificateFile = m_certificate->path();
    options.keyFile = m_key->path();
    options.serverName = m_serverName->text().trimmed();
    options.ignoreErrors = m_ignoreErrors->isChecked();
    return options;
}

QList<std::pair<QString, QLineEdit *>> TlsClientFields::lines() const
{
    return {{QStringLiteral("authority"), m_authority->edit()}, {QStringLiteral("certificate"), m_certificate->edit()},
            {QStringLiteral("key"), m_key->edit()}, {QStringLiteral("serverName"), m_serverName}};
}

void TlsClientFields::remember(const QString &group) const
{
    QSettings settings;
    settings.beginGroup(group);
    for (const auto &[name, line] : lines())
        settings.setValue(name, line->text().trimmed());
}

void TlsClientFields::recall(const QString &group)
{
    QSettings settings;
    settings.beginGroup(group);
    for (const auto &[name, line] : lines())
        line->setText(settings.value(name).toString());
}

bool TlsClientFields::isPlain() const
{
    const auto all = lines();
    return !m_ignoreErrors->isChecked() && std::all_of(all.cbegin(), all.cend(), [](const auto &line) { return line.second->text().trimmed().isEmpty(); });
}

} // namespace wsw::desktop
