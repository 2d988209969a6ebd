#include "models/payloadsource.h"

#include "capture/document.h"

#include <QtConcurrent>

#include <algorithm>

namespace wsw::desktop {

namespace {

constexpr qsizetype pieceBytes = 64 * 1024;
/// 4 MiB: several screens' worth, for one payload at a time.
constexpr qsizetype cachedPieces = 64;
/// A fast scroll passes many pieces: those that are still wanted are asked for again at the next paint.
constexpr qsizetype pendingPieces = 4;

} // namespace

PayloadSource::PayloadSource(QObject *parent) : QObject(parent), m_pieces(cachedPieces) {}

void PayloadSource::setRecord(std::shared_ptr<capture::Document> document, const capture::Record &record, capture::PayloadForm form)
{
    clear();
    m_document = std::move(document);
    m_id = record.header.id;
    m_form = form;
    m_start = record.bytes(form);
    m_size = std::max(record.header.stored(form), static_cast<quint64>(m_start.size()));
}

void PayloadSource::clear()
{
    ++m_generation;
    m_document.reset();
    m_id = {};
    m_size = 0;
    m_start.clear();
    m_pieces.clear();
    m_pending.clear();
    m_failed.clear();
}

QByteArray PayloadSource::bytes(quint64 offset, qsizetype count)
{
    QByteArray result;
    const quint64 end = std::min(m_size, offset + static_cast<quint64>(count));
    for (quint64 at = offset; at < end; at = offset + static_cast<quint64>(result.size())) {
        const auto wanted = static_cast<qsizetype>(end - at);
        if (at < static_cast<quint64>(m_start.size())) {
            result += m_start.mid(static_cast<qsizetype>(at), wanted);
            continue;
        }
        const QByteArray *found = piece(at / pieceBytes);
        const auto within = static_cast<qsizetype>(at % pieceBytes);
        if (!found || within >= found->size())
            break;
        result += found->mid(within, wanted);
    }
    return result;
}

const QByteArray *PayloadSource::piece(quint64 index)
{
    const QByteArray *found = m_pieces.object(index);
    if (!found)
        fetch(index);
    return found;
}

void PayloadSource::fetch(quint64 index)
{
    if (!m_document || m_pending.contains(index) || m_failed.contains(index) || m_pending.size() >= pendingPieces)
        return;
    m_pending.insert(index);
    QtConcurrent::run([document = m_document, id = m_id, form = m_form, index] {
        return document->readPayload(id, index * pieceBytes, pieceBytes, form);
    }).then(this, [this, generation = m_generation, index](const Result<QByteArray> &bytes) { take(generation, index, bytes); });
}

void PayloadSource::take(quint64 generation, quint64 index, const Result<QByteArray> &bytes)
{
    if (generation != m_generation)
        return;
    m_pending.remove(index);
    if (!bytes) {
        m_failed.insert(index);
        Q_EMIT failed(bytes.error());
        return;
    }
    m_pieces.insert(index, new QByteArray(*bytes));
    Q_EMIT loaded();
}

} // namespace wsw::desktop
