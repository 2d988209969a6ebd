#include "clientarguments.h"
#include "compressionarguments.h"
#include "console.h"
#include "payloadjson.h"
#include "run.h"
#include "session/workbench.h"
#include "standardinput.h"
#include "sizelimit.h"
#include "verbs.h"
#include "wire/closecode.h"
#include "wire/utf8.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

/// Lines are read from standard input while fewer bytes than this wait for the network; then whoever writes them waits.
constexpr quint64 waitingBytesLimit = quint64{4} * 1024 * 1024;
/// Replies that are on their way when the input ends are waited for this long, in ms, unless told otherwise.
constexpr int replyWaitMs = 1000;

enum class Format : quint8 { Text, Json };
enum class Echo : bool { No, Yes };

/// One client whose messages are lines: standard input -> network -> standard output. Main thread.
class Conversation final : public QObject
{
public:
    Conversation(Run &run, Format format, Echo echo, int waitMs);
    void start(const session::ClientOptions &options);

private:
    void endpointChanged(const session::EndpointInfo &info);
    void connectionChanged(const session::ConnectionStatus &status);
    void opened();
    void ended();
    void failed(const session::EndpointInfo &info);
    void received(bool text, const QByteArray &payload);
    void sendLine(const QByteArray &line);
    void sendFailed(const Error &error);
    void inputEnded();
    void closeNow();
    void pace();

    Run &m_run;
    session::Workbench &m_workbench;
    StandardInput m_input;
    QTimer m_replyWait;
    Format m_format;
    Echo m_echo;
    EndpointId m_endpoint;
    session::ConnectionStatus m_status;
    bool m_opened = false;
    bool m_inputEnded = false;
    bool m_closing = false;
    quint64 m_linesSent = 0;
    quint64 m_bytesSent = 0;        ///< payload handed to the workbench
    quint64 m_replies = 0;
    ExitCode m_code = ExitCode::Done;
};

Conversation::Conversation(Run &run, Format format, Echo echo, int waitMs)
    : m_run(run)
    , m_workbench(run.workbench())
    , m_format(format)
    , m_echo(echo)
{
    using session::Workbench;
    connect(&m_workbench, &Workbench::endpointChanged, this, &Conversation::endpointChanged);
    connect(&m_workbench, &Workbench::connectionChanged, this, &Conversation::connectionChanged);
    connect(&m_workbench, &Workbench::messageReceived, this,
            [this](ConnectionId, bool text, const QByteArray &payload) { received(text, payload); });
    connect(&m_workbench, &Workbench::sendFailed, this,
            [this](ConnectionId, const Error &error) { sendFailed(error); });
    connect(&m_input, &StandardInput::line, this, &Conversation::sendLine);
    connect(&m_input, &StandardInput::refused, this, &Conversation::sendFailed);
    connect(&m_input, &StandardInput::ended, this, &Conversation::inputEnded);
    connect(&m_run, &Run::stopRequested, this, &Conversation::closeNow);
    m_replyWait.setSingleShot(true);
    m_replyWait.setInterval(waitMs);
    connect(&m_replyWait, &QTimer::timeout, this, &Conversation::closeNow);
}

void Conversation::start(const session::ClientOptions &options)
{
    m_endpoint = m_workbench.connectClient(options);
    if (m_echo == Echo::Yes)
        m_workbench.setEchoBack(m_endpoint, true);
    else
        m_workbench.setMessagesWanted(m_endpoint, true);
}

void Conversation::endpointChanged(const session::EndpointInfo &info)
{
    if (info.id != m_endpoint)
        return;
    if (info.state == session::EndpointState::Failed)
        failed(info);
    else if (info.state == session::EndpointState::Closed)
        ended();
}

void Conversation::connectionChanged(const session::ConnectionStatus &status)
{
    if (status.endpoint != m_endpoint)
        return;
    m_status = status;
    if (status.state == session::EndpointState::Open && !m_opened)
        opened();
    pace();
}

void Conversation::opened()
{
    m_opened = true;
    if (m_format == Format::Json) {
        console::line(QJsonObject{{u"type"_s, u"open"_s}, {u"peer"_s, m_status.peer},
                                  {u"subprotocol"_s, m_status.subprotocol}});
    } else if (StandardInput::isTerminal() && m_echo == Echo::No) {
        console::note(u"Connected to %1. Each line is sent as a message; Ctrl+D closes."_s.arg(m_status.peer));
    }
    if (m_echo == Echo::No && !m_closing)
        m_input.setReading(true);
}

void Conversation::received(bool text, const QByteArray &payload)
{
    ++m_replies;
    bool read = true;
    if (m_format == Format::Json) {
        QJsonObject object{{u"type"_s, text ? u"text"_s : u"binary"_s}};
        putPayload(object, payload, text ? PayloadEncoding::TextIfPossible : PayloadEncoding::Base64);
        read = console::line(object);
    } else if (text) {
        read = console::line(payload);
    } else {
        read = console::line(QByteArray("[binary, ") + QByteArray::number(payload.size()) + " bytes, base64] "
                             + payload.toBase64());
    }
    if (!read || (m_inputEnded && m_replies >= m_linesSent))
        closeNow();
}

void Conversation::sendLine(const QByteArray &line)
{
    wire::Utf8Validator validator;
    if (!validator.feed(line) || !validator.atBoundary()) {
        sendFailed({ErrorKind::Usage, u"A line of the input is not UTF-8 and was not sent."_s,
                    u"Text messages are UTF-8 (RFC 6455, 5.6)."_s, {}});
        return;
    }
    ++m_linesSent;
    m_bytesSent += static_cast<quint64>(line.size());
    m_workbench.send(m_status.id, {.kind = session::Outgoing::Kind::Text, .payload = line});
    pace();
}

void Conversation::pace()
{
    if (m_opened && !m_inputEnded && !m_closing && m_echo == Echo::No)
        m_input.setReading(m_bytesSent < m_status.plainSent + waitingBytesLimit);
}

void Conversation::sendFailed(const Error &error)
{
    console::error(error);
    m_code = ExitCode::Failed;
}

void Conversation::inputEnded()
{
    m_inputEnded = true;
    if (m_replies >= m_linesSent)
        closeNow();
    else
        m_replyWait.start();
}

void Conversation::closeNow()
{
    if (m_closing)
        return;
    m_closing = true;
    m_input.setReading(false);
    m_workbench.stop(m_endpoint);
}

void Conversation::ended()
{
    if (m_run.isFinishing())
        return;
    const quint16 code = m_status.closeReceived.value_or(0);
    if (m_format == Format::Json && m_opened)
        console::line(QJsonObject{{u"type"_s, u"close"_s}, {u"code"_s, code}, {u"state"_s, m_status.stateText}});
    // 1000 and 1001 are the two ordinary ends, 1005 is a Close without a code; all else says that something went wrong.
    const bool inOrder = code == 1000 || code == 1001 || code == 1005;
    if (!m_opened) {
        console::note(u"Connecting was cancelled."_s);
    } else if (!m_closing && !inOrder) {
        console::note(code == 0 ? u"The connection ended without a Close: %1."_s.arg(m_status.stateText)
                                : u"The server closed with %1 (%2)."_s.arg(code).arg(wire::closeCodeName(code)));
        m_code = ExitCode::Failed;
    }
    m_run.finish(m_opened ? m_code : ExitCode::NoConnection);
}

void Conversation::failed(const session::EndpointInfo &info)
{
    if (m_run.isFinishing())
        return;
    const Error error =
        info.error.value_or(Error{ErrorKind::Io, u"The connection failed: %1."_s.arg(info.stateText), {}, {}});
    if (m_format == Format::Json)
        console::line(QJsonObject{{u"type"_s, u"failed"_s}, {u"message"_s, error.message}, {u"remedy"_s, error.remedy}});
    console::error(error);
    m_run.finish(m_opened ? ExitCode::Failed : exitCodeForStart(error.kind));
}

} // namespace

CommandSpec connectSpec()
{
    return {
        u"connect"_s,
        u"Connects to a server: lines on standard input are sent as messages, messages that come are printed as lines."_s,
        {u"URL"_s},
        QList<OptionSpec>{
            {u"echo"_s, {}, u"Answers every message with itself until the server closes; reads and prints nothing."_s},
            {u"wait"_s, {u"MS"_s}, u"When the input ends, waits at most this long for one message for each line sent; %1."_s.arg(
                                       replyWaitMs)},
            {u"capture"_s, {u"FILE"_s}, u"Records into this new file (*.wscapture)."_s},
            sizeLimitSpec(),
            {u"json"_s, {}, u"Prints one JSON object for each message, and for the opening, the end or the failure."_s},
        } + clientOptionSpecs()
            + compressionOptionSpecs(u"Offers to compress (permessage-deflate, RFC 7692), and does where the server agrees."_s),
        u"A binary message is printed as base64 behind a mark. Ends with Close 1000 at the end of the input, at SIGINT "
        "(Ctrl+C) and SIGTERM, or when the server closes."_s,
    };
}

ExitCode runConnect(const Arguments &arguments)
{
    Result<session::ClientOptions> options = readClientOptions(arguments, arguments.operand(0));
    if (options)
        options = withCompression(arguments, *options);
    const Result<qint64> wait = arguments.number(u"wait"_s, replyWaitMs, 0, std::numeric_limits<int>::max());
    if (!options || !wait) {
        console::error(options ? wait.error() : options.error());
        return ExitCode::Usage;
    }
    const Result<std::unique_ptr<Run>> run = Run::start(arguments);
    if (!run) {
        console::error(run.error());
        return exitCodeForFile(run.error().kind);
    }
    Conversation conversation(**run, arguments.has(u"json"_s) ? Format::Json : Format::Text,
                              arguments.has(u"echo"_s) ? Echo::Yes : Echo::No, static_cast<int>(*wait));
    conversation.start(*options);
    return (*run)->exec();
}

} // namespace wsw::cli
