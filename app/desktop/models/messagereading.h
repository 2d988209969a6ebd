#pragma once

#include "models/messageloader.h"
#include "models/schemacache.h"
#include "payload/tree.h"

#include <QImage>

namespace wsw::desktop {

/// How binary messages are to be read.
struct ReadingChoice
{
    enum class Kind : quint8 { AsItSeems, Bytes, Format, Schema };

    Kind kind = Kind::AsItSeems;
    payload::Format format = payload::Format::MessagePack;  ///< Kind::Format only
    QString schemaFile;                                     ///< Kind::Schema only; empty: none has been chosen yet
    QString messageType;                                    ///< likewise

    friend bool operator==(const ReadingChoice &, const ReadingChoice &) = default;
};

/// A binary message as it has been chosen to be read, beside its bytes.
struct MessageReading
{
    QString seems;                          ///< what it looks like: "CBOR", "PNG picture"; empty: nothing that is known
    bool isAsItSeems = true;                ///< nothing else has been chosen
    std::optional<payload::Format> format;  ///< in which text is written
    QString text;
    std::shared_ptr<const payload::Tree> tree;      ///< its values; null: it has none, or too many
    std::optional<Error> treeProblem;       ///< why there is no tree of a message with values
    QStringList schemaTypes;                ///< that the chosen schema has
    qsizetype unknownFields = 0;            ///< that the chosen type does not name
    QImage picture;                         ///< null: it is none, or cannot be decoded
    std::optional<Error> problem;           ///< why the chosen format is not the message's
};

/// As loadMessage(), but of a binary message that can be read all bytes, however few are asked for.
[[nodiscard]] Result<LoadedMessage> loadReadable(const capture::Document &document, const capture::RecordHeader &frame, quint64 maxBytes,
                                                 const std::atomic_bool &cancelled);
/// Whether there is a choice: a binary data message that has come whole, even if it is too large to be read as anything.
[[nodiscard]] bool canBeRead(const LoadedMessage &message, const capture::RecordHeader &frame);
/// For workers. Pictures larger than Qt's limit for decoding stay bytes.
[[nodiscard]] MessageReading readMessage(const LoadedMessage &message, const ReadingChoice &choice, SchemaCache &schemas);

} // namespace wsw::desktop
