#include "serverprocess.h"

#include "capture/document.h"
#include "session/workbench.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QWebSocket>
#include <QWebSocketServer>

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

namespace wsw::bench {

namespace {

void raiseDescriptorLimit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void announce(quint16 port)
{
    std::printf("%u\n", unsigned{port});
    std::fflush(stdout);
}

int serveBare()
{
    QWebSocketServer server(QStringLiteral("bare"), QWebSocketServer::NonSecureMode);
    server.setMaxPendingConnections(10'000);
    if (!server.listen(QHostAddress::LocalHost))
        return 1;
    QObject::connect(&server, &QWebSocketServer::newConnection, &server, [&server] {
        while (QWebSocket *socket = server.nextPendingConnection()) {
            QObject::connect(socket, &QWebSocket::textMessageReceived, socket, &QWebSocket::sendTextMessage);
            QObject::connect(socket, &QWebSocket::binaryMessageReceived, socket, &QWebSocket::sendBinaryMessage);
            QObject::connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    announce(server.serverPort());
    return QCoreApplication::exec();
}

int serveWorkbench(session::Behaviour behaviour)
{
    QTemporaryDir folder;
    auto document = capture::Document::create(folder.filePath(QStringLiteral("bench.wscapture")));
    if (!document) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(document.error().message));
        return 1;
    }
    session::Workbench workbench{std::shared_ptr<capture::Document>(std::move(document).value())};
    QObject::connect(&workbench, &session::Workbench::endpointChanged, qApp, [](const session::EndpointInfo &info) {
        static bool announced = false;
        if (info.state == session::EndpointState::Listening && !announced) {
            announced = true;
            announce(info.port);
        }
    });
    session::HostOptions options;
    options.port = 0;
    options.behaviour = behaviour;
    workbench.startHost(options);
    return QCoreApplication::exec();
}

} // namespace

ServerProcess::ServerProcess(const QString &kind)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--serve"), kind});
    if (m_process.waitForReadyRead(10'000))
        m_port = m_process.readLine().trimmed().toUShort();
}

ServerProcess::~ServerProcess()
{
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(20'000))
        m_process.kill();
    m_process.waitForFinished(1'000);
}

int serve(const QString &kind)
{
    raiseDescriptorLimit();
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, qApp, &QCoreApplication::quit);
    if (kind == QLatin1String("bare"))
        return serveBare();
    return serveWorkbench(kind == QLatin1String("silent") ? session::Behaviour::Silent : session::Behaviour::Echo);
}

} // namespace wsw::bench
