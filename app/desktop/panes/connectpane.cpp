#include "panes/connectpane.h"

#include "panes/forms/compressionfields.h"
#include "panes/forms/formmemory.h"
#include "panes/forms/tlsclientfields.h"
#include "panes/forms/viafield.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "widgets/exacttext.h"
#include "widgets/foldsection.h"
#include "widgets/headereditor.h"
#include "widgets/inlinemessage.h"
#include "widgets/urledit.h"
#include "workspace.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace wsw::desktop {

using session::ConnectionStatus;
using session::EndpointState;

namespace {

const auto recentKey = QStringLiteral("connect/recent");
const auto headersKey = QStringLiteral("connect/headers");
const auto originKey = QStringLiteral("connect/origin");
const auto subprotocolsKey = QStringLiteral("connect/subprotocols");
const auto tlsGroup = QStringLiteral("connect/tls");
constexpr qsizetype mostRecent = 12;

QSpinBox *makeMilliseconds(const char *name, int value, QWidget *parent)
{
    auto *box = new QSpinBox(parent);
    box->setObjectName(QLatin1String(name));
    box->setRange(1, 3'600'000);
    box->setSuffix(ConnectPane::tr(" ms"));
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setValue(value);
    return box;
}

} // namespace

ConnectPane::ConnectPane(Workspace *workspace, QWidget *parent)
    : EndpointForm(workspace, tr("Connect"), "connectButtonGo", parent)
    , m_url(new UrlEdit(this))
    , m_urlProblem(new QLabel(this))
    , m_headers(new HeaderEditor(this))
    , m_origin(new QLineEdit(this))
    , m_subprotocols(new QLineEdit(this))
    , m_tls(new TlsClientFields(this))
    , m_compression(new CompressionFields(CompressionFields::Use::Client, this))
    , m_dialAddress(new QLineEdit(this))
    , m_via(new ViaField(QStringLiteral("connectVia"), QStringLiteral("connect/via"), this))
    , m_connectTimeout(makeMilliseconds("connectTimeout", limits::connectTimeoutMs, this))
    , m_closeTimeout(makeMilliseconds("closeTimeout", limits::closeTimeoutMs, this))
    , m_pingInterval(makeMilliseconds("pingInterval", 0, this))
    , m_raw(new QCheckBox(tr("You are the speaker (raw session)"), this))
    , m_rawHandshake(new QCheckBox(tr("Do the opening handshake"), this))
{
    build();
    connect(m_url, &UrlEdit::checked, this, &ConnectPane::showUrlProblem);
    connect(workspace, &Workspace::connectionChanged, this, [this](const ConnectionStatus &status) {
        if (m_toSelect.isValid() && status.endpoint == m_toSelect)
            selectConnectionOf(m_toSelect);
    });
    recall();
    showUrlProblem();
    finish();
}

void ConnectPane::build()
{
    addField(tr("URL"), buildUrl());
    setRole(m_urlProblem, "problem");
    m_urlProblem->setObjectName(QStringLiteral("connectUrlProblem"));
    m_urlProblem->setWordWrap(true);
    addWidget(m_urlProblem);
    m_requestSection = new FoldSection(tr("Headers, origin, subprotocols"), buildRequest(), this);
    addWidget(m_requestSection);
    addWidget(makeCompressionSection(m_compression, this));
    m_tlsSection = new FoldSection(tr("TLS"), m_tls, this);
    addWidget(m_tlsSection);
    m_timesSection = new FoldSection(tr("Address, outgoing proxy, times"), buildTimes(), this);
    addWidget(m_timesSection);
    addWidget(new FoldSection(tr("Raw session"), buildRaw(), this));
}

QWidget *ConnectPane::buildUrl()
{
    m_url->setObjectName(QStringLiteral("connectUrl"));
    m_url->setPlaceholderText(QStringLiteral("wss://example.com/chat"));
    auto *recent = new QToolButton(this);
    recent->setObjectName(QStringLiteral("connectRecent"));
    recent->setIcon(Theme::instance().icon(QStringLiteral("history")));
    recent->setToolTip(tr("Recent URLs"));
    recent->setAccessibleName(tr("Recent URLs"));
    recent->setPopupMode(QToolButton::InstantPopup);
    recent->setFocusPolicy(Qt::TabFocus);
    m_recent = new QMenu(recent);
    recent->setMenu(m_recent);
    connect(m_recent, &QMenu::aboutToShow, this, &ConnectPane::fillRecentMenu);

    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::space4);
    layout->addWidget(m_url, 1);
    layout->addWidget(recent);
    row->setFocusProxy(m_url);
    return row;
}

QWidget *ConnectPane::buildRequest()
{
    m_origin->setObjectName(QStringLiteral("connectOrigin"));
    m_origin->setPlaceholderText(tr("None, or https://example.com"));
    m_subprotocols->setObjectName(QStringLiteral("connectSubprotocols"));
    m_subprotocols->setPlaceholderText(tr("chat, superchat"));
    auto *section = new QWidget(this);
    auto *column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space8);
    addField(column, tr("Further header lines, in this order"), m_headers);
    auto *secrets = new QLabel(tr("Remembered for the next start, but for lines that hold secrets: Authorization, Cookie, tokens, keys."), section);
    setRole(secrets, "caption");
    secrets->setWordWrap(true);
    column->addWidget(secrets);
    addField(column, tr("Origin"), m_origin);
    addField(column, tr("Subprotocols, most wanted first"), m_subprotocols);
    return section;
}

QWidget *ConnectPane::buildTimes()
{
    m_dialAddress->setObjectName(QStringLiteral("connectDialAddress"));
    m_dialAddress->setPlaceholderText(tr("The URL's host and port"));
    m_pingInterval->setMinimum(0);
    m_pingInterval->setValue(0);
    m_pingInterval->setSpecialValueText(tr("off"));
    auto *section = new QWidget(this);
    auto *column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space8);
    addField(column, tr("Dial this host or host:port instead; Host and TLS name stay"), m_dialAddress);
    addField(column, tr("Connect through an outgoing proxy"), m_via);
    addField(column, tr("Give up connecting after"), m_connectTimeout);
    addField(column, tr("Wait for the peer's Close"), m_closeTimeout);
    addField(column, tr("Ping every"), m_pingInterval);
    return section;
}

QWidget *ConnectPane::buildRaw()
{
    m_raw->setObjectName(QStringLiteral("connectRaw"));
    m_rawHandshake->setObjectName(QStringLiteral("connectRawHandshake"));
    m_rawHandshake->setChecked(true);
    m_rawHandshake->setEnabled(false);
    connect(m_raw, &QCheckBox::toggled, m_rawHandshake, &QWidget::setEnabled);
    // Nothing is said but what the user says.
    connect(m_raw, &QCheckBox::toggled, m_pingInterval, &QWidget::setDisabled);
    auto *section = new QWidget(this);
    auto *column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space4);
    const auto add = [section, column](QCheckBox *choice, const QString &sentence) {
        auto *explanation = new QLabel(sentence, section);
        setRole(explanation, "caption");
        explanation->setWordWrap(true);
        column->addWidget(choice);
        column->addWidget(explanation);
        choice->setAccessibleDescription(sentence);
    };
    add(m_raw, tr("Nothing is sent for you, neither Pong nor Close: the server gets what you compose, lawful or not."));
    add(m_rawHandshake, tr("Without it the connection is only opened, and the request's head is yours to send as raw bytes, frame by frame."));
    return section;
}

void ConnectPane::focusFirst()
{
    m_url->setFocus();
    m_url->selectAll();
}

void ConnectPane::fillRecentMenu()
{
    m_recent->clear();
    const QStringList recent = QSettings().value(recentKey).toStringList();
    if (recent.isEmpty())
        m_recent->addAction(tr("Nothing connected to yet"))->setEnabled(false);
    for (const QString &url : recent) {
        QString label = url;
        label.replace(u'&', QStringLiteral("&&"));
        m_recent->addAction(label, this, [this, url] {
            replaceText(m_url, url);
            m_url->setFocus();
        });
    }
}

void ConnectPane::remember() const
{
    const QString url = m_url->url();
    QSettings settings;
    QStringList recent = settings.value(recentKey).toStringList();
    recent.removeAll(url);
    recent.prepend(url);
    settings.setValue(recentKey, recent.mid(0, mostRecent));
    settings.setValue(originKey, m_origin->text().trimmed());
    if (const auto headers = m_headers->headers())
        formmemory::keepHeaders(headersKey, *headers);
    formmemory::keepSubprotocols(subprotocolsKey, splitList(m_subprotocols->text()));
    m_tls->remember(tlsGroup);
    m_compression->remember();
    m_via->remember();
}

void ConnectPane::recall()
{
    const QSettings settings;
    const QStringList recent = settings.value(recentKey).toStringList();
    m_url->setText(recent.isEmpty() ? QStringLiteral("ws://localhost:8765") : recent.first());
    m_origin->setText(settings.value(originKey).toString());
    m_subprotocols->setText(settings.value(subprotocolsKey).toString());
    const wire::HeaderList headers = formmemory::headers(headersKey);
    m_headers->setHeaders(headers);
    m_tls->recall(tlsGroup);
    // What is in force is seen.
    m_requestSection->setExpanded(!headers.isEmpty() || !m_origin->text().isEmpty() || !m_subprotocols->text().isEmpty());
    m_tlsSection->setExpanded(!m_tls->isPlain());
    m_timesSection->setExpanded(!m_via->isEmpty());
}

void ConnectPane::showUrlProblem()
{
    const auto &problem = m_url->problem();
    const bool shown = problem && !m_url->text().isEmpty();
    m_urlProblem->setVisible(shown);
    m_urlProblem->setText(shown ? QStringLiteral("⚠ %1 %2").arg(problem->message, problem->remedy) : QString());
}

Result<session::ClientOptions> ConnectPane::options() const
{
    if (m_url->problem())
        return *m_url->problem();
    session::ClientOptions options;
    options.url = m_url->url();
    const auto headers = m_headers->headers();
    if (!headers)
        return headers.error();
    options.headers = *headers;
    options.origin = m_origin->text().trimmed();
    options.subprotocols = splitList(m_subprotocols->text());
    const auto tls = m_tls->options();
    if (!tls)
        return tls.error();
    options.tls = *tls;
    options.compression = m_compression->offer();
    options.compressionLevel = m_compression->level();
    const auto via = m_via->via();
    if (!via)
        return via.error();
    options.via = *via;
    options.dialAddress = m_dialAddress->text().trimmed();
    options.connectTimeoutMs = m_connectTimeout->value();
    options.closeTimeoutMs = m_closeTimeout->value();
    options.pingIntervalMs = m_pingInterval->value();
    return options;
}

QWidget *ConnectPane::fieldInTrouble() const
{
    return m_urlProblem->isHidden() ? nullptr : m_url;
}

Result<EndpointId> ConnectPane::start(session::Workbench &workbench)
{
    const auto options = this->options();
    if (!options)
        return options.error();
    if (m_raw->isChecked()) {
        session::RawOptions raw;
        raw.target = *options;
        raw.target.pingIntervalMs = 0;
        raw.handshake = m_rawHandshake->isChecked();
        return workbench.openRaw(raw);
    }
    return workbench.connectClient(*options);
}

void ConnectPane::started(const session::EndpointInfo &info)
{
    remember();
    m_toSelect = info.id;
    selectConnectionOf(info.id);
}

void ConnectPane::selectConnectionOf(EndpointId endpoint)
{
    for (const ConnectionStatus &status : workspace()->connections()) {
        if (status.endpoint == endpoint && status.state == EndpointState::Open) {
            m_toSelect = {};
            workspace()->selectConnection(status.id);
            return;
        }
    }
}

void ConnectPane::failed(const session::EndpointInfo &info)
{
    if (info.error && info.error->kind == ErrorKind::Tls)
        m_tlsSection->setExpanded(true);
}

} // namespace wsw::desktop
