#pragma once

#include "replay/messagelist.h"
#include "wire/handshake.h"

#include <QStringList>

#include <memory>

namespace wsw::replay {

/// Whether Pings and the Close of the side that is replayed are. Pongs never are: whoever is pinged answers by itself.
enum class ControlFrames : bool { Left, Replayed };

/// What one side said on one connection, and when it was its turn.
struct Part
{
    ConnectionId connection;            ///< in the capture
    QString name;
    QString url;
    bool compressed = false;            ///< permessage-deflate had been agreed on
    QString origin;                     ///< of the recorded request, as the next two
    QStringList subprotocols;
    wire::HeaderList headers;           ///< without those that belong to the handshake itself, which are made anew
    QString agreed;                     ///< the subprotocol; empty: none
    MonotonicNs opened = 0;             ///< when connecting begins, beside the other parts
    MonotonicNs start = 0;              ///< what the times of the steps are counted from once the connection is open
    MessageList steps;
    std::vector<quint64> answersBefore; ///< by step: data messages of the other side that had come
    std::vector<qint64> silenceBefore;  ///< by step: the longest time in ns in which nothing was said before one of those that came since the last
    quint64 answers = 0;                ///< that came in all
    qint64 silence = 0;                 ///< as silenceBefore, after the last step
};

/// A script has at most so many messages: some 60 bytes of each are kept.
inline constexpr quint64 mostScriptMessages = 5'000'000;

/// What is to be replayed. A plain value that shares the document it reads payloads from.
struct Script
{
    std::shared_ptr<const capture::Document> document;
    Role side = Role::Client;
    std::vector<Part> parts;            ///< at least one step each, in the order of their connections
    quint64 messages = 0;               ///< steps of all parts
    quint64 bytes = 0;                  ///< payload of all steps
    quint64 leftOut = 0;                ///< messages of that side that were not recorded whole
    QList<Error> damage;                ///< what could not be read and is missing
};

struct ScriptRequest
{
    Role side = Role::Client;
    Choice choice{};
    ControlFrames control = ControlFrames::Left;
    quint64 mostMessages = mostScriptMessages;
};

/// Reads what @p request asks for. Of a part of a connection those answers are waited for that came after a message which is replayed and
/// before the next one that is not. For workers. Errors: NotFound where there is nothing to replay, Limit, Cancelled, those
/// of the document.
[[nodiscard]] Result<Script> readScript(std::shared_ptr<const capture::Document> document, const ScriptRequest &request,
                                        const ReadProgress &progress = {});

} // namespace wsw::replay
