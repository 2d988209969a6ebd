#include "support/program.h"

#include <QDeadlineTimer>
#include <QJsonDocument>

#include <csignal>

using namespace Qt::StringLiterals;

namespace wsw::test {

Program::Program(QString path, QStringList arguments)
{
    m_process.setProgram(std::move(path));
    m_process.setArguments(std::move(arguments));
}

Program::~Program()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(5000);
}

bool Program::start()
{
    m_process.setProcessEnvironment(m_environment);
    m_process.start();
    return m_process.waitForStarted(10'000);
}

void Program::write(const QByteArray &bytes)
{
    m_process.write(bytes);
    m_process.waitForBytesWritten(5000);
}

void Program::closeInput()
{
    m_process.closeWriteChannel();
}

void Program::sendSignal(int number) const
{
    ::kill(static_cast<pid_t>(m_process.processId()), number);
}

std::optional<QByteArray> Program::readLine(int timeoutMs)
{
    const QDeadlineTimer deadline(timeoutMs);
    for (;;) {
        m_output += m_process.readAllStandardOutput();
        const qsizetype end = m_output.indexOf('\n');
        if (end >= 0) {
            const QByteArray line = m_output.left(end);
            m_output.remove(0, end + 1);
            return line;
        }
        if (!isRunning() || deadline.hasExpired())
            return std::nullopt;
        m_process.waitForReadyRead(static_cast<int>(qMin<qint64>(deadline.remainingTime(), 1000)));
    }
}

QJsonObject Program::readJson(int timeoutMs)
{
    const std::optional<QByteArray> line = readLine(timeoutMs);
    return line ? QJsonDocument::fromJson(*line).object() : QJsonObject();
}

std::optional<int> Program::exitCode(int timeoutMs)
{
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(timeoutMs))
        return std::nullopt;
    if (m_process.exitStatus() != QProcess::NormalExit)
        return std::nullopt;
    return m_process.exitCode();
}

QByteArray Program::restOfOutput()
{
    m_output += m_process.readAllStandardOutput();
    return std::exchange(m_output, {});
}

QByteArray Program::errors()
{
    m_errors += m_process.readAllStandardError();
    return m_errors;
}

QString wswPath()
{
    return QStringLiteral(WSW_BIN_DIR "/wsw");
}

std::unique_ptr<Program> runToEnd(const QString &path, const QStringList &arguments, const QByteArray &input)
{
    auto program = std::make_unique<Program>(path, arguments);
    if (!program->start())
        return program;
    if (!input.isEmpty())
        program->write(input);
    program->closeInput();
    [[maybe_unused]] const std::optional<int> code = program->exitCode();
    return program;
}

} // namespace wsw::test
