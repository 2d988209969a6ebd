#include "exchange/messages.h"

#include "base/limits.h"
#include "capture/document.h"
#include "exchange/records.h"
#include "net/relaydirection.h"

#include <algorithm>

namespace wsw::exchange {

namespace {

/// Adds what is noted on one of its frames; a mere mark has no line.
void noteOn(Message &message, const QByteArray &words)
{
    if (message.note && !message.note->isEmpty() && !words.isEmpty())
        *message.note += '\n' + words;
    else if (!message.note || message.note->isEmpty())
        message.note = words;
}

} // namespace

MessageGatherer::MessageGatherer(const capture::Document &document, Payloads payloads, Take take)
    : m_document(document), m_payloads(payloads), m_take(std::move(take))
{
}

void MessageGatherer::take(const capture::Record &record, bool matches)
{
    const capture::RecordHeader &header = record.header;
    if (header.integrity == capture::Integrity::Lost)
        noteLoss();
    m_lost = header.integrity == capture::Integrity::Lost;
    if (header.kind != wire::RecordKind::Frame || header.integrity == capture::Integrity::Lost || !header.message.isValid())
        return;
    const quint64 key = quint64{header.connection.value()} * 2 + static_cast<quint64>(header.direction);
    auto open = m_open.find(key);
    if (open != m_open.end() && (open->number != header.message || open->records.size() >= mostFrames)) {
        Message cutOff = std::move(*open);
        m_open.erase(open);
        open = m_open.end();
        finish(cutOff, false);
    }
    const bool begins = open == m_open.end();
    Message one;
    Message &message = begins ? one : *open;
    if (begins) {
        message.first = header.id;
        message.connection = header.connection;
        message.direction = header.direction;
        message.number = header.message;
        message.opcode = header.frame.opcode;
        message.firstByteTime = header.firstByteTime;
    }
    message.last = header.id;
    message.time = header.time;
    ++message.frames;
    message.wireLength += header.frame.length;
    message.inflatedLength += header.inflatedLength;
    message.flags |= header.flags;
    message.violation = net::graver(message.violation, header.violation);
    message.rttNs = header.rttNs != 0 ? header.rttNs : message.rttNs;
    message.matches |= matches;
    if (record.note)
        noteOn(message, *record.note);
    message.records.push_back(header.id);
    if (!header.frame.fin) {
        if (begins)
            m_open.insert(key, std::move(one));
        return;
    }
    Message whole = begins ? std::move(one) : m_open.take(key);
    if (whole.frames == 1)
        whole.payload = record.bytes(capture::PayloadForm::Meant);
    finish(whole, !whole.flags.testFlag(wire::RecordFlag::Truncated));
}

void MessageGatherer::noteLoss()
{
    // Once for many in a row: nothing begins between them.
    if (m_lost)
        return;
    for (Message &message : m_open)
        message.flags |= wire::RecordFlag::Truncated;
}

void MessageGatherer::end()
{
    // In the order in which they began: a hash has none.
    std::vector<Message> rest;
    for (Message &message : m_open)
        rest.push_back(std::move(message));
    m_open.clear();
    std::ranges::sort(rest, {}, &Message::first);
    for (Message &message : rest)
        finish(message, false);
}

void MessageGatherer::finish(Message &message, bool complete)
{
    // A continuation without a start has no opcode of a message.
    message.complete = complete && message.opcode != wire::Opcode::Continuation;
    if (m_payloads == Payloads::Read && message.matches && message.payload.isEmpty())
        read(message);
    m_take(message);
}

void MessageGatherer::read(Message &message) const
{
    for (const RecordId id : message.records) {
        const Result<capture::Record> record = m_document.read(id);
        const quint64 left = limits::messageBytes - static_cast<quint64>(message.payload.size());
        const Result<QByteArray> bytes =
            record ? readWhole(m_document, record->header, capture::PayloadForm::Meant, left) : Result<QByteArray>(record.error());
        if (bytes)
            message.payload += *bytes;
        if (!bytes || bytes->size() < static_cast<qsizetype>(record->header.stored(capture::PayloadForm::Meant))) {
            message.complete = false;
            return;
        }
    }
}

} // namespace wsw::exchange
