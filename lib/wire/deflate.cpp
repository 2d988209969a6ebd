#include "wire/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace wsw::wire {

namespace {

/// RFC 7692, 7.2.1: an empty block without compression ends every message and is not sent.
constexpr QByteArrayView tail("\x00\x00\xff\xff", 4);
/// RFC 7692, 7.2.3.6: an empty block without its tail: what an empty message becomes, and what ends one that was flushed.
constexpr char emptyMessage = '\x00';
constexpr size_t outputBytes = 16 * 1024;
constexpr int memoryLevel = 8; // zlib's default
constexpr uInt greatestInput = std::numeric_limits<uInt>::max();

/// zlib's input pointer is not const for historical reasons; it never writes there.
Bytef *inputOf(QByteArrayView bytes)
{
    return reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
}

/// Hands over as much of @p bytes as zlib's counter can hold and takes it off.
void giveInput(z_stream &stream, QByteArrayView &bytes)
{
    const auto size = static_cast<uInt>(std::min<quint64>(greatestInput, static_cast<quint64>(bytes.size())));
    stream.next_in = inputOf(bytes);
    stream.avail_in = size;
    bytes = bytes.sliced(size);
}

} // namespace

void Deflater::End::operator()(z_stream_s *stream) const noexcept
{
    deflateEnd(stream);
    delete stream;
}

Deflater::Deflater(const DeflateSide &side, int level) : m_side(side), m_level(level)
{
    Q_ASSERT(side.windowBits >= leastOwnWindowBits && side.windowBits <= greatestWindowBits);
}

Deflater::~Deflater() = default;
Deflater::Deflater(Deflater &&) noexcept = default;
Deflater &Deflater::operator=(Deflater &&) noexcept = default;

void Deflater::begin()
{
    if (m_stream)
        return;
    auto stream = std::make_unique<z_stream>();
    // A negative window means raw deflate: no header, no checksum.
    if (deflateInit2(stream.get(), m_level, Z_DEFLATED, -m_side.windowBits, memoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
        qBadAlloc();
    m_stream.reset(stream.release());
}

QByteArray Deflater::run(QByteArrayView bytes, int flush)
{
    begin();
    QByteArray out;
    std::array<Bytef, outputBytes> buffer;
    do {
        giveInput(*m_stream, bytes);
        do {
            m_stream->next_out = buffer.data();
            m_stream->avail_out = static_cast<uInt>(buffer.size());
            // Z_BUF_ERROR says only that there was nothing to do: everything had been flushed before.
            ::deflate(m_stream.get(), bytes.isEmpty() ? flush : Z_NO_FLUSH);
            out.append(reinterpret_cast<const char *>(buffer.data()), static_cast<qsizetype>(buffer.size() - m_stream->avail_out));
        } while (m_stream->avail_out == 0);
    } while (!bytes.isEmpty());
    return out;
}

QByteArray Deflater::compress(QByteArrayView bytes, MessagePart part)
{
    if (part == MessagePart::More)
        return run(bytes, Z_NO_FLUSH);
    QByteArray out = run(bytes, Z_SYNC_FLUSH);
    if (out.endsWith(tail))
        out.chop(tail.size());
    // Nothing was left to flush: what stands before ends with a whole tail of its own, and the receiver will add another.
    if (out.isEmpty())
        out.append(emptyMessage);
    if (m_side.contextTakeover == ContextTakeover::No)
        deflateReset(m_stream.get());
    return out;
}

QByteArray Deflater::flush()
{
    return run({}, Z_SYNC_FLUSH);
}

void Deflater::dropContext()
{
    if (m_stream)
        deflateReset(m_stream.get());
}

void Inflater::End::operator()(z_stream_s *stream) const noexcept
{
    inflateEnd(stream);
    delete stream;
}

Inflater::Inflater(ContextTakeover contextTakeover, quint64 maxBytes) : m_contextTakeover(contextTakeover), m_maxBytes(maxBytes) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater &&) noexcept = default;
Inflater &Inflater::operator=(Inflater &&) noexcept = default;

void Inflater::begin()
{
    if (!m_stream) {
        auto stream = std::make_unique<z_stream>();
        // Whatever was agreed: the greatest window reads all of them, and some peers write more than they promised.
        if (inflateInit2(stream.get(), -greatestWindowBits) != Z_OK)
            qBadAlloc();
        m_stream.reset(stream.release());
    }
    if (m_inMessage)
        return;
    m_inMessage = true;
    m_inflated = 0;
    m_made = 0;
    m_taken = 0;
    m_status = Status::Good;
    m_note.clear();
    if (m_contextTakeover == ContextTakeover::No) {
        inflateReset(m_stream.get());
        m_fresh = true;
    } else if (m_contextLost) {
        fail(Status::Damaged, QStringLiteral("an earlier message could not be inflated, and this one may build on it"));
    }
}

Inflater::Status Inflater::inflate(QByteArrayView bytes, MessagePart part, QByteArray &out)
{
    begin();
    m_taken += static_cast<quint64>(bytes.size());
    if (readsOn())
        run(bytes, out);
    if (part == MessagePart::Last) {
        if (readsOn())
            endMessage(out);
        m_inMessage = false;
    }
    return m_status;
}

void Inflater::run(QByteArrayView bytes, QByteArray &out)
{
    std::array<Bytef, outputBytes> buffer;
    while (!bytes.isEmpty() && readsOn()) {
        giveInput(*m_stream, bytes);
        bool full = false;
        while (readsOn() && (m_stream->avail_in > 0 || full)) {
            m_stream->next_out = buffer.data();
            m_stream->avail_out = static_cast<uInt>(buffer.size());
            const int result = ::inflate(m_stream.get(), Z_SYNC_FLUSH);
            m_fresh = false;
            full = m_stream->avail_out == 0;
            const quint64 made = buffer.size() - m_stream->avail_out;
            const quint64 room = m_maxBytes - m_inflated;
            out.append(reinterpret_cast<const char *>(buffer.data()), static_cast<qsizetype>(std::min(made, room)));
            m_inflated += std::min(made, room);
            m_made += made;
            if (made > room && m_status == Status::Good)
                fail(Status::OverLimit, QStringLiteral("the limit is %1 bytes").arg(m_maxBytes));
            if (result == Z_DATA_ERROR || result == Z_NEED_DICT)
                fail(Status::Damaged, QString::fromLatin1(m_stream->msg != nullptr ? m_stream->msg : "no deflate data"));
            else if (result == Z_MEM_ERROR)
                qBadAlloc();
            if (m_made > 0 && (m_made - 1) / limits::inflatedDiscardFactor >= m_maxBytes)
                m_contextLost = true; // no honest message: the work ends here
            if (result == Z_STREAM_END && readsOn()) {
                startNextStream();
                full = false;
            }
        }
    }
}

void Inflater::startNextStream()
{
    // RFC 7692, 7.2.3.5: a block with BFINAL ends a deflate stream, but not the message, and the window goes on.
    std::array<Bytef, size_t{1} << greatestWindowBits> window;
    uInt size = 0;
    inflateGetDictionary(m_stream.get(), window.data(), &size);
    inflateReset(m_stream.get());
    inflateSetDictionary(m_stream.get(), window.data(), size);
    m_fresh = true;
}

void Inflater::endMessage(QByteArray &out)
{
    // A sender must end a message with an empty block; after a final block, or for an empty message, some send nothing at all.
    // Where no block has begun, nothing is missing.
    const bool nothingOpen = m_fresh || m_taken == 0;
    if (nothingOpen)
        return;
    run(tail, out);
    if (readsOn() && !m_fresh && !betweenBlocks())
        fail(Status::Damaged, QStringLiteral("the compressed data end too early"));
}

bool Inflater::betweenBlocks() const
{
    constexpr int endOfBlockBit = 128; // zlib.h, inflate(): set where the last thing read was the end of a block
    constexpr int unusedBits = 63;  // ... and how many bits of the input are left over
    return (m_stream->data_type & endOfBlockBit) != 0 && (m_stream->data_type & unusedBits) == 0;
}

void Inflater::fail(Status status, const QString &note)
{
    if (status == Status::Damaged)
        m_contextLost = true;
    if (m_status != Status::Good)
        return; // what was found first counts
    m_status = status;
    m_note = note;
}

bool Inflater::readsOn() const noexcept
{
    return m_status == Status::Good || (m_status == Status::OverLimit && m_contextTakeover == ContextTakeover::Yes && !m_contextLost);
}

Findings Inflater::findings() const
{
    switch (m_status) {
    case Status::Good:
        return {};
    case Status::Damaged:
        return {{Violation::CompressedDataDamaged, 0, m_note}};
    case Status::OverLimit:
        return {{Violation::InflatedOverLimit, 0, m_note}};
    }
    return {};
}

} // namespace wsw::wire
