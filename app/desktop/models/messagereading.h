#pragma once

#include "models/messageloader.h"
#include "payload/reading.h"

#include <QImage>

namespace wsw::desktop {

/// How binary messages are to be read.
struct ReadingChoice
{
    enum class Kind : quint8 { AsItSeems, Bytes, Format };

    Kind kind = Kind::AsItSeems;
    payload::Format format = payload::Format::MessagePack;  ///< Kind::Format only

    friend bool operator==(const ReadingChoice &, const ReadingChoice &) = default;
};

/// A binary message as it has been chosen to be read, beside its bytes.
struct MessageReading
{
    QString seems;                          ///< what it looks like: "CBOR", "PNG picture"; empty: nothing that is known
    std::optional<payload::Format> format;  ///< in which text is written
    QString text;
    QImage picture;                         ///< null: it is none, or cannot be decoded
    std::optional<Error> problem;           ///< why the chosen format is not the message's
};

/// Whether there is a choice: a binary data message that has come whole.
[[nodiscard]] bool canBeRead(const LoadedMessage &message, const capture::RecordHeader &frame);
/// For workers. Pictures larger than Qt's limit for decoding stay bytes.
[[nodiscard]] MessageReading readMessage(const LoadedMessage &message, const ReadingChoice &choice);

} // namespace wsw::desktop
