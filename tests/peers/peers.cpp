#include "peers.h"

#include <QFile>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::test {

std::unique_ptr<Program> startPeer(const QString &script, const QStringList &arguments)
{
    const QString interpreter = script.endsWith(u".py"_s) ? u"/usr/bin/python3"_s : u"node"_s;
    auto peer = std::make_unique<Program>(interpreter, QStringList{QStringLiteral(WSW_PEER_SCRIPTS "/") + script} + arguments);
    peer->setEnvironment(u"WSW_PEERS"_s, QStringLiteral(WSW_PEER_PACKAGES));
    // Nothing is written beside the scripts.
    peer->setEnvironment(u"PYTHONDONTWRITEBYTECODE"_s, u"1"_s);
    if (!peer->start())
        QTest::qFail("the peer's interpreter does not start; `packaging/install-packages test` installs it", __FILE__, __LINE__);
    return peer;
}

quint16 readyPort(Program &peer)
{
    const int port = peer.readJson().value(u"ready"_s).toArray().at(0).toInt();
    if (port == 0)
        QTest::qFail(("the peer did not start:\n" + peer.errors()).constData(), __FILE__, __LINE__);
    return static_cast<quint16>(port);
}

QByteArray fromBase64(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

PeerBytes bytesOf(const QJsonObject &account)
{
    const QJsonArray connections = account.value(u"connections"_s).toArray();
    if (connections.size() != 1) {
        QTest::qFail(("the peer had " + QByteArray::number(connections.size()) + " connections in place of one").constData(),
                     __FILE__, __LINE__);
        return {};
    }
    const QJsonObject connection = connections.at(0).toObject();
    return {fromBase64(connection.value(u"sent"_s)), fromBase64(connection.value(u"received"_s))};
}

QString extractExample(const QString &first, const QString &next, const QString &folder, const QString &name)
{
    QFile document(QStringLiteral(WSW_TEST_DATA "/example/quick-start.txt"));
    if (!document.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = document.readAll();
    const qsizetype start = text.indexOf('\n' + first.toUtf8() + '\n') + 1;
    const qsizetype end = text.indexOf('\n' + next.toUtf8() + '\n', start) + 1;
    QFile file(folder + u'/' + name);
    if (start == 0 || end == 0 || !file.open(QIODevice::WriteOnly) || file.write(text.mid(start, end - start)) != end - start)
        return {};
    return file.fileName();
}

QByteArray difference(const QByteArray &actual, const QByteArray &expected)
{
    const auto [at, _] = std::mismatch(actual.begin(), actual.end(), expected.begin(), expected.end());
    const qsizetype offset = at - actual.begin();
    constexpr qsizetype around = 24;
    return "recorded " + QByteArray::number(actual.size()) + " bytes, the peer says " + QByteArray::number(expected.size())
        + "; they part at byte " + QByteArray::number(offset) + ":\n  recorded "
        + actual.mid(offset, around).toPercentEncoding(" \"/:=,;") + "\n  peer     "
        + expected.mid(offset, around).toPercentEncoding(" \"/:=,;");
}

} // namespace wsw::test
