#pragma once

#include "capture/filterindex.h"
#include "models/fragmenthits.h"
#include "models/searchterm.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

class FrameLogModel;

/// The records of the frame log in whose payload a term is found: those that its filter and its choice of connections let through. A
/// term that goes on in later frames of the same message is found in the one in which it begins. A worker finds them, also among what is
/// still coming. GUI thread only.
class SearchHits final : public QObject
{
    Q_OBJECT
public:
    explicit SearchHits(const FrameLogModel *log, QObject *parent = nullptr);

    void setDocument(std::shared_ptr<capture::Document> document);
    /// Begins anew; an empty text finds nothing. False, and why in @p problem, where it is no term: then nothing is found.
    bool setTerm(const SearchTerm &term, QString *problem);
    /// Marks the term where it is seen.
    [[nodiscard]] const SearchMarker &marker() const { return m_marker; }
    /// A term is in force.
    [[nodiscard]] bool isActive() const { return m_isActive; }

    /// Found so far.
    [[nodiscard]] qsizetype count() const { return m_isActive ? m_index.count() + static_cast<qsizetype>(m_across.size()) : 0; }
    [[nodiscard]] bool isSearching() const { return m_isActive && (m_index.isSearching() || m_fragments.isSearching()); }
    [[nodiscard]] bool isHit(RecordId record) const;
    /// Its place among all hits, from 1; 0: it is none.
    [[nodiscard]] qsizetype placeOf(RecordId record) const
    {
        const RecordId beginning = m_index.beginningOf(record);
        return isHit(beginning) ? lowerBound(beginning) + 1 : 0;
    }
    /// How many of them lie from @p first to @p last.
    [[nodiscard]] qsizetype countBetween(RecordId first, RecordId last) const;
    /// The first hit behind @p record that the log has a row for; not valid where there is none, or none has been found yet. A record that is
    /// not valid stands before all.
    [[nodiscard]] RecordId after(RecordId record) const;
    [[nodiscard]] RecordId before(RecordId record) const;
    /// Likewise, but from the beginning again behind the last, or from the end before the first.
    [[nodiscard]] RecordId next(RecordId record) const;
    [[nodiscard]] RecordId previous(RecordId record) const;

Q_SIGNALS:
    /// Hits have been found, or all have gone.
    void changed();
    /// isSearching() has changed, or more has been looked at without finding anything.
    void progressed();

private:
    void tick();
    /// Begins anew with what the log lets through now.
    void apply();
    void searchFragments();
    /// Takes in what begins in these frames and goes on in others.
    void addAcross(const std::vector<quint64> &records);
    /// From row @p first on the index has more: that is found by itself, and no longer only across frames.
    void dropAcrossFrom(qsizetype first);
    void forgetAcross();
    /// How many hits stand before @p record.
    [[nodiscard]] qsizetype lowerBound(RecordId record) const;
    /// The first hit that is @p record or stands behind it; the last one before it. Not valid where there is none.
    [[nodiscard]] RecordId hitFrom(RecordId record) const;
    [[nodiscard]] RecordId hitBefore(RecordId record) const;

    const FrameLogModel *m_log;
    capture::FilterIndex m_index;
    FragmentHits m_fragments;
    std::vector<quint64> m_across;      ///< of those what m_index has not
    QTimer m_tick;
    SearchTerm m_term;
    SearchMarker m_marker;
    bool m_isActive = false;
    bool m_wasSearching = false;
};

} // namespace wsw::desktop
