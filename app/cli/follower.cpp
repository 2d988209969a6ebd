#include "follower.h"

#include "capture/document.h"

#include <chrono>

using namespace std::chrono_literals;

namespace wsw::cli {

Follower::Follower(const capture::Document &document, Visit visit)
    : m_document(document)
    , m_visit(std::move(visit))
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(1ms);
    connect(&m_timer, &QTimer::timeout, this, &Follower::look);
    m_timer.start();
}

void Follower::look()
{
    const quint64 last = m_document.received();
    if (last == m_seen)
        return;
    const Result<> scanned =
        m_document.scan(RecordId(m_seen + 1), RecordId(last), [this](const capture::RecordView &record) {
            m_seen = record.header.id.value();
            m_visit(record);
            return true;
        });
    if (!scanned) {
        stop();
        Q_EMIT failed(scanned.error());
    }
}

} // namespace wsw::cli
