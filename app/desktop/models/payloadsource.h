#pragma once

#include "base/result.h"
#include "capture/record.h"

#include <QCache>
#include <QObject>
#include <QSet>

#include <memory>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// The payload of one record, as it crossed the wire or inflated, for painting: what is in memory at once, the rest fetched in workers, piece by piece, and forgotten again
/// when it has not been asked for lately. So a payload of any size can be scrolled through. GUI thread only.
class PayloadSource final : public QObject
{
    Q_OBJECT
public:
    explicit PayloadSource(QObject *parent = nullptr);

    void setRecord(std::shared_ptr<capture::Document> document, const capture::Record &record,
                   capture::PayloadForm form = capture::PayloadForm::Wire);
    void clear();

    /// Payload bytes that can be read.
    [[nodiscard]] quint64 size() const noexcept { return m_size; }
    /// Unmasked bytes from @p offset, at most @p count: as many as are in memory without a gap. Where some are missing they are asked for,
    /// and loaded() follows.
    [[nodiscard]] QByteArray bytes(quint64 offset, qsizetype count);

Q_SIGNALS:
    void loaded();
    /// Pieces that cannot be read stay missing; they are not asked for again until the record is set anew.
    void failed(const wsw::Error &error);

private:
    [[nodiscard]] const QByteArray *piece(quint64 index);
    void fetch(quint64 index);
    void take(quint64 generation, quint64 index, const Result<QByteArray> &bytes);

    std::shared_ptr<capture::Document> m_document;
    RecordId m_id;
    capture::PayloadForm m_form = capture::PayloadForm::Wire;
    quint64 m_size = 0;
    quint64 m_generation = 0;           ///< answers for an earlier record are dropped
    QByteArray m_start;                 ///< what the record itself brought
    QCache<quint64, QByteArray> m_pieces;
    QSet<quint64> m_pending;
    QSet<quint64> m_failed;
};

} // namespace wsw::desktop
