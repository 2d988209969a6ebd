#pragma once

#include "capture/document.h"
#include "capture/filter.h"
#include "models/searchterm.h"

#include <QObject>
#include <QSet>
#include <QThreadPool>

#include <memory>
#include <optional>
#include <vector>

namespace wsw::desktop {

/// The frames in which a term begins that goes on in later frames of the same message: what no search through single frames finds. A worker
/// goes through the document once more, and on when more has come. GUI thread only (the worker is inside).
class FragmentHits final : public QObject
{
    Q_OBJECT
public:
    explicit FragmentHits(QObject *parent = nullptr);
    ~FragmentHits() override;

    void setDocument(std::shared_ptr<const capture::Document> document);
    /// Begins anew, among the frames that @p shown lets through, of @p connections or all. An empty term finds nothing.
    void set(const SearchTerm &term, const capture::Filter &shown, const std::optional<QSet<ConnectionId>> &connections);
    /// Looks at what has come since; does nothing while it still looks.
    void advance();
    [[nodiscard]] bool isSearching() const noexcept { return m_isRunning; }

    /// Of a message that regular expressions are matched against so much is joined.
    static constexpr qsizetype joinedBytes = 1024 * 1024;

Q_SIGNALS:
    /// What was found before counts no longer.
    void reset();
    /// A part of the document has been looked at, and these have been found there, in their order. They may stand before others that have been
    /// told, or be among them, or have the term by themselves as well.
    void found(const std::vector<quint64> &records);

private:
    struct Search;
    void begin();
    void cancel();
    void take(const std::shared_ptr<Search> &search, const std::vector<quint64> &records, quint64 scanned);

    std::shared_ptr<const capture::Document> m_document;
    SearchTerm m_term;
    capture::Filter m_shown;
    std::optional<QSet<ConnectionId>> m_connections;
    std::shared_ptr<Search> m_search;   ///< what is known of messages that have not ended
    bool m_isRunning = false;
    quint64 m_scanned = 0;
    QThreadPool m_pool;
};

} // namespace wsw::desktop
