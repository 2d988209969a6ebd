#pragma once

#include "base/direction.h"
#include "wire/extensions.h"

#include <optional>

namespace wsw::wire {

/// RFC 7692, 7.1.1: may a message be compressed with what is left in the window from the messages before it?
enum class ContextTakeover : bool { No, Yes };

/// RFC 7692, 7.1.2: the window is 2^bits bytes. 8 can be read, but is never agreed to: zlib cannot write raw deflate with it.
inline constexpr int leastWindowBits = 8;
inline constexpr int leastOwnWindowBits = 9;
inline constexpr int greatestWindowBits = 15;

/// What one end does with the messages that it sends.
struct DeflateSide
{
    ContextTakeover contextTakeover = ContextTakeover::Yes;
    int windowBits = greatestWindowBits;
    friend bool operator==(const DeflateSide &, const DeflateSide &) = default;
};

/// permessage-deflate as both ends have agreed on it.
struct DeflateParameters
{
    DeflateSide server;
    DeflateSide client;
    [[nodiscard]] const DeflateSide &of(Role sender) const noexcept { return sender == Role::Server ? server : client; }
    friend bool operator==(const DeflateParameters &, const DeflateParameters &) = default;
};

/// What a client offers; each line is one parameter.
struct DeflateOffer
{
    ContextTakeover serverContextTakeover = ContextTakeover::Yes;   ///< No: server_no_context_takeover, the server must comply
    ContextTakeover clientContextTakeover = ContextTakeover::Yes;   ///< No: client_no_context_takeover, a hint
    std::optional<int> serverWindowBits{};   ///< server_max_window_bits: the server must use no more
    std::optional<int> clientWindowBits{};   ///< client_max_window_bits: the server may limit it; 15 is written without a value
    friend bool operator==(const DeflateOffer &, const DeflateOffer &) = default;
};

/// What a server wants for itself and from its clients, as far as an offer allows.
using DeflatePolicy = DeflateParameters;

/// Where a negotiation ended.
struct DeflateNegotiation
{
    enum class Outcome : quint8 {
        NotAgreed,  ///< no compression; the connection goes on without
        Agreed,
        Failed,     ///< client: the answer breaks the rules, the connection must be failed (RFC 7692, 7.1)
    };
    Outcome outcome = Outcome::NotAgreed;
    DeflateParameters parameters;   ///< Agreed only
    QByteArray answer;              ///< server, Agreed: the value for Sec-WebSocket-Extensions
    QString problem;                ///< why an offer was declined or the answer failed: one sentence; may be empty
    /// Agreed: that the client takes no context over is only its offer's word (RFC 7692, 7.1.1.2), which the answer did not repeat.
    /// Some clients then take it over all the same: who reads their messages does well to keep it.
    bool clientTakeoverHintOnly = false;
};

/// The name of the extension.
inline constexpr QByteArrayView deflateName = "permessage-deflate";

/// The number that the value of a max_window_bits parameter says, 8 to 15 (RFC 7692, 7.1.2); nothing where it says none.
[[nodiscard]] std::optional<int> readWindowBits(QByteArrayView value);

/// The offer as it stands in Sec-WebSocket-Extensions.
[[nodiscard]] QByteArray composeDeflateOffer(const DeflateOffer &offer);

/// Server: takes the first of the client's offers that can be met (RFC 7692, 5.1 and 7.1); declines the others.
[[nodiscard]] DeflateNegotiation answerDeflate(const ExtensionList &offered, const DeflatePolicy &policy);

/// What the two heads mean for the messages, by the rules alone: also for who only watches, and with windows of 8 bits.
[[nodiscard]] DeflateNegotiation readDeflateAnswer(const ExtensionList &offered, const ExtensionList &answered);

/// Client that compresses itself: as readDeflateAnswer(), but a window of 8 bits is refused.
[[nodiscard]] DeflateNegotiation acceptDeflateAnswer(const ExtensionList &offered, const ExtensionList &answered);

} // namespace wsw::wire
