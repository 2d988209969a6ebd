#include "replay/messagelist.h"

#include "base/limits.h"
#include "capture/document.h"
#include "exchange/messages.h"
#include "exchange/records.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::replay {

namespace {

/// Whoever watches is told once in so many records.
constexpr quint64 recordsPerReport = 4096;

std::optional<MessageKind> controlKind(wire::Opcode opcode)
{
    switch (opcode) {
    case wire::Opcode::Ping: return MessageKind::Ping;
    case wire::Opcode::Pong: return MessageKind::Pong;
    case wire::Opcode::Close: return MessageKind::Close;
    case wire::Opcode::Continuation:
    case wire::Opcode::Text:
    case wire::Opcode::Binary: break;
    }
    return std::nullopt;
}

/// Tells what goes by in one pass over a document.
class Passage final
{
public:
    Passage(const capture::Document &document, const Choice &choice, const ReadProgress &progress,
            const std::function<void(const PassingMessage &)> &visit, const std::function<void(const capture::RecordView &)> &head)
        : m_choice(choice), m_progress(progress), m_visit(visit), m_head(head), m_total(document.received()),
          m_gatherer(document, exchange::Payloads::Left, [this](exchange::Message &message) { tell(message); })
    {
    }

    bool take(const capture::RecordView &record)
    {
        const capture::RecordHeader &header = record.header;
        if (header.id.value() % recordsPerReport == 0 && m_progress && !m_progress(header.id.value(), m_total)) {
            m_stopped = true;
            return false;
        }
        if (header.integrity == capture::Integrity::Lost) {
            m_gatherer.take({header, {}, {}});  // whose it was nobody knows
            return true;
        }
        if (m_choice.connections && !m_choice.connections->contains(header.connection))
            return true;
        if (header.kind != wire::RecordKind::Frame) {
            if ((header.kind == wire::RecordKind::RequestHead || header.kind == wire::RecordKind::ResponseHead) && m_head)
                m_head(record);
            return true;
        }
        const auto kind = controlKind(header.frame.opcode);
        // A message's row bears the number of its first frame; which of its frames matches does not matter then.
        const bool byFrame = kind || m_choice.rows == Choice::Rows::Frames;
        const bool chosen = (!byFrame || m_choice.holds(header.id)) && m_choice.filter.matches(record);
        if (kind)
            tell(header, *kind, chosen);
        else
            m_gatherer.take({header, {}, {}}, chosen);
        return true;
    }
    void end() { m_gatherer.end(); }
    [[nodiscard]] bool wasStopped() const noexcept { return m_stopped; }

private:
    void tell(const capture::RecordHeader &header, MessageKind kind, bool chosen)
    {
        PassingMessage passing;
        passing.message = {kind, header.id, header.firstByteTime, header.payloadStored, 1, 0};
        passing.frames = {&header.id, 1};
        passing.connection = header.connection;
        passing.direction = header.direction;
        passing.complete = !header.flags.testFlag(wire::RecordFlag::Truncated);
        passing.chosen = chosen;
        m_visit(passing);
    }
    void tell(const exchange::Message &message)
    {
        PassingMessage passing;
        const auto kind = message.opcode == wire::Opcode::Text ? MessageKind::Text : MessageKind::Binary;
        const bool compressed = message.flags.testFlag(wire::RecordFlag::Compressed);
        passing.message = {kind, message.first, message.firstByteTime, compressed ? message.inflatedLength : message.wireLength,
                           static_cast<quint32>(message.records.size()), 0};
        passing.frames = message.records;
        passing.connection = message.connection;
        passing.direction = message.direction;
        passing.complete = message.complete && wire::isData(message.opcode);
        passing.chosen = message.matches && (m_choice.rows == Choice::Rows::Frames || m_choice.holds(message.first));
        m_visit(passing);
    }

    const Choice &m_choice;
    const ReadProgress &m_progress;
    const std::function<void(const PassingMessage &)> &m_visit;
    const std::function<void(const capture::RecordView &)> &m_head;
    quint64 m_total;
    bool m_stopped = false;
    exchange::MessageGatherer m_gatherer;
};

} // namespace

QString kindName(MessageKind kind)
{
    switch (kind) {
    case MessageKind::Text: return u"text"_s;
    case MessageKind::Binary: return u"binary"_s;
    case MessageKind::Ping: return u"ping"_s;
    case MessageKind::Pong: return u"pong"_s;
    case MessageKind::Close: return u"close"_s;
    }
    Q_UNREACHABLE();
}

QString printable(const QString &text)
{
    QString shown;
    for (const QChar c : text) {
        if (c == u'\n')
            shown += u"\\n"_s;
        else if (c == u'\r')
            shown += u"\\r"_s;
        else if (c.category() == QChar::Other_Control)
            shown += u"\\u%1"_s.arg(uint{c.unicode()}, 4, 16, QLatin1Char('0'));
        else
            shown += c;
    }
    return shown;
}

void MessageList::append(MessageRef message, std::span<const RecordId> frames)
{
    message.rest = static_cast<quint32>(m_rest.size());
    message.frames = static_cast<quint32>(frames.size());
    if (frames.size() > 1)
        m_rest.insert(m_rest.end(), frames.begin() + 1, frames.end());
    m_messages.push_back(message);
}

void MessageList::removeLast()
{
    m_rest.resize(m_rest.size() - (m_messages.back().frames - 1));
    m_messages.pop_back();
}

Result<QByteArray> MessageList::read(const capture::Document &document, size_t index) const
{
    const Result<QByteArrayList> frames = readFrames(document, index);
    return frames ? Result<QByteArray>(frames->join()) : Result<QByteArray>(frames.error());
}

Result<QByteArrayList> MessageList::readFrames(const capture::Document &document, size_t index) const
{
    const MessageRef &message = m_messages.at(index);
    if (message.bytes > limits::messageBytes) {
        return Error{ErrorKind::Limit, u"The message of frame %1 has %2 bytes, more than any endpoint takes."_s.arg(message.first.value()).arg(message.bytes),
                     u"Leave it out with a filter."_s, {}};
    }
    QByteArrayList frames;
    quint64 size = 0;
    for (quint32 i = 0; i < message.frames; ++i) {
        const RecordId id = i == 0 ? message.first : m_rest.at(message.rest + i - 1);
        const Result<capture::Record> record = document.read(id);
        if (!record)
            return record.error();
        constexpr auto form = capture::PayloadForm::Meant;
        const Result<QByteArray> bytes = exchange::readWhole(document, record->header, form, limits::messageBytes);
        if (!bytes)
            return bytes.error();
        size += static_cast<quint64>(bytes->size());
        frames.append(*bytes);
    }
    if (size != message.bytes) {
        return Error{ErrorKind::Damaged, u"Of the message of frame %1 the capture holds %2 of %3 bytes."_s.arg(message.first.value()).arg(size).arg(message.bytes),
                     u"It cannot be taken as it was."_s, {}};
    }
    return frames;
}

bool Choice::holds(RecordId record) const
{
    if (ranges.empty())
        return true;
    // The last range that begins at or before it.
    const auto after = std::upper_bound(ranges.begin(), ranges.end(), record, [](RecordId id, const auto &range) { return id < range.first; });
    return after != ranges.begin() && record <= std::prev(after)->second;
}

Result<> forEachMessage(const capture::Document &document, const Choice &choice, const ReadProgress &progress,
                        const std::function<void(const PassingMessage &)> &visit, const std::function<void(const capture::RecordView &)> &head)
{
    Passage passage(document, choice, progress, visit, head);
    // Only a filter that asks for payloads is worth having large ones put together.
    const Result<> read = choice.filter.readsPayload()
        ? exchange::forEachRecord(document, [&](const capture::Record &record) { return passage.take(capture::viewOf(record)); })
        : document.scan(RecordId(1), RecordId(document.received()), [&](const capture::RecordView &record) { return passage.take(record); });
    if (passage.wasStopped())
        return Error{ErrorKind::Cancelled, u"Reading the capture was cancelled."_s, {}, {}};
    if (read || read.error().kind == ErrorKind::Damaged)
        passage.end();
    return read;
}

} // namespace wsw::replay
