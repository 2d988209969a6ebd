#include "exchange/importsink.h"

#include "capture/document.h"

namespace wsw::exchange {

ImportSink::ImportSink(capture::Document &document) : m_document(document)
{
    m_document.setResumeHandler([this] {
        const std::lock_guard lock(m_mutex);
        m_resumed = true;
        m_wake.notify_all();
    });
    QObject::connect(&m_document, &capture::Document::recordingFailed, &m_document, [this](const Error &error) {
        const std::lock_guard lock(m_mutex);
        m_failure = error;
        m_wake.notify_all();
    }, Qt::DirectConnection);
}

ImportSink::~ImportSink()
{
    QObject::disconnect(&m_document, &capture::Document::recordingFailed, &m_document, nullptr);
    m_document.setResumeHandler({});
}

void ImportSink::waitWhile(Pressure pressure)
{
    if (pressure == Pressure::Go)
        return;
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_resumed || m_failure; });
    m_resumed = false;
}

wire::TrafficSink::Pressure ImportSink::record(const wire::TrafficRecord &record)
{
    ++m_records;
    auto trips = m_trips.find(record.connection.value());
    if (trips == m_trips.end())
        trips = m_trips.emplace(record.connection.value(), session::Pairing(session::Pairing::Echo::Ignored)).first;
    const session::Pairing::Trip trip = trips->second.take(record);
    if (trip.ns == 0) {
        waitWhile(m_document.recorder().record(record));
        return Pressure::Go;
    }
    wire::TrafficRecord timed = record;
    timed.rttNs = trip.ns;
    timed.flags |= trip.sort;
    waitWhile(m_document.recorder().record(timed));
    return Pressure::Go;
}

wire::PayloadKey ImportSink::newPayloadKey()
{
    return m_document.recorder().newPayloadKey();
}

wire::TrafficSink::Pressure ImportSink::chunk(wire::PayloadKey payload, quint64 offset, QByteArrayView bytes, bool masked, wire::MaskingKey key)
{
    waitWhile(m_document.recorder().chunk(payload, offset, bytes, masked, key));
    return Pressure::Go;
}

std::optional<Error> ImportSink::failure() const
{
    const std::lock_guard lock(m_mutex);
    return m_failure;
}

} // namespace wsw::exchange
