#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace wsw::payload {

/// What the bytes of a message can be read as.
enum class Format : quint8 {
    Xml,
    MessagePack,
    Cbor,           ///< RFC 8949, shown in its diagnostic notation
    Bson,           ///< shown as MongoDB's extended JSON
    Protobuf,       ///< without a schema: numbers of fields and what their bytes may mean
    PlainText,      ///< of a binary message: UTF-8, or UTF-16 or UTF-32 with a byte order mark
};

/// "MessagePack", "plain text", ...
[[nodiscard]] QString formatName(Format format);
/// Those that a text message or a binary one can be read as, the likelier first.
[[nodiscard]] QList<Format> formatsOf(bool isText);

/// Whether it has values, of which treeOf() makes a tree.
[[nodiscard]] bool hasValues(Format format);

/// More bytes than this are not read as a whole.
inline constexpr qsizetype mostBytes = 4 * 1024 * 1024;
/// Characters that are written at most: with their indents, few bytes can become many.
inline constexpr qsizetype mostText = 8 * 1024 * 1024;
/// Containers nested more deeply than this are refused, whatever the format.
inline constexpr int mostDepth = 100;

/// The payload as @p format, laid out with line breaks and indents. The error says at which byte and why it is none. Any thread.
[[nodiscard]] Result<QString> layOut(QByteArrayView payload, Format format);

/// A payload as what it looks like.
struct Reading
{
    Format format;
    QString text;       ///< laid out
};
/// What @p payload looks like, and laid out as that, since to see the one takes the other; nothing where that is not plain: many bytes are valid MessagePack or Protobuf by chance, so these two are
/// only guessed where the whole payload is one and has the shape of something that was meant. Any thread.
[[nodiscard]] std::optional<Reading> readAsItSeems(QByteArrayView payload, bool isText);
/// Only what it looks like.
[[nodiscard]] std::optional<Format> guess(QByteArrayView payload, bool isText);

} // namespace wsw::payload
