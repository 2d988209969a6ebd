#pragma once

#include "base/result.h"
#include "capture/record.h"

#include <QString>

#include <memory>
#include <optional>

namespace wsw::capture {

/// A display filter: text in, a test on records out. Grammar at the head of filter.cpp. Immutable and cheap to copy; any thread.
/// First version: fields conn, dir, opcode, kind, fin, length, text, violation, crafted; == != < <= > >= contains;
/// && || ! and brackets; a bare word or "quoted text" means: payload contains it.
class Filter final
{
public:
    struct ParseError
    {
        QString message;        ///< what is wrong and what would be right
        qsizetype position = 0; ///< offset in the text, in UTF-16 units
        qsizetype length = 0;
    };

    /// Matches everything.
    Filter();
    ~Filter();
    Filter(const Filter &);
    Filter &operator=(const Filter &);

    /// Reads @p text; on error returns nothing and fills @p error.
    [[nodiscard]] static std::optional<Filter> parse(const QString &text, ParseError *error);
    [[nodiscard]] bool matches(const RecordView &record) const;
    [[nodiscard]] bool matchesEverything() const noexcept;
    [[nodiscard]] QString text() const;
    /// Field names and operators, for completion.
    [[nodiscard]] static QStringList vocabulary();

private:
    struct Node;
    std::shared_ptr<const Node> m_root;
    QString m_text;
};

} // namespace wsw::capture
