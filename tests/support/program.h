#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

#include <memory>
#include <optional>

namespace wsw::test {

/// Another program that a test talks to. Killed, by its number, when this object goes.
class Program final
{
public:
    Program(QString path, QStringList arguments);
    ~Program();
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;

    void setEnvironment(const QString &name, const QString &value) { m_environment.insert(name, value); }
    [[nodiscard]] bool start();
    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }

    void write(const QByteArray &bytes);
    void closeInput();
    void sendSignal(int number) const;

    /// The next line of its standard output without the line end; nothing if none has come within @p timeoutMs or it has ended.
    [[nodiscard]] std::optional<QByteArray> readLine(int timeoutMs = 20'000);
    /// The next line as a JSON object; empty if it is none.
    [[nodiscard]] QJsonObject readJson(int timeoutMs = 20'000);
    /// Waits for its end; the exit code, or nothing if it crashed or is still running after @p timeoutMs.
    [[nodiscard]] std::optional<int> exitCode(int timeoutMs = 30'000);
    /// All that has come on standard output and not been read as lines.
    [[nodiscard]] QByteArray restOfOutput();
    /// All that has come on standard error.
    [[nodiscard]] QByteArray errors();

private:
    QProcess m_process;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
    QByteArray m_output;
    QByteArray m_errors;
};

/// `wsw` of this build.
[[nodiscard]] QString wswPath();
/// Runs a program to its end with @p input and closes it; see exitCode(), restOfOutput(), errors().
[[nodiscard]] std::unique_ptr<Program> runToEnd(const QString &path, const QStringList &arguments,
                                                const QByteArray &input = {});

} // namespace wsw::test
