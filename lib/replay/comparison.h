#pragma once

#include "replay/alignment.h"
#include "replay/ignoring.h"
#include "replay/messagelist.h"

#include <array>
#include <memory>

namespace wsw::replay {

/// One of the two conversations that are compared: a connection of a capture, or what a filter chooses of it.
struct RunRef
{
    std::shared_ptr<const capture::Document> document;
    ConnectionId connection;
};

/// A run has at most so many messages: 64 bytes of each are kept.
inline constexpr size_t mostRunMessages = 2'000'000;

struct CompareOptions
{
    Ignoring ignoring{};
    capture::Filter filter{};       ///< only messages that match, in both
    bool controlFrames = true;      ///< Ping, Pong and Close are compared as well
    size_t mostMessages = mostRunMessages;
};

/// What one end said in one run.
struct Speaker
{
    MessageList messages;
    std::vector<Fingerprint> wholes;
    std::vector<Fingerprint> shapes;
};

/// One line of a comparison.
struct CompareEntry
{
    enum class Kind : quint8 { Equal, Changed, OnlyLeft, OnlyRight };
    static constexpr quint32 none = ~quint32{0};
    Kind kind = Kind::Equal;
    Role speaker = Role::Client;
    quint32 left = none;            ///< which of the speaker's messages of the left run
    quint32 right = none;
    friend bool operator==(const CompareEntry &, const CompareEntry &) = default;
};

/// Two runs side by side. A plain value that shares the documents.
struct Comparison
{
    RunRef left;
    RunRef right;
    Ignoring ignoring;
    std::array<Speaker, 2> leftSaid;    ///< by Role
    std::array<Speaker, 2> rightSaid;
    std::vector<CompareEntry> entries;  ///< each speaker's in order; the speakers between one another as in the left run
    quint64 equal = 0;
    quint64 changed = 0;
    quint64 onlyLeft = 0;
    quint64 onlyRight = 0;
    quint64 leftOut = 0;                ///< messages that are not recorded whole, or cannot be read, of both
    QList<Error> damage;                ///< of many messages that cannot be read, what the first one's error says

    [[nodiscard]] bool isEqual() const noexcept { return changed + onlyLeft + onlyRight == 0; }
    /// "12 messages are equal, 1 is changed ...": for a person.
    [[nodiscard]] QString summary() const;
    [[nodiscard]] const MessageRef *leftOf(const CompareEntry &entry) const;
    [[nodiscard]] const MessageRef *rightOf(const CompareEntry &entry) const;
    /// Payloads from disk; empty where that side has none. For workers.
    [[nodiscard]] Result<QByteArray> leftPayload(const CompareEntry &entry) const;
    [[nodiscard]] Result<QByteArray> rightPayload(const CompareEntry &entry) const;
    /// In a few words how the two of a Changed entry differ. Reads both payloads, for workers.
    [[nodiscard]] QString difference(const CompareEntry &entry) const;
};

/// Compares what each end said, client with client and server with server, whichever end the recording program was. Messages that are the
/// same but for what is ignored are Equal; between two such, what is of the same kind and shape is Changed, in order, and the rest pairs up in
/// order as far as data meets data. For workers. Errors: Cancelled; Limit; those of the documents.
[[nodiscard]] Result<Comparison> compare(const RunRef &left, const RunRef &right, const CompareOptions &options,
                                         const ReadProgress &progress = {});

} // namespace wsw::replay
