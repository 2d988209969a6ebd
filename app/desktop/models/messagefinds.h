#pragma once

#include "models/messagecontent.h"
#include "models/termplaces.h"

#include <atomic>

namespace wsw::desktop {

/// Where a term stands in a message, in each of the forms in which the message is shown.
struct MessageFinds
{
    Marks pretty;
    Marks raw;
    QList<payload::Tree::Number> values;    ///< in whose name or value it stands
    qsizetype bytes = 0;                    ///< how often in the bytes of a binary message, also where the raw form does not show them
};

/// A message as it is shown without being laid out.
struct RawText
{
    QString text;
    bool isDump = false;    ///< its bytes in hex and as characters, the first of them
};

/// @p raw: the message's. Stops early when @p cancelled becomes true. For workers.
[[nodiscard]] MessageFinds findIn(const LoadedMessage &message, const MessageContent &content, const RawText &raw, const SearchTerm &term,
                                  const std::atomic_bool &cancelled);

} // namespace wsw::desktop
