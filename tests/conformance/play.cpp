#include "play.h"

#include "support/plainutf8.h"

#include <QThread>

namespace wsw::test {

namespace {

/// How long a client that has answered a Close is watched: it must leave the end of TCP to the server (RFC 6455, 7.1.1).
constexpr int clientMustWaitMs = 20;

QString shown(const RawFrame &frame)
{
    return QStringLiteral("opcode %1%2, %3 bytes '%4'")
        .arg(frame.opcode)
        .arg(frame.rsv != 0 ? QStringLiteral(", RSV %1").arg(frame.rsv) : QString())
        .arg(frame.payload.size())
        .arg(QString::fromLatin1(frame.payload.left(40).toPercentEncoding(" ,:!")));
}

/// One dialogue under way.
class Dialogue final
{
public:
    Dialogue(RawPeer &peer, const Case &dialogue, const Reader &reader) : m_peer(peer), m_case(dialogue), m_reader(reader) {}

    QString run()
    {
        for (int round = 0; round < m_case.rounds && m_problem.isEmpty(); ++round) {
            writeSteps();
            readReplies();
        }
        if (m_problem.isEmpty())
            close();
        if (m_problem.isEmpty())
            m_problem = m_peer.fault();
        return m_problem;
    }

private:
    void writeSteps()
    {
        // Once the program has failed the connection, writing may fail too.
        QByteArray joined;
        for (const Step &step : m_case.steps) {
            const QByteArray bytes = encode(step.frame, m_peer.end(), step.spelling);
            if (m_case.joined) {
                joined += bytes;
                continue;
            }
            if (step.pauseMs > 0)
                QThread::msleep(static_cast<unsigned long>(step.pauseMs));
            m_peer.send(bytes, m_case.chop);
        }
        m_peer.send(joined, m_case.chop);
    }

    void readReplies()
    {
        for (const RawFrame &wanted : m_case.replies) {
            const auto reply = read();
            if (!reply)
                return fail(QStringLiteral("nothing came where %1 was expected").arg(shown(wanted)));
            if (*reply != wanted)
                return fail(QStringLiteral("%1 came where %2 was expected").arg(shown(*reply), shown(wanted)));
        }
    }

    void close()
    {
        if (m_case.ending == Ending::PeerCloses)
            m_peer.send(closeFrame(1000));
        const auto closing = read();
        if (!closing)
            return fail(QStringLiteral("no Close came"));
        if (closing->opcode != opcode::close || closing->rsv != 0)
            return fail(QStringLiteral("%1 came where a Close was expected").arg(shown(*closing)));
        judgePayload(closing->payload);
        if (!m_problem.isEmpty())
            return;
        if (m_peer.end() == End::Client)
            endAsClient();
        else
            endAsServer(*closing);
    }

    void judgePayload(const QByteArray &payload)
    {
        static const PlainUtf8 reader;
        if (payload.size() == 1)
            return fail(QStringLiteral("the Close has a payload of one byte"));
        const int code = payload.isEmpty() ? 0 : (static_cast<uchar>(payload[0]) << 8 | static_cast<uchar>(payload[1]));
        // RFC 6455, 5.5.1: the code is usually repeated; where there was none, 1000 says no less.
        const bool good = code == m_case.closeCode || (m_case.closeCode == 0 && code == 1000);
        if (!good)
            return fail(QStringLiteral("the close code is %1, not %2").arg(code).arg(m_case.closeCode));
        const PlainUtf8::Reading reason = reader.read(payload.mid(2));
        if (reason.firstBad >= 0 || reason.openBytes > 0)
            fail(QStringLiteral("the reason of the Close is not UTF-8"));
    }

    /// The program is the server: it ends TCP, whatever the client does (RFC 6455, 7.1.1).
    void endAsClient() { expectEnd(); }

    /// The program is the client: after a closing handshake it waits for the server to end TCP; after a failure it need not.
    void endAsServer(const RawFrame &closing)
    {
        if (m_case.ending == Ending::Failed)
            m_peer.send(closing);
        else if (!m_peer.isQuiet(clientMustWaitMs))
            return fail(QStringLiteral("the client ended TCP before the server, or went on after its Close"));
        m_peer.finish();
        expectEnd();
    }

    void expectEnd()
    {
        switch (m_peer.readEnd()) {
        case RawPeer::Ended::InOrder:
            return;
        case RawPeer::Ended::Reset:
            return fail(QStringLiteral("TCP was reset"));
        case RawPeer::Ended::MoreBytes:
            return fail(QStringLiteral("more came after the Close"));
        case RawPeer::Ended::Not:
            return fail(QStringLiteral("TCP was not ended"));
        }
    }

    std::optional<RawFrame> read() { return m_reader ? m_reader() : m_peer.readMessage(); }

    void fail(const QString &problem)
    {
        if (m_problem.isEmpty())
            m_problem = problem;
    }

    RawPeer &m_peer;
    const Case &m_case;
    const Reader &m_reader;
    QString m_problem;
};

} // namespace

QString play(RawPeer &peer, const Case &dialogue, const Reader &reader)
{
    return Dialogue(peer, dialogue, reader).run();
}

QString playCompressed(RawPeer peer, const DeflateTerms &terms, const Case &dialogue)
{
    DeflatePeer inflating(std::move(peer), terms);
    return play(inflating.raw(), dialogue, [&inflating] { return inflating.readMessage(); });
}

} // namespace wsw::test
