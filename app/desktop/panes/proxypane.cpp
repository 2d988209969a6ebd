#include "panes/proxypane.h"

#include "panes/forms/compressionfields.h"
#include "panes/forms/portfield.h"
#include "panes/forms/tlsclientfields.h"
#include "panes/forms/viafield.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "widgets/foldsection.h"
#include "widgets/inlinemessage.h"
#include "widgets/urledit.h"
#include "workspace.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

const auto portKey = QStringLiteral("proxy/port");
const auto targetKey = QStringLiteral("proxy/target");
const auto addressKey = QStringLiteral("proxy/address");
const auto tlsGroup = QStringLiteral("proxy/tls");

} // namespace

ProxyPane::ProxyPane(Workspace *workspace, QWidget *parent)
    : EndpointForm(workspace, tr("Start"), "proxyStart", parent)
    , m_port(new PortField(workspace, portKey, session::ProxyOptions().port, this))
    , m_target(new UrlEdit(this))
    , m_targetProblem(new QLabel(this))
    , m_explanation(new QLabel(this))
    , m_address(new QComboBox(this))
    , m_compression(new CompressionFields(CompressionFields::Use::Proxy, this))
    , m_via(new ViaField(QStringLiteral("proxyVia"), QStringLiteral("proxy/via"), this))
    , m_tls(new TlsClientFields(this))
{
    m_port->setObjectName(QStringLiteral("proxyPort"));
    m_target->setObjectName(QStringLiteral("proxyTarget"));
    m_target->setPlaceholderText(QStringLiteral("wss://example.com/chat"));
    setRole(m_targetProblem, "problem");
    m_targetProblem->setObjectName(QStringLiteral("proxyTargetProblem"));
    m_targetProblem->setWordWrap(true);
    setRole(m_explanation, "caption");
    m_explanation->setWordWrap(true);
    m_address->setObjectName(QStringLiteral("proxyAddress"));
    m_address->setEditable(true);
    m_address->addItems({QStringLiteral("127.0.0.1"), QStringLiteral("localhost"), QStringLiteral("::1"), QStringLiteral("0.0.0.0")});

    addField(tr("Listen on port"), m_port);
    addField(tr("Pass on to"), m_target);
    addWidget(m_targetProblem);
    addWidget(m_explanation);
    addWidget(makeCompressionSection(m_compression, this));
    auto *advanced = new QWidget(this);
    auto *column = new QVBoxLayout(advanced);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space8);
    addField(column, tr("Listen on address"), m_address);
    addField(column, tr("Reach the target through an outgoing proxy"), m_via);
    column->addWidget(m_tls);
    auto *advancedSection = new FoldSection(tr("Address, outgoing proxy, TLS"), advanced, this);
    addWidget(advancedSection);

    const QSettings settings;
    m_target->setText(settings.value(targetKey).toString());
    m_address->setEditText(settings.value(addressKey, session::ProxyOptions().address).toString());
    m_tls->recall(tlsGroup);
    advancedSection->setExpanded(!m_tls->isPlain() || !m_via->isEmpty()); // what is in force is seen
    connect(m_port, &QSpinBox::valueChanged, this, &ProxyPane::showState);
    connect(m_target, &UrlEdit::checked, this, &ProxyPane::showState);
    showState();
    finish();
}

void ProxyPane::focusFirst()
{
    m_port->propose();
    m_port->setFocus();
    m_port->selectAll();
}

void ProxyPane::showState()
{
    const auto &problem = m_target->problem();
    const bool shown = problem && !m_target->text().isEmpty();
    m_targetProblem->setVisible(shown);
    m_targetProblem->setText(shown ? QStringLiteral("⚠ %1 %2").arg(problem->message, problem->remedy) : QString());
    const QString port = m_port->value() == 0 ? tr("a free port") : QString::number(m_port->value());
    m_explanation->setText(tr("Point the client at ws://localhost on %1. Every byte both ways is recorded and passed on unchanged.").arg(port));
}

QWidget *ProxyPane::fieldInTrouble() const
{
    return m_targetProblem->isHidden() ? nullptr : m_target;
}

Result<EndpointId> ProxyPane::start(session::Workbench &workbench)
{
    if (m_target->problem())
        return *m_target->problem();
    const auto tls = m_tls->options();
    if (!tls)
        return tls.error();
    const auto via = m_via->via();
    if (!via)
        return via.error();
    session::ProxyOptions options;
    options.target.via = *via;
    options.address = m_address->currentText().trimmed();
    options.port = m_port->port();
    options.target.url = m_target->url();
    options.target.tls = *tls;
    options.target.compression = m_compression->offer();
    options.target.compressionLevel = m_compression->level();
    return workbench.startProxy(options);
}

void ProxyPane::started(const session::EndpointInfo &info)
{
    QSettings settings;
    m_port->remember();
    settings.setValue(targetKey, m_target->url());
    settings.setValue(addressKey, m_address->currentText().trimmed());
    m_tls->remember(tlsGroup);
    m_compression->remember();
    m_via->remember();
    workspace()->selectEndpoint(info.id);
}

void ProxyPane::failed(const session::EndpointInfo &info)
{
    if (info.nextFreePort == 0)
        return;
    message()->addAction(tr("Use %1").arg(info.nextFreePort), QStringLiteral("proxyUseFreePort"), [this, port = info.nextFreePort] {
        m_port->setValue(port);
        tryAgain(port);
    });
}

} // namespace wsw::desktop
