#pragma once

#include "base/clock.h"
#include "capture/record.h"
#include "theme/theme.h"

#include <QList>
#include <QString>

/// The words, glyphs and meanings in which one record is shown. Pure functions; any thread.
namespace wsw::desktop {

/// The small pictures in the log's glyph column, in the order in which they stand.
enum class LogGlyph : quint8 { Sent, Received, Control, Crafted, Violation, Exchange };

/// What the record's colour says. Crafted goes before violation, violation before control.
[[nodiscard]] Meaning meaningOf(const capture::Record &record);
[[nodiscard]] QList<LogGlyph> glyphsOf(const capture::Record &record);
/// The same as words, for screen readers and copying: "sent", "received, control".
[[nodiscard]] QString glyphWords(const QList<LogGlyph> &glyphs);

/// "text", "text · first", "continuation · last", "ping", "upgrade request", "101 switching", "TCP end", with "crafted", "deflate" or
/// "truncated" behind.
[[nodiscard]] QString frameName(const capture::Record &record);
/// Payload bytes as declared; of a compressed frame "24→19": 24 bytes that became 19 on the wire.
[[nodiscard]] QString lengthText(const capture::RecordHeader &header);
/// Payload bytes that previewText() and frameName() look at: more need not be fetched.
inline constexpr qsizetype previewBytes = 2048;
/// One line about the content, inflated where it was compressed: the text, the bytes in hex, code and reason, the head's telling line. At most a few hundred characters.
[[nodiscard]] QString previewText(const capture::Record &record);
/// So much of a note is shown in one line: far more than the program lets one write, but a file can hold any.
inline constexpr qsizetype noteChars = 4000;
/// What is noted (UTF-8), in one line.
[[nodiscard]] QString noteText(const QByteArray &note);
/// Local time of day, "10:04:07.211 604".
[[nodiscard]] QString timeText(WallNs time);

/// 1234567 as "1 234 567", grouped by spaces that do not break.
[[nodiscard]] QString groupedNumber(quint64 number);

} // namespace wsw::desktop
