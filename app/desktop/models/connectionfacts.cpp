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
    {"errors", QT_TRANSLATE_NOOP("ConnectionFacts", "failed check")},
    {"chain", QT_TRANSLATE_NOOP("ConnectionFacts", "certificate")},
    {"subject", QT_TRANSLATE_NOOP("ConnectionFacts", "subject")},
    {"issuer", QT_TRANSLATE_NOOP("ConnectionFacts", "issuer")},
    {"names", QT_TRANSLATE_NOOP("ConnectionFacts", "valid for")},
    {"notBefore", QT_TRANSLATE_NOOP("ConnectionFacts", "valid from")},
    {"notAfter", QT_TRANSLATE_NOOP("ConnectionFacts", "valid until")},
    {"serial", QT_TRANSLATE_NOOP("ConnectionFacts", "serial number")},
    {"sha256", QT_TRANSLATE_NOOP("ConnectionFacts", "SHA-256")},
};
/// Checks that the peer's certificate did not pass.
constexpr auto failedChecks = "errors";
constexpr Label phaseLabels[] = {
    {"dns", QT_TRANSLATE_NOOP("ConnectionFacts", "name lookup")},
    {"tcp", QT_TRANSLATE_NOOP("ConnectionFacts", "TCP connection")},
    {"proxy", QT_TRANSLATE_NOOP("ConnectionFacts", "outgoing proxy")},
    {"tls", QT_TRANSLATE_NOOP("ConnectionFacts", "TLS handshake")},
    {"upgrade", QT_TRANSLATE_NOOP("ConnectionFacts", "upgrade")},
};

/// Keys of @p object: the known ones first, in an order that reads well (JSON objects keep none), then the others.
QStringList orderedKeys(const QJsonObject &object)
{
    QStringList keys;
    for (const Label &label : tlsLabels) {
        if (object.contains(QLatin1String(label.key)))
            keys.append(QLatin1String(label.key));
    }
    for (const QString &key : object.keys()) {
        if (!keys.contains(key))
            keys.append(key);
    }
    return keys;
}

QString labelOf(const QString &key)
{
    for (const Label &label : tlsLabels) {
        if (key == QLatin1String(label.key))
            return translated(label.words);
    }
    return key;
}

void append(QList<ConnectionFact> &facts, const QString &name, const QJsonValue &value, lesson::Verdict verdict)
{
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (const QString &key : orderedKeys(object))
            append(facts, name + QLatin1String(", ") + labelOf(key), object.value(key), verdict);
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            append(facts, array.size() > 1 ? QStringLiteral("%1 %2").arg(name).arg(i + 1) : name, array.at(i), verdict);
    } else if (value.isDouble()) {
        facts.append({name, QString::number(value.toDouble(), 'g', 15), verdict});
    } else if (value.isBool()) {
        facts.append({name, value.toBool() ? translated("yes") : translated("no"), verdict});
    } else if (!value.toString().isEmpty()) {
        facts.append({name, value.toString(), verdict});
    }
}

} // namespace

QList<ConnectionFact> tlsFacts(const capture::ConnectionInfo &connection)
{
    QList<ConnectionFact> facts;
    for (const QString &key : orderedKeys(connection.tls)) {
        const auto verdict = key == QLatin1String(failedChecks) ? lesson::Verdict::Wrong : lesson::Verdict::Info;
        append(facts, labelOf(key), connection.tls.value(key), verdict);
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
        const bool failed = connection.phases.value(QLatin1String("failed")).toString() == QLatin1String(label.key);
        facts.append({translated(label.words), failed ? translated("failed after %1").arg(stats::durationText(time)) : stats::durationText(time),
                      failed ? lesson::Verdict::Wrong : lesson::Verdict::Info});
    }
    if (facts.size() > 1)
        facts.append({translated("all together"), stats::durationText(all), lesson::Verdict::Info});
    return facts;
}

QList<ConnectionFact> addressFacts(const capture::ConnectionInfo &connection)
{
    QList<ConnectionFact> facts;
    const auto add = [&facts](const QString &name, const QString &value) {
        if (!value.isEmpty())
            facts.append({name, value, lesson::Verdict::Info});
    };
    add(translated("URL"), connection.url);
    add(translated("this program is"), connection.localRole == Role::Client ? translated("the client") : translated("the server"));
    add(translated("local address"), connection.localAddress);
    add(translated("peer's address"), connection.peerAddress);
    add(translated("through the outgoing proxy"), connection.phases.value(QLatin1String("via")).toString());
    add(translated("subprotocol"), connection.subprotocol);
    add(translated("extensions"), connection.extensions);
    add(translated("ended"), connection.closeText);
    return facts;
}

} // namespace wsw::desktop
