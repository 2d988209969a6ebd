#include "base/bytes.h"
#include "exchange/exporter.h"

#include "exchange/records.h"
#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/program.h"
#include "support/testmain.h"
#include "wire/deflate.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

namespace {

/// What Wireshark and we say of a frame.
struct Seen
{
    QString time;       ///< seconds since 1970 with nine digits
    int first = 0;      ///< FIN, RSV and opcode
    bool masked = false;
    QByteArray key;
    quint64 length = 0;
    int lengthBits = 7;
    QByteArray payload; ///< unmasked, as on the wire
    int closeCode = -1;
    QByteArray reason;
    QByteArray text;    ///< of messages in one text frame: as it was meant, inflated where compressed
    friend bool operator==(const Seen &, const Seen &) = default;

    [[nodiscard]] QByteArray words() const
    {
        return time.toLatin1() + ' ' + QByteArray::number(first, 16) + (masked ? " masked " : " plain ") + key.toHex() + " length " + QByteArray::number(length)
            + '/' + QByteArray::number(lengthBits) + " payload " + payload.left(40).toHex() + " (" + QByteArray::number(payload.size()) + ") close "
            + QByteArray::number(closeCode) + ' ' + reason + " text " + text.left(60);
    }
};

/// tshark's JSON has an array where a field stands several times.
QJsonArray listOf(const QJsonValue &value)
{
    return value.isArray() ? value.toArray() : value.isUndefined() ? QJsonArray() : QJsonArray{value};
}

/// A message in one frame. Of a message in several tshark shows the joined text with its last frame, and of a compressed one in
/// several (4.0) the deflate data: it inflates single frames only.
bool isWholeText(int first) { return (first & 0x8f) == 0x81; }

Seen ours(const capture::Record &record, const ClockAnchor &clock)
{
    const wire::FrameHeader &frame = record.header.frame;
    const WallNs time = clock.toWall(record.header.time);
    Seen seen;
    seen.time = u"%1.%2"_s.arg(time / nsPerSecond).arg(time % nsPerSecond, 9, 10, QLatin1Char('0'));
    seen.first = frame.firstByte();
    seen.masked = frame.masked;
    if (frame.masked)
        seen.key = QByteArray(reinterpret_cast<const char *>(frame.key.data()), 4);
    seen.length = frame.length;
    seen.lengthBits = frame.lengthForm == wire::LengthForm::Bits64 ? 64 : frame.lengthForm == wire::LengthForm::Bits16 ? 16 : 7;
    seen.payload = record.payload;
    if (frame.opcode == wire::Opcode::Close && record.payload.size() >= 2) {
        seen.closeCode = readBigEndian<quint16>(reinterpret_cast<const uchar *>(record.payload.constData()));
        seen.reason = record.payload.mid(2);
    }
    if (isWholeText(seen.first))
        seen.text = record.bytes(capture::PayloadForm::Meant);
    return seen;
}

class Tshark final
{
public:
    /// What it reads in @p file, packet by packet.
    static QJsonArray packets(const QString &file, const QStringList &more = {})
    {
        Program tshark(u"tshark"_s, QStringList{u"-r"_s, file, u"-T"_s, u"json"_s, u"-x"_s, u"--no-duplicate-keys"_s, u"-o"_s, u"ip.check_checksum:TRUE"_s,
                                                u"-o"_s, u"tcp.check_checksum:TRUE"_s} + more);
        tshark.setEnvironment(u"HOME"_s, u"/nonexistent"_s);    // nobody's preferences
        if (!tshark.start() || tshark.exitCode(60'000) != 0)
            QTest::qFail(("tshark does not work; `packaging/install-packages test` installs it: " + tshark.errors()).constData(), __FILE__, __LINE__);
        return QJsonDocument::fromJson(tshark.restOfOutput()).array();
    }

    static QJsonObject layers(const QJsonValue &packet) { return packet.toObject().value(u"_source"_s).toObject().value(u"layers"_s).toObject(); }
    static QString text(const QJsonObject &layer, const QString &name) { return listOf(layer.value(name)).at(0).toString(); }
    /// The bytes behind a field, from "NAME_raw".
    static QByteArray raw(const QJsonObject &layer, const QString &name)
    {
        const QJsonArray value = layer.value(name + u"_raw"_s).toArray();
        return QByteArray::fromHex((value.at(0).isArray() ? value.at(0).toArray() : value).at(0).toString().toLatin1());
    }

    static Seen frame(const QJsonObject &layers)
    {
        const QJsonObject frame = layers.value(u"websocket"_s).toObject();
        Seen seen;
        seen.time = text(layers.value(u"frame"_s).toObject(), u"frame.time_epoch"_s);
        seen.first = (text(frame, u"websocket.fin"_s).toInt() << 7) | (text(frame, u"websocket.rsv"_s).toInt(nullptr, 0) << 4)
            | text(frame, u"websocket.opcode"_s).toInt();
        seen.masked = text(frame, u"websocket.mask"_s) == u"1"_s;
        seen.key = raw(frame, u"websocket.masking_key"_s);
        seen.length = text(frame, u"websocket.payload_length"_s).toULongLong();
        for (const auto &[name, bits] : {std::pair{u"websocket.payload_length_ext_16"_s, 16}, {u"websocket.payload_length_ext_64"_s, 64}}) {
            if (!frame.contains(name))
                continue;
            seen.length = text(frame, name).toULongLong();
            seen.lengthBits = bits;
        }
        seen.payload = raw(frame, u"websocket.payload"_s);
        const QJsonObject payload = frame.value(u"websocket.payload"_s).toObject();
        const QJsonObject close = payload.value(u"websocket.payload.close"_s).toObject();
        if (close.contains(u"websocket.payload.close.status_code"_s))
            seen.closeCode = text(close, u"websocket.payload.close.status_code"_s).toInt();
        seen.reason = raw(close, u"websocket.payload.close.reason"_s);
        if (isWholeText(seen.first))
            seen.text = raw(payload, u"websocket.payload.text"_s);
        return seen;
    }
};

} // namespace

/// What Wireshark reads in our pcapng is what our log says.
class TestTshark final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void everyFieldOfEveryFrame()
    {
        Talk talk;
        fill(talk);
        const QString file = talk.path(u"talk.pcapng"_s);
        ExportOptions options;
        options.format = Format::Pcapng;
        QVERIFY(exportToFile(talk.document(), file, Overwrite::No, options).ok());
        if (const QString keep = qEnvironmentVariable("WSW_KEEP"); !keep.isEmpty())
            QFile::copy(file, keep);
        QHash<QString, QList<Seen>> theirs;
        for (const QJsonValue &packet : Tshark::packets(file)) {
            const QJsonObject layers = Tshark::layers(packet);
            if (layers.contains(u"websocket"_s)) {
                const QJsonObject tcp = layers.value(u"tcp"_s).toObject();
                theirs[Tshark::text(tcp, u"tcp.srcport"_s) + u'>' + Tshark::text(tcp, u"tcp.dstport"_s)] += Tshark::frame(layers);
            }
        }
        QHash<QString, QList<Seen>> mine;
        int frames = 0;
        QVERIFY(forEachRecord(talk.document(), [&](const capture::Record &record) {
                    const capture::RecordHeader &header = record.header;
                    if (header.kind != wire::RecordKind::Frame)
                        return true;
                    const std::array servers{8765, 8766, 4480};
                    const QString client = QString::number(40'000 + header.connection.value());
                    const QString server = QString::number(servers.at(header.connection.value() - 1));
                    mine[header.direction == Direction::Sent ? client + u'>' + server : server + u'>' + client] += ours(record, talk.document().clock());
                    ++frames;
                    return true;
                }).ok());
        QCOMPARE(frames, 45);
        QCOMPARE(QSet<QString>(theirs.keyBegin(), theirs.keyEnd()), QSet<QString>(mine.keyBegin(), mine.keyEnd()));
        for (auto direction = mine.cbegin(); direction != mine.cend(); ++direction) {
            const QList<Seen> read = theirs.value(direction.key());
            for (qsizetype i = 0; i < std::max(read.size(), direction->size()); ++i) {
                const Seen expected = direction->value(i);
                QVERIFY2(read.value(i) == expected, direction.key().toLatin1() + ", frame " + QByteArray::number(i) + "\n  tshark " + read.value(i).words()
                                                        + "\n  ours   " + expected.words());
            }
        }
    }

private:
    static void fill(Talk &talk)
    {
        const QByteArray key = QByteArray::fromHex("37fa213d");
        const auto plain = talk.open();
        plain->sent(encode(0x81, "Hello", key));
        plain->received(encode(0x81, "Hello"));
        // Fragments with control frames between them.
        plain->sent(encode(0x01, "frag", key));
        plain->sent(encode(0x89, "are you there", key));
        plain->sent(encode(0x00, "men", key));
        plain->received(encode(0x8a, "are you there"));
        plain->sent(encode(0x80, "ts", key));
        // Lengths at the borders of their forms.
        for (const int size : {0, 125, 126, 65535, 65536, 100'000}) {
            plain->sent(encode(0x82, QByteArray(size, 'b'), key));
            plain->received(encode(0x82, QByteArray(size, 'c')));
        }
        plain->sent(encode(0x81, "zero key", QByteArray(4, '\0')));
        plain->sent(encode(0x88, "\x0f\xa1" "bye", key));
        plain->received(encode(0x88, "\x0f\xa1" "bye"));
        plain->end();

        const auto broken = talk.open(u"ws://[::1]:8766/"_s);
        broken->sent(encode(0xd1, "RSV1 and 3", key));
        broken->sent(encode(0xa2, "RSV2", key));
        broken->sent(encode(0x83, "reserved", key));
        broken->sent(encode(0x8b, "reserved", key));
        broken->sent(encode(0x81, "unmasked"));
        broken->received(encode(0x81, "masked", key));
        broken->sent(encode({.first = 0x82, .masked = true, .key = key, .extendedBytes = 8, .payload = "long form"}));
        broken->received(encode({.first = 0x82, .extendedBytes = 2, .payload = "long form"}));
        broken->sent(encode(0x09, "fragmented ping", key));
        broken->sent(encode(0x89, QByteArray(200, 'p'), key));
        broken->sent(encode(0x80, "no start", key));
        broken->sent(encode(0x81, "\xff\xfe no text", key));
        broken->received(encode(0x88, "\x03"));
        broken->end(u"reset by the peer"_s, u"reset by the peer"_s);

        const auto packed = talk.open(u"wss://127.0.0.1:443/"_s, Talk::Deflate::Yes);
        wire::Deflater out({});
        wire::Deflater in({});
        for (int i = 0; i < 3; ++i) {
            const QByteArray text = "{\"symbol\":\"ACME\",\"price\":" + QByteArray::number(i) + '}';
            packed->sent(encode(0xc1, out.compress(text, wire::MessagePart::Last), key));
            packed->received(encode(0xc1, in.compress(text, wire::MessagePart::Last)));
        }
        const QByteArray parts = out.compress(QByteArray("fragments ").repeated(200), wire::MessagePart::Last);
        packed->sent(encode(0x41, parts.first(7), key));
        packed->sent(encode(0x8a, "", key));
        packed->sent(encode(0x80, parts.sliced(7), key));
        packed->sent(encode(0x88, "\x03\xe8", key));
        packed->end();
    }
};

QTEST_GUILESS_MAIN(TestTshark)
#include "tst_tshark.moc"
