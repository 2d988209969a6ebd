#pragma once

#include <QString>

namespace wsw::desktop {

/// What is wrong with a JSON text (RFC 8259) and where.
struct JsonProblem
{
    QString message;            ///< empty: nothing
    qsizetype position = 0;     ///< in UTF-16 units
    int line = 1;
    int column = 1;
    [[nodiscard]] bool isNone() const noexcept { return message.isEmpty(); }
};

/// Checks a whole text; any value may stand at the top. Nesting deeper than 1000 is refused.
[[nodiscard]] JsonProblem checkJson(const QString &text);

} // namespace wsw::desktop
