#include "panes/forms/compressionfields.h"

#include "lesson/extensionparts.h"
#include "theme/theme.h"
#include "widgets/foldsection.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSettings>
#include <QVBoxLayout>

namespace wsw::desktop {

using wire::ContextTakeover;

namespace {

/// In a window box: no limit is stated.
constexpr int noBits = 0;
constexpr int middleLevel = -1;

QString useName(CompressionFields::Use use)
{
    switch (use) {
    case CompressionFields::Use::Host: return QStringLiteral("host");
    case CompressionFields::Use::Client: return QStringLiteral("connect");
    case CompressionFields::Use::Proxy: return QStringLiteral("proxy");
    }
    Q_UNREACHABLE();
}

QString title(CompressionFields::Use use)
{
    switch (use) {
    case CompressionFields::Use::Host: return CompressionFields::tr("Compress where a client offers it");
    case CompressionFields::Use::Client: return CompressionFields::tr("Offer to compress messages");
    case CompressionFields::Use::Proxy: return CompressionFields::tr("Offer it to the target");
    }
    Q_UNREACHABLE();
}

QString sentence(CompressionFields::Use use)
{
    switch (use) {
    case CompressionFields::Use::Host:
        return CompressionFields::tr("permessage-deflate. Off: offers are declined, and messages cross the network as they are.");
    case CompressionFields::Use::Client:
        return CompressionFields::tr("permessage-deflate, as browsers offer it. Off: messages cross the network as they are.");
    case CompressionFields::Use::Proxy:
        return CompressionFields::tr("For clients that offer no extension themselves. What a client negotiates passes untouched.");
    }
    Q_UNREACHABLE();
}

} // namespace

CompressionFields::CompressionFields(Use use, QWidget *parent)
    : QWidget(parent), m_use(use), m_on(new QCheckBox(title(use), this)), m_parameters(new QWidget(this))
{
    m_on->setObjectName(objectNameOf("Compress"));
    m_on->setAccessibleDescription(sentence(use));
    auto *explanation = new QLabel(sentence(use), this);
    setRole(explanation, "caption");
    explanation->setWordWrap(true);

    auto *grid = new QGridLayout(m_parameters);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(metrics::space8);
    grid->setVerticalSpacing(metrics::space4);
    grid->setColumnStretch(2, 1);
    m_server = addSide(grid, 0, Role::Server);
    m_client = addSide(grid, 1, Role::Client);
    addLevel(grid, 2);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space4);
    column->addWidget(m_on);
    column->addWidget(explanation);
    column->addWidget(m_parameters);
    connect(m_on, &QCheckBox::toggled, this, &CompressionFields::showState);
    restore();
    showState();
}

QString CompressionFields::key(const char *name) const
{
    return QStringLiteral("%1/compression/%2").arg(useName(m_use), QLatin1String(name));
}

QString CompressionFields::objectNameOf(const char *name) const
{
    return useName(m_use) + QLatin1String(name);
}

CompressionFields::Side CompressionFields::addSide(QGridLayout *grid, int row, Role role)
{
    const bool isServer = role == Role::Server;
    auto *name = new QLabel(isServer ? tr("Server") : tr("Client"), m_parameters);
    setRole(name, "secondary");
    auto *context = new QCheckBox(tr("keeps context"), m_parameters);
    context->setObjectName(objectNameOf(isServer ? "ServerContext" : "ClientContext"));
    context->setAccessibleName(isServer ? tr("Server keeps context") : tr("Client keeps context"));
    context->setToolTip(isServer ? tr("Each of the server's messages may build on those before it. Without it: server_no_context_takeover.")
                                 : tr("Each of the client's messages may build on those before it. Without it: client_no_context_takeover."));
    context->setChecked(true);
    auto *window = new QComboBox(m_parameters);
    window->setObjectName(objectNameOf(isServer ? "ServerWindow" : "ClientWindow"));
    window->setAccessibleName(isServer ? tr("How far the server looks back") : tr("How far the client looks back"));
    window->setToolTip(isServer ? tr("How far the server looks back while it compresses: server_max_window_bits")
                                : tr("How far the client looks back while it compresses: client_max_window_bits"));
    window->setMinimumContentsLength(10);
    window->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    fillWindow(window, role);
    grid->addWidget(name, row, 0);
    grid->addWidget(context, row, 1);
    grid->addWidget(window, row, 2);
    return {context, window};
}

void CompressionFields::fillWindow(QComboBox *window, Role role) const
{
    const bool offers = m_use != Use::Host;
    if (offers && role == Role::Server)
        window->addItem(tr("as far as it likes"), noBits);
    if (offers && role == Role::Client)
        window->addItem(tr("not to be limited"), noBits);
    for (int bits = wire::greatestWindowBits; bits >= wire::leastOwnWindowBits; --bits) {
        // A client that offers the greatest window states no number: the server may then name one.
        const bool open = offers && role == Role::Client && bits == wire::greatestWindowBits;
        window->addItem(open ? tr("as the server says") : lesson::windowWords(bits), bits);
    }
    // What browsers offer.
    window->setCurrentIndex(offers && role == Role::Client ? window->findData(wire::greatestWindowBits) : 0);
}

void CompressionFields::addLevel(QGridLayout *grid, int row)
{
    auto *name = new QLabel(tr("Level"), m_parameters);
    setRole(name, "secondary");
    m_level = new QComboBox(m_parameters);
    m_level->setObjectName(objectNameOf("Level"));
    m_level->setAccessibleName(tr("Level of compression"));
    m_level->setToolTip(tr("How hard this program tries: from 1, fast, to 9, small"));
    m_level->addItem(tr("middle (zlib's own choice)"), middleLevel);
    for (int level = 1; level <= 9; ++level)
        m_level->addItem(level == 1 ? tr("1, fast") : level == 9 ? tr("9, small") : QString::number(level), level);
    m_level->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    name->setBuddy(m_level);
    grid->addWidget(name, row, 0);
    grid->addWidget(m_level, row, 1, 1, 2);
}

void CompressionFields::restore()
{
    const QSettings settings;
    const auto choose = [&](QComboBox *box, const char *name) {
        const int at = box->findData(settings.value(key(name), box->currentData()).toInt());
        box->setCurrentIndex(at < 0 ? box->currentIndex() : at);
    };
    m_on->setChecked(settings.value(key("on"), false).toBool());
    m_server.context->setChecked(settings.value(key("serverContext"), true).toBool());
    m_client.context->setChecked(settings.value(key("clientContext"), true).toBool());
    choose(m_server.window, "serverWindow");
    choose(m_client.window, "clientWindow");
    choose(m_level, "level");
}

void CompressionFields::remember() const
{
    QSettings settings;
    settings.setValue(key("on"), m_on->isChecked());
    settings.setValue(key("serverContext"), m_server.context->isChecked());
    settings.setValue(key("clientContext"), m_client.context->isChecked());
    settings.setValue(key("serverWindow"), m_server.window->currentData());
    settings.setValue(key("clientWindow"), m_client.window->currentData());
    settings.setValue(key("level"), m_level->currentData());
}

void CompressionFields::showState()
{
    m_parameters->setVisible(m_on->isChecked());
    Q_EMIT toggled(m_on->isChecked());
}

bool CompressionFields::isOn() const
{
    return m_on->isChecked();
}

std::optional<int> CompressionFields::windowBits(const Side &side) const
{
    const int bits = side.window->currentData().toInt();
    return bits == noBits ? std::nullopt : std::optional(bits);
}

ContextTakeover CompressionFields::contextTakeover(const Side &side) const
{
    return side.context->isChecked() ? ContextTakeover::Yes : ContextTakeover::No;
}

std::optional<wire::DeflatePolicy> CompressionFields::policy() const
{
    if (!m_on->isChecked())
        return std::nullopt;
    return wire::DeflatePolicy{{contextTakeover(m_server), windowBits(m_server).value_or(wire::greatestWindowBits)},
                               {contextTakeover(m_client), windowBits(m_client).value_or(wire::greatestWindowBits)}};
}

std::optional<wire::DeflateOffer> CompressionFields::offer() const
{
    if (!m_on->isChecked())
        return std::nullopt;
    return wire::DeflateOffer{contextTakeover(m_server), contextTakeover(m_client), windowBits(m_server), windowBits(m_client)};
}

int CompressionFields::level() const
{
    return m_level->currentData().toInt();
}

FoldSection *makeCompressionSection(CompressionFields *fields, QWidget *parent)
{
    const auto sectionTitle = [](bool on) { return on ? CompressionFields::tr("Compression: on") : CompressionFields::tr("Compression: off"); };
    auto *section = new FoldSection(sectionTitle(fields->isOn()), fields, parent);
    QObject::connect(fields, &CompressionFields::toggled, section, [section, sectionTitle](bool on) { section->setTitle(sectionTitle(on)); });
    return section;
}

} // namespace wsw::desktop
