#pragma once

#include "payload/valuesink.h"

namespace wsw::payload {

/// Gives the values of @p json, an object or an array, to @p sink: numbers as they are written, texts without their escapes. False where
/// it is no JSON or the sink is full; then it has a part, and some is not ended. Nests as deeply as it likes. Any thread.
bool readJson(QStringView json, ValueSink &sink);

} // namespace wsw::payload
