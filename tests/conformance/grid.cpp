#include "grid.h"

#include "play.h"

#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace wsw::test {

namespace {

constexpr std::array<qsizetype, 10> sizes{16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072};
constexpr qsizetype alwaysWorthIt = 4096;

/// "; name=9" to "; name=15", nothing, and what @p also says.
QByteArrayList windows(const QByteArray &name, const QByteArrayList &also = {})
{
    QByteArrayList all{QByteArray()};
    for (int bits = 9; bits <= 15; ++bits)
        all.append("; " + name + '=' + QByteArray::number(bits));
    return all + also;
}

QByteArrayList everyMixture(const QByteArrayList &serverWindows, const QByteArrayList &clientWindows)
{
    QByteArrayList all;
    for (const char *server : {"", "; server_no_context_takeover"}) {
        for (const char *client : {"", "; client_no_context_takeover"}) {
            for (const QByteArray &serverWindow : serverWindows) {
                for (const QByteArray &clientWindow : clientWindows)
                    all.append(QByteArray("permessage-deflate") + server + client + serverWindow + clientWindow);
            }
        }
    }
    return all;
}

/// Sentences of words drawn at random, with some characters beyond ASCII: compresses as prose does.
QByteArray prose(QRandomGenerator &random, qsizetype size)
{
    static const QByteArrayList words{"the", "frame", "and", "message", "of", "caf\xc3\xa9", "server", "window", "42", "\xe4\xbd\xa0\xe5\xa5\xbd", "then"};
    QByteArray text;
    while (text.size() < size)
        text += words[random.bounded(static_cast<int>(words.size()))] + ' ';
    while (text.size() > size || (static_cast<uchar>(text.back()) & 0x80) != 0)
        text.chop(1);
    return text.leftJustified(size, '.');
}

/// Noise and runs by turns: some of it grows when it is compressed.
QByteArray mixture(QRandomGenerator &random, qsizetype size)
{
    QByteArray bytes;
    while (bytes.size() < size) {
        const int run = random.bounded(1, 400);
        const bool noise = random.bounded(2) == 0;
        for (int i = 0; i < run; ++i)
            bytes.append(static_cast<char>(noise ? random.bounded(256) : run));
    }
    return bytes.first(size);
}

int countOf(qsizetype size, int messages)
{
    if (messages > 0)
        return messages;
    return size <= 1024 ? 6 : size <= 16384 ? 2 : 1;
}

/// One message there and back.
QString roundTrip(DeflatePeer &peer, int code, const QByteArray &payload, int number)
{
    constexpr int plainEvery = 7;
    const std::array<qsizetype, 4> fragments{0, 0, 256, payload.size() / 3 + 1};
    const auto form = number % plainEvery == plainEvery - 1 ? DeflatePeer::Form::Plain : DeflatePeer::Form::Compressed;
    const QString what = QStringLiteral("message %1 of %2 bytes, opcode %3: ").arg(number).arg(payload.size()).arg(code);
    if (!peer.send(code, payload, fragments[static_cast<size_t>(number) % fragments.size()], form))
        return what + QStringLiteral("cannot be written");
    const auto reply = peer.readMessage();
    if (!reply)
        return what + QStringLiteral("no reply, or none that can be inflated");
    if (reply->opcode != code || reply->rsv != 0 || reply->payload != payload)
        return what + QStringLiteral("the reply differs: opcode %1, RSV %2, %3 bytes").arg(reply->opcode).arg(reply->rsv).arg(reply->payload.size());
    if (code == opcode::text && payload.size() >= alwaysWorthIt && (!peer.wasCompressed() || peer.wireBytes() >= payload.size() * 3 / 4))
        return what + QStringLiteral("the reply was not made smaller");
    return {};
}

} // namespace

QByteArrayList everyOffer()
{
    return everyMixture(windows("server_max_window_bits"), windows("client_max_window_bits", {"; client_max_window_bits"}));
}

QByteArrayList everyAnswer(const QByteArray &offer)
{
    QByteArrayList answers = everyMixture(windows("server_max_window_bits"), windows("client_max_window_bits"));
    answers.removeIf([&offer](const QByteArray &answer) { return !DeflateTerms::read(offer, answer); });
    return answers;
}

QString exchange(DeflatePeer &peer, int messages, qsizetype largest)
{
    QRandomGenerator random(7);
    int number = 0;
    for (const qsizetype size : sizes) {
        if (size > largest)
            break;
        for (const int code : {opcode::text, opcode::binary}) {
            for (int i = countOf(size, messages); i > 0; --i) {
                const QByteArray payload = code == opcode::text ? prose(random, size) : mixture(random, size);
                if (const QString problem = roundTrip(peer, code, payload, number++); !problem.isEmpty())
                    return problem;
            }
        }
    }
    return play(peer.raw(), Case{}, [&peer] { return peer.readMessage(); });
}

} // namespace wsw::test
