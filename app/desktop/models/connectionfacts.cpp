#include "models/connectionfacts.h"

#include "stats/durationtext.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonValue>

namespace wsw::desktop {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("ConnectionFacts", text);
}

struct Label
{
    const char *key;
    const char *words;
};
constexpr Label tlsLabels[] = {
    {"protocol", QT_TRANSLATE_NOOP("ConnectionFacts", "version")},
    {"cipher", QT_TRANSLATE_NOOP("ConnectionFacts", "cipher")},
    {"serverName", QT_TRANSLATE_NOOP("ConnectionFacts", "server name (SNI)")},
    {"alpn", QT_TRANSLATE_NOOP("ConnectionFacts", "application protocol (ALPN)")},
    {"subject", QT_TRANSLATE_NOOP("ConnectionFacts", "subject")},
    {"issuer", QT_TRANSLATE_NOOP("ConnectionFacts", "issuer")},
    {"notBefore", QT_TRANSLATE_NOOP("ConnectionFacts", "valid from")},
    {"notAfter", QT_TRANSLATE_NOOP("ConnectionFacts", "valid until")},
    {"fingerprint", QT_TRANSLATE_NOOP("ConnectionFacts", "fingerprint")},
};
constexpr Label phaseLabels[] = {
    {"dns", QT_TRANSLATE_NOOP("ConnectionFacts", "name lookup")},
    {"tcp", QT_TRANSLATE_NOOP("ConnectionFacts", "TCP connection")},
    {"tls", QT_TRANSLATE_NOOP("ConnectionFacts", "TLS handshake")},
    {"upgrade", QT_TRANSLATE_NOOP("ConnectionFacts", "upgrade")},
};

QString labelOf(const QString &key)
{
    for (const Label &label : tlsLabels) {
        if (key == QLatin1String(label.key))
            return translated(label.words);
    }
    return key;
}

void append(QList<ConnectionFact> &facts, const QString &name, const QJsonValue &value)
{
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            append(facts, name.isEmpty() ? labelOf(it.key()) : name + QLatin1String(": ") + labelOf(it.key()), it.value());
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            append(facts, array.size() > 1 ? QStringLiteral("%1 %2").arg(name).arg(i + 1) : name, array.at(i));
    } else if (value.isDouble()) {
        facts.append({name, QString::number(value.toDouble(), 'g', 15)});
    } else if (value.isBool()) {
        facts.append({name, value.toBool() ? translated("yes") : translated("no")});
    } else if (!value.toString().isEmpty()) {
        facts.append({name, value.toString()});
    }
}

} // namespace

QList<ConnectionFact> tlsFacts(const capture::ConnectionInfo &connection)
{
    QList<ConnectionFact> facts;
    // The known members first, in an order that reads well; JSON objects keep none.
    for (const Label &label : tlsLabels) {
        if (const auto it = connection.tls.constFind(QLatin1String(label.key)); it != connection.tls.constEnd())
            append(facts, translated(label.words), it.value());
    }
    for (auto it = connection.tls.begin(); it != connection.tls.end(); ++it) {
        if (labelOf(it.key()) == it.key() && it.key() != QLatin1String("protocol"))
            append(facts, it.key() == QLatin1String("chain") ? translated("certificate") : it.key(), it.value());
    }
    return facts;
}

QList<ConnectionFact> phaseFacts(const capture::ConnectionInfo &connection)
{
    QList<ConnectionFact> facts;
    qint64 all = 0;
    for (const Label &label : phaseLabels) {
        const QJsonValue value = connection.phases.value(QLatin1String(label.key));
        if (!value.isDouble())
            continue;
        const qint64 time = value.toInteger();
        all += time;
        facts.append({translated(label.words), stats::durationText(time)});
    }
    if (facts.size() > 1)
        facts.append({translated("all together"), stats::durationText(all)});
    return facts;
}

QList<ConnectionFact> addressFacts(const capture::ConnectionInfo &connection)
{
    QList<ConnectionFact> facts;
    const auto add = [&facts](const QString &name, const QString &value) {
        if (!value.isEmpty())
            facts.append({name, value});
    };
    add(translated("URL"), connection.url);
    add(translated("this program is"), connection.localRole == Role::Client ? translated("the client") : translated("the server"));
    add(translated("local address"), connection.localAddress);
    add(translated("peer's address"), connection.peerAddress);
    add(translated("subprotocol"), connection.subprotocol);
    add(translated("extensions"), connection.extensions);
    add(translated("ended"), connection.closeText);
    return facts;
}

} // namespace wsw::desktop
