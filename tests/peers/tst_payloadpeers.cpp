#include "peers.h"

#include "payload/reading.h"
#include "support/testmain.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::payload;
using namespace wsw::test;

/// Messages as other people's libraries encode them.
class TestPayloadPeers final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void sayWhatWasMeant()
    {
        QHash<QString, Format> formats;
        for (const Format format : formatsOf(false))
            formats.insert(formatName(format), format);
        QHash<QString, int> read;
        const std::unique_ptr<Program> peer = startPeer(u"payloads.py"_s, {u"2026"_s});
        while (const auto line = peer->readLine()) {
            const QList<QByteArray> parts = line->trimmed().split(' ');
            QVERIFY(parts.size() >= 3);
            const QString name = QString::fromLatin1(parts.at(0));
            const QByteArray payload = QByteArray::fromHex(parts.at(1));
            const QByteArray json = line->mid(parts.at(0).size() + parts.at(1).size() + 2);
            const auto laidOut = layOut(payload, formats.value(name));
            QVERIFY2(laidOut.ok(), laidOut.ok() ? "" : qPrintable(laidOut.error().message));
            QJsonParseError error{};
            const QJsonDocument have = QJsonDocument::fromJson(laidOut->toUtf8(), &error);
            QVERIFY2(error.error == QJsonParseError::NoError, qPrintable(error.errorString() + u'\n' + *laidOut));
            QCOMPARE(have, QJsonDocument::fromJson(json));
            ++read[name];
            const auto guessed = guess(payload, false);
            QVERIFY2(guessed == formats.value(name), (parts.at(0) + ' ' + parts.at(1) + ": " + (guessed ? formatName(*guessed).toLatin1() : "nothing")).constData());
        }
        QCOMPARE(read, (QHash<QString, int>{{u"MessagePack"_s, 60}, {u"CBOR"_s, 60}, {u"BSON"_s, 60}, {u"Protobuf"_s, 20}}));
    }
};

QTEST_GUILESS_MAIN(TestPayloadPeers)
#include "tst_payloadpeers.moc"
