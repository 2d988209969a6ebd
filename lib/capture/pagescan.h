#pragma once

#include "base/result.h"
#include "capture/progress.h"

#include <QByteArray>
#include <QFile>
#include <QList>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>

namespace wsw::capture {

/// Rows of an SQLite file as they lie in its pages, found without its head, its schema and its trees: for files in which these are damaged.
/// What it gives may be old or half overwritten; whoever takes it must check it. One thread.
/// The format: https://sqlite.org/fileformat.html
class PageScan final
{
public:
    /// Where a row begins.
    struct Place
    {
        qint64 page = 0;        ///< from 1
        int offset = 0;         ///< of its cell, from the beginning of the page
    };
    enum class Type : quint8 { Null, Integer, Real, Blob, Text };
    /// Null and Real as nothing.
    using Value = std::variant<std::monostate, qint64, QByteArray>;
    /// A row as it announces itself: without its values, which may lie in other pages.
    struct Row
    {
        Place place;
        qint64 number = 0;              ///< its rowid; 0 in a table without
        std::span<const Type> types;    ///< of its columns; valid during the call
    };

    /// Pages are as long as the file's head says, or @p pageLength where that is not 0. Errors: NotFound, Permission.
    [[nodiscard]] static Result<PageScan> open(const QString &path, int pageLength = 0);
    /// Calls @p take for each row of a table that has at most 24 columns, page by page; it must not call values(). Returns false where
    /// @p progress has stopped it.
    [[nodiscard]] bool scan(const std::function<void(const Row &)> &take, const Progress &progress = {});
    /// The values of the row at @p place; nothing where it does not hold together, or is longer than any row of a capture.
    [[nodiscard]] std::optional<QList<Value>> values(const Place &place);
    [[nodiscard]] qint64 pages() const noexcept { return m_pages; }

private:
    struct Cell;
    PageScan() = default;
    [[nodiscard]] bool load(qint64 page);
    [[nodiscard]] std::optional<Cell> cellAt(int offset, bool isIndex) const;
    [[nodiscard]] std::optional<QByteArray> payload(const Cell &cell);

    std::unique_ptr<QFile> m_file;
    int m_pageBytes = 0;
    qint64 m_pages = 0;
    qint64 m_loaded = 0;        ///< the page that is in m_page; 0: none
    QByteArray m_page;
};

} // namespace wsw::capture
