#pragma once

#include "models/messageloader.h"
#include "models/messagereading.h"
#include "payload/dialect.h"
#include "payload/tree.h"

namespace wsw::desktop {

/// How a message is shown; in the order in which one chooses.
enum class MessageForm : quint8 { Pretty, Raw, Tree };

/// A message as it can be read beside as it is.
struct MessageContent
{
    /// What a text message is as a whole.
    enum class Language : quint8 { None, Json, Xml };
    Language language = Language::None;
    std::optional<QString> pretty;      ///< laid out, where it or something inside it is of a known format
    std::optional<Error> prettyProblem; ///< why what is of a known format is not laid out
    bool isJsonLike = false;            ///< and can be coloured as JSON is
    std::shared_ptr<const payload::Tree> tree;      ///< its values; null: it has none, or too many
    std::optional<Error> treeProblem;   ///< why there is no tree of a message with values
    QString whyNoFilter;                ///< why no filter asks for these values; empty: one does
};

/// @p saying: what the message says in a protocol inside it; @p reading: what a binary message has been read as. For workers.
[[nodiscard]] MessageContent contentOf(const LoadedMessage &message, const std::optional<payload::Saying> &saying, const std::optional<MessageReading> &reading);

} // namespace wsw::desktop
