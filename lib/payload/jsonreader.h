#pragma once

#include "payload/valuesink.h"

namespace wsw::payload {

/// Gives the values of @p json, an object or an array, to @p sink: numbers as they are written, texts without their escapes. False where
/// it is no JSON or the sink is full; then it has a part, and some is not ended. What Qt's reader takes is taken. However deeply it nests,
/// this needs no more of the stack; a Tree of it does when it is written, so give one only JSON that Qt has read (1 024 deep). Any thread.
bool readJson(QStringView json, ValueSink &sink);

} // namespace wsw::payload
