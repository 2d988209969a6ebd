#include "exchange/talks.h"

#include "wire/handshake.h"

#include <QTest>
#include <QUrl>

namespace wsw::test {

Talk::Talk()
{
    auto made = capture::Document::create(path(QStringLiteral("talk.wscapture")));
    if (!made)
        qFatal("%s", qPrintable(made.error().message));
    m_document = std::move(made).value();
    m_now = m_document->clock().monotonic;
}

QString Talk::close()
{
    const Result<> stopped = m_document->stopRecording();
    if (!stopped)
        QTest::qFail(qPrintable(stopped.error().message), __FILE__, __LINE__);
    return m_document->path();
}

std::unique_ptr<Talk::Line> Talk::open(const QString &url, Deflate deflate, const QByteArray &extraHeaders)
{
    capture::ConnectionInfo info;
    info.id = m_document->newConnectionId();
    info.url = url;
    info.endpoint = QStringLiteral("client");
    info.name = QStringLiteral("client %1").arg(info.id.value());
    const QUrl parsed(url);
    const bool v6 = parsed.host().contains(QLatin1Char(':'));
    const QString host = v6 ? QStringLiteral("[%1]").arg(parsed.host()) : parsed.host();
    info.peerAddress = host + QLatin1Char(':') + QString::number(parsed.port(url.startsWith(QStringLiteral("wss")) ? 443 : 80));
    info.localAddress = (v6 ? QStringLiteral("[::1]:") : QStringLiteral("127.0.0.1:")) + QString::number(40'000 + info.id.value());
    if (url.startsWith(QStringLiteral("wss")))
        info.tls = {{QStringLiteral("protocol"), QStringLiteral("TLSv1.3")}};
    info.opened = m_now;
    wire::RequestOptions request;
    request.target = parsed.path(QUrl::FullyEncoded).toUtf8() + (parsed.hasQuery() ? '?' + parsed.query(QUrl::FullyEncoded).toUtf8() : QByteArray());
    request.host = info.peerAddress.toLatin1();
    request.key = "dGhlIHNhbXBsZSBub25jZQ==";
    request.extensions = deflate == Deflate::Yes ? "permessage-deflate" : "";
    QByteArray head = wire::composeRequest(request);
    head.insert(head.size() - 2, extraHeaders);
    const QByteArray answer = wire::composeResponse({request.key, {}, request.extensions, {}});
    m_document->putConnection(info);
    return std::make_unique<Line>(*this, info, head, answer, deflate);
}

Talk::Line::Line(Talk &talk, const capture::ConnectionInfo &info, const QByteArray &request, const QByteArray &response, Deflate deflate)
    : m_talk(talk), m_id(info.id), m_recorder(talk.m_document->recorder(), info.id),
      m_out(m_recorder, Direction::Sent, Role::Client, limits::defaultFrameBytes),
      m_in(m_recorder, Direction::Received, Role::Server, limits::defaultFrameBytes)
{
    m_talk.m_now += 500'001;
    m_recorder.recordBytes(wire::RecordKind::RequestHead, Direction::Sent, request, m_talk.m_now, m_talk.m_now);
    m_talk.m_now += 700'007;
    m_recorder.recordBytes(wire::RecordKind::ResponseHead, Direction::Received, response, m_talk.m_now, m_talk.m_now);
    if (deflate == Deflate::Yes) {
        m_out.expectCompression(wire::ContextTakeover::Yes, limits::inflatedBytes);
        m_in.expectCompression(wire::ContextTakeover::Yes, limits::inflatedBytes);
    }
}

void Talk::Line::take(net::RelayDirection &direction, const QByteArray &bytes, MonotonicNs time)
{
    direction.feed(bytes, time);
    for (net::RelayDirection::Step step; direction.next(step);) { }
}

void Talk::Line::sent(const QByteArray &bytes, qint64 after)
{
    take(m_out, bytes, m_talk.m_now += after);
}

void Talk::Line::received(const QByteArray &bytes, qint64 after)
{
    take(m_in, bytes, m_talk.m_now += after);
}

void Talk::Line::end(const QString &sentHow, const QString &receivedHow)
{
    using Missing = net::RelayDirection::MissingClose;
    m_in.end(receivedHow, m_talk.m_now += 1'000, Missing::Excused);
    m_out.end(sentHow, m_talk.m_now += 1'000, Missing::Excused);
    std::optional<capture::ConnectionInfo> info = m_talk.m_document->connection(m_id);
    info->closed = m_talk.m_now;
    info->closeText = receivedHow;
    m_talk.m_document->putConnection(*info);
}

} // namespace wsw::test
