#include "panes/hostpane.h"

#include "panes/forms/compressionfields.h"
#include "panes/forms/formmemory.h"
#include "panes/forms/portfield.h"
#include "panes/forms/tlsclientfields.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "widgets/filefield.h"
#include "widgets/foldsection.h"
#include "widgets/inlinemessage.h"
#include "workspace.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

namespace wsw::desktop {

using session::Behaviour;
using session::Strictness;

namespace {

const auto portKey = QStringLiteral("host/port");
const auto addressKey = QStringLiteral("host/address");
const auto behaviourKey = QStringLiteral("host/behaviour");
const auto prefixKey = QStringLiteral("host/prefix");
const auto strictnessKey = QStringLiteral("host/strictness");
const auto nameKey = QStringLiteral("host/name");
const auto subprotocolsKey = QStringLiteral("host/subprotocols");
const auto certificateKey = QStringLiteral("host/certificate");
const auto keyKey = QStringLiteral("host/key");

const QString pemFilter()
{
    return HostPane::tr("Certificates and keys (*.pem *.crt *.cer *.key);;All files (*)");
}

bool isLoopback(const QString &address)
{
    return address == QLatin1String("localhost") || address == QLatin1String("::1") || address.startsWith(QLatin1String("127."));
}

} // namespace

HostPane::HostPane(Workspace *workspace, QWidget *parent)
    : EndpointForm(workspace, tr("Start"), "hostStart", parent)
    , m_address(new QComboBox(this))
    , m_reach(new QLabel(this))
    , m_port(new PortField(workspace, portKey, session::HostOptions().port, this))
    , m_behaviour(new QComboBox(this))
    , m_compression(new CompressionFields(CompressionFields::Use::Host, this))
    , m_strictness(new QComboBox(this))
    , m_prefix(new QLineEdit(this))
    , m_name(new QLineEdit(this))
    , m_subprotocols(new QLineEdit(this))
    , m_certificate(new FileField(QStringLiteral("hostCertificate"), tr("Server certificate"), pemFilter(), this))
    , m_key(new FileField(QStringLiteral("hostKey"), tr("Key of the server certificate"), pemFilter(), this))
{
    build();
    recall();
    connect(m_behaviour, &QComboBox::currentIndexChanged, this, &HostPane::showConsequences);
    connect(m_address, &QComboBox::editTextChanged, this, &HostPane::showConsequences);
    showConsequences();
    finish();
}

void HostPane::recall()
{
    const QSettings settings;
    m_address->setEditText(settings.value(addressKey, QStringLiteral("127.0.0.1")).toString());
    m_behaviour->setCurrentIndex(qMax(0, m_behaviour->findData(settings.value(behaviourKey, 0))));
    m_strictness->setCurrentIndex(qMax(0, m_strictness->findData(settings.value(strictnessKey, 0))));
    m_prefix->setText(settings.value(prefixKey, session::HostOptions().prefix).toString());
    m_name->setText(settings.value(nameKey).toString());
    m_subprotocols->setText(settings.value(subprotocolsKey).toString());
    m_certificate->setPath(settings.value(certificateKey).toString());
    m_key->setPath(settings.value(keyKey).toString());
    // What is in force is seen.
    const bool isPlain = m_name->text().isEmpty() && m_subprotocols->text().isEmpty() && m_strictness->currentIndex() == 0
        && m_certificate->path().isEmpty() && m_key->path().isEmpty();
    m_advanced->setExpanded(!isPlain);
}

void HostPane::remember() const
{
    QSettings settings;
    settings.setValue(addressKey, m_address->currentText().trimmed());
    m_port->remember();
    settings.setValue(behaviourKey, m_behaviour->currentData());
    settings.setValue(prefixKey, m_prefix->text());
    settings.setValue(strictnessKey, m_strictness->currentData());
    settings.setValue(nameKey, m_name->text().trimmed());
    formmemory::keepSubprotocols(subprotocolsKey, splitList(m_subprotocols->text()));
    settings.setValue(certificateKey, m_certificate->path());
    settings.setValue(keyKey, m_key->path());
    m_compression->remember();
}

void HostPane::build()
{
    m_port->setObjectName(QStringLiteral("hostPort"));
    m_behaviour->setObjectName(QStringLiteral("hostBehaviour"));
    m_behaviour->addItem(tr("Echo every message"), static_cast<int>(Behaviour::Echo));
    m_behaviour->addItem(tr("Echo behind a prefix"), static_cast<int>(Behaviour::Prefix));
    m_behaviour->addItem(tr("Pass on to all other clients"), static_cast<int>(Behaviour::Broadcast));
    m_behaviour->addItem(tr("Stay silent"), static_cast<int>(Behaviour::Silent));
    m_prefix->setObjectName(QStringLiteral("hostPrefix"));
    m_address->setObjectName(QStringLiteral("hostAddress"));
    m_address->setEditable(true);
    m_address->addItems({QStringLiteral("127.0.0.1"), QStringLiteral("localhost"), QStringLiteral("::1"), QStringLiteral("0.0.0.0"),
                         QStringLiteral("::")});
    setRole(m_reach, "caption");
    m_reach->setWordWrap(true);

    addField(tr("Port"), m_port);
    addField(tr("With every message"), m_behaviour);
    m_prefixRow = addField(tr("Prefix"), m_prefix);
    addField(tr("Address"), m_address);
    addWidget(m_reach);
    addWidget(makeCompressionSection(m_compression, this));
    m_advanced = new FoldSection(tr("Name, subprotocols, rules, TLS"), buildAdvanced(), this);
    addWidget(m_advanced);
}

QWidget *HostPane::buildAdvanced()
{
    auto *advanced = new QWidget(this);
    auto *column = new QVBoxLayout(advanced);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space8);
    m_name->setObjectName(QStringLiteral("hostName"));
    m_name->setPlaceholderText(tr("By what it does"));
    m_subprotocols->setObjectName(QStringLiteral("hostSubprotocols"));
    m_subprotocols->setPlaceholderText(tr("chat, superchat"));
    addField(column, tr("Name"), m_name);
    addField(column, tr("Subprotocols, most wanted first"), m_subprotocols);
    m_strictness->setObjectName(QStringLiteral("hostStrictness"));
    m_strictness->addItem(tr("Fail the connection, as the RFC says"), static_cast<int>(Strictness::Strict));
    m_strictness->addItem(tr("Record it and serve on"), static_cast<int>(Strictness::Lenient));
    addField(column, tr("With a client that breaks the rules"), m_strictness);
    addField(column, tr("TLS certificate (PEM); makes it wss://"), m_certificate);
    addField(column, tr("TLS key (PEM)"), m_key);
    return advanced;
}

void HostPane::focusFirst()
{
    m_port->propose();
    m_port->setFocus();
    m_port->selectAll();
}

void HostPane::showConsequences()
{
    m_prefixRow->setVisible(m_behaviour->currentData().toInt() == static_cast<int>(Behaviour::Prefix));
    const QString address = m_address->currentText().trimmed();
    m_reach->setText(isLoopback(address) ? tr("Reachable from this computer only.") : tr("Reachable from other computers."));
}

Result<session::HostOptions> HostPane::options() const
{
    session::HostOptions options;
    options.name = m_name->text().trimmed();
    options.address = m_address->currentText().trimmed();
    options.port = m_port->port();
    options.behaviour = static_cast<Behaviour>(m_behaviour->currentData().toInt());
    options.prefix = m_prefix->text();
    options.subprotocols = splitList(m_subprotocols->text());
    options.compression = m_compression->policy();
    options.compressionLevel = m_compression->level();
    options.strictness = static_cast<Strictness>(m_strictness->currentData().toInt());
    if (m_certificate->path().isEmpty() != m_key->path().isEmpty()) {
        return Error{ErrorKind::Usage, tr("A TLS certificate and its key belong together."), tr("Choose both, or neither."), {}};
    }
    if (!m_certificate->path().isEmpty()) {
        options.tls = session::TlsServerOptions{m_certificate->path(), m_key->path()};
    }
    return options;
}

Result<EndpointId> HostPane::start(session::Workbench &workbench)
{
    const auto options = this->options();
    if (!options)
        return options.error();
    return workbench.startHost(*options);
}

void HostPane::started(const session::EndpointInfo &info)
{
    remember();
    workspace()->selectEndpoint(info.id);
}

void HostPane::failed(const session::EndpointInfo &info)
{
    if (info.nextFreePort == 0)
        return;
    message()->addAction(tr("Use %1").arg(info.nextFreePort), QStringLiteral("hostUseFreePort"), [this, port = info.nextFreePort] {
        m_port->setValue(port);
        tryAgain(port);
    });
}

} // namespace wsw::desktop
