#pragma once

#include "base/result.h"
#include "capture/record.h"

#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace wsw::capture {

/// A display filter: text in, a test on records out. Grammar at the head of filterparser.cpp. Immutable and cheap to copy;
/// any thread.
class Filter final
{
public:
    struct ParseError
    {
        QString message;        ///< what is wrong and what would be right
        qsizetype position = 0; ///< offset in the text, in UTF-16 units
        qsizetype length = 0;   ///< of the text that is wrong; 0 at the end
    };

    /// Matches everything.
    Filter();
    ~Filter();
    Filter(const Filter &);
    Filter &operator=(const Filter &);

    /// Reads @p text (empty: matches everything); on error returns nothing and fills @p error, which may be null.
    [[nodiscard]] static std::optional<Filter> parse(const QString &text, ParseError *error);
    /// Looks at what the view holds: of a Chunked payload only its first bytes. See readsPayload().
    [[nodiscard]] bool matches(const RecordView &record) const;
    /// What can be told where only so much of @p record is known; with Known::Everything as matches().
    [[nodiscard]] Verdict judge(const RecordView &record, Known known) const;
    /// Knowing just so much can decide what knowing less could not.
    [[nodiscard]] bool asksFor(Known known) const noexcept;
    [[nodiscard]] bool matchesEverything() const noexcept;
    /// The answer depends on all bytes of the payload: give matches() whole ones (FilterIndex does).
    [[nodiscard]] bool readsPayload() const noexcept;
    /// The answer depends on what the user has noted, which may change.
    [[nodiscard]] bool readsNotes() const noexcept;
    [[nodiscard]] QString text() const;
    /// @p text as a value of the language, in quotes.
    [[nodiscard]] static QString quoted(QString text);
    /// The words that can go on after @p before, the text in front of the word that is being typed: fields, operators of the field
    /// before, or its values.
    [[nodiscard]] static QStringList completions(const QString &before);

private:
    struct Node;
    std::shared_ptr<const Node> m_root;
    QString m_text;
};

} // namespace wsw::capture
