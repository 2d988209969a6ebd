#pragma once

#include "exchange/messages.h"

#include <span>

namespace wsw::exchange {

/// Takes the fields of one record or message, one by one and always in the same order, and writes them in its own way.
class FieldSink
{
public:
    virtual ~FieldSink() = default;
    virtual void number(const char *name, qint64 value) = 0;
    virtual void count(const char *name, quint64 value) = 0;
    virtual void boolean(const char *name, bool value) = 0;
    /// UTF-8.
    virtual void text(const char *name, QByteArrayView value) = 0;
    /// Latin-1 without anything that a format would have to escape.
    virtual void word(const char *name, QByteArrayView value) = 0;
    virtual void base64(const char *name, QByteArrayView bytes) = 0;
    /// There is such a field, and nothing in it.
    virtual void nothing(const char *name) = 0;
};

/// The fields of one record; listed in app/cli/README.md.
void putRecord(FieldSink &sink, const capture::Record &record, const ClockAnchor &clock);
/// The fields of one message; listed in app/cli/README.md.
void putMessage(FieldSink &sink, const Message &message, const ClockAnchor &clock);

/// The names that putRecord() and putMessage() use, in their order.
[[nodiscard]] std::span<const char *const> recordFieldNames() noexcept;
[[nodiscard]] std::span<const char *const> messageFieldNames() noexcept;

/// Can these bytes stand as text, so that the same bytes can be had back from any reader? UTF-8 without a byte order mark, that is.
[[nodiscard]] bool isPlainText(QByteArrayView bytes) noexcept;
[[nodiscard]] bool isUtf8(QByteArrayView bytes) noexcept;

} // namespace wsw::exchange
