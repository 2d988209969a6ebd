#pragma once

#include "base/result.h"

#include <QByteArray>

#include <functional>

class QIODevice;

namespace wsw::exchange {

/// What a JSON file holds, value by value, without the file or a tree of it ever lying in memory.
struct JsonEvents
{
    /// A value that is no object and no array: its names from the top, joined by dots ("log.entries.request.url"; arrays add none), and
    /// its text: strings as they are, numbers as they stand, true, false, null.
    std::function<void(QByteArrayView path, QByteArrayView value)> value;
    /// An object begins or ends. False from either: stop.
    std::function<bool(QByteArrayView path)> begin;
    std::function<bool(QByteArrayView path)> end;
};

/// No value may be longer: what a message may be, with its escapes.
inline constexpr qint64 longestJsonValue = qint64{1024} * 1024 * 1024;
/// Nor deeper.
inline constexpr size_t deepestJson = 64;

/// Reads @p device to its end. Errors: NotACapture where it is no JSON or breaks off; Cancelled where an event said stop.
[[nodiscard]] Result<> readJson(QIODevice &device, const JsonEvents &events);

} // namespace wsw::exchange
