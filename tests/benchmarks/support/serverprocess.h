#pragma once

#include <QProcess>
#include <QString>

namespace wsw::bench {

/// A server under measurement in a process of its own: this same program started with `--serve <kind>`.
class ServerProcess final
{
public:
    explicit ServerProcess(const QString &kind);
    ~ServerProcess();
    /// 0 when it did not start.
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }

private:
    QProcess m_process;
    quint16 m_port = 0;
};

/// The child's part: serves "bare" (a QWebSocketServer that echoes, nothing else), "workbench" (a host of this program, recording
/// into a document in a temporary folder) or "silent" (as workbench, without replies) until its standard input ends; prints the port.
int serve(const QString &kind);

} // namespace wsw::bench
