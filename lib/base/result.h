#pragma once

#include <QString>

#include <utility>
#include <variant>

namespace wsw {

/// What sort of thing went wrong: decides the exit code of `wsw` and which remedy a dialog offers.
enum class ErrorKind : quint8 {
    Usage,          ///< the caller's words are off (bad URL, bad option value)
    NotFound,       ///< a name or a file does not exist
    InUse,          ///< address or file taken by someone else
    Permission,     ///< the system refuses (privileged port, read-only file)
    Refused,        ///< the peer's machine refused the connection
    TimedOut,       ///< no answer within a named limit
    Cancelled,      ///< the user stopped it
    Tls,            ///< certificate or TLS handshake
    Protocol,       ///< the peer broke HTTP or WebSocket rules
    Limit,          ///< a named limit was reached (see base/limits.h)
    Io,             ///< reading or writing failed
    DiskFull,       ///< no space left where the capture is written
    Damaged,        ///< a capture is truncated or does not check
    NewerVersion,   ///< a capture was written by a newer program
    NotACapture,    ///< the file is something else
};

/// One failure, in words for a person: what happened and what to do about it.
struct Error
{
    ErrorKind kind;
    QString message;    ///< one sentence: what happened, to what
    QString remedy;     ///< one sentence: what to do; may be empty where nothing can be done
    QString detail;     ///< further lines (certificate chain, server's answer); may be empty
};

/// A value or an Error. Nothing here throws; reading the side that is not there is a programming error (assert).
template<class T = std::monostate>
class [[nodiscard]] Result final
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}
    Result() requires std::is_same_v<T, std::monostate> : m_state(std::in_place_index<0>) {}

    [[nodiscard]] bool ok() const noexcept { return m_state.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    [[nodiscard]] const T &value() const & { Q_ASSERT(ok()); return std::get<0>(m_state); }
    [[nodiscard]] T &value() & { Q_ASSERT(ok()); return std::get<0>(m_state); }
    [[nodiscard]] T &&value() && { Q_ASSERT(ok()); return std::get<0>(std::move(m_state)); }
    [[nodiscard]] const Error &error() const { Q_ASSERT(!ok()); return std::get<1>(m_state); }

    const T &operator*() const { return value(); }
    const T *operator->() const { return &value(); }
    T *operator->() { return &value(); }

private:
    std::variant<T, Error> m_state;
};

} // namespace wsw
