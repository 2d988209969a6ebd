#include "deflatepeer.h"

#include <QList>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <map>

namespace wsw::test {

namespace {

using Parameters = std::map<QByteArray, QByteArray>;

/// The parameters of one offer or answer; nothing where one stands twice or the name is another.
std::optional<Parameters> parametersOf(const QByteArray &text)
{
    Parameters found;
    QList<QByteArray> parts = text.split(';');
    if (parts.takeFirst().trimmed() != "permessage-deflate")
        return std::nullopt;
    for (const QByteArray &part : parts) {
        const qsizetype equals = part.indexOf('=');
        const QByteArray name = part.left(equals < 0 ? part.size() : equals).trimmed();
        const QByteArray value = equals < 0 ? QByteArray() : part.mid(equals + 1).trimmed();
        if (!found.emplace(name, value).second)
            return std::nullopt;
    }
    return found;
}

constexpr auto snct = "server_no_context_takeover";
constexpr auto cnct = "client_no_context_takeover";
constexpr auto smwb = "server_max_window_bits";
constexpr auto cmwb = "client_max_window_bits";

/// The window that @p parameters state; 15 where they do not, or without a value.
int bitsOf(const Parameters &parameters, const char *name)
{
    const auto at = parameters.find(name);
    return at == parameters.end() || at->second.isEmpty() ? 15 : at->second.toInt();
}

/// What @p stream makes of one message.
QByteArray flushed(z_stream &stream, const QByteArray &payload)
{
    QByteArray input = payload;
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(payload.size()))) + 64, Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_SYNC_FLUSH);
    out.truncate(out.size() - static_cast<qsizetype>(stream.avail_out));
    // RFC 7692, 7.2.1: the empty block at the end is not sent; an empty message is one byte.
    return out.size() <= 4 ? QByteArray(1, '\0') : out.chopped(4);
}

} // namespace

QByteArray deflated(const QByteArray &payload)
{
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    QByteArray out = flushed(stream, payload);
    deflateEnd(&stream);
    return out;
}

std::optional<DeflateTerms> DeflateTerms::read(const QByteArray &offer, const QByteArray &answer)
{
    const auto asked = parametersOf(offer);
    const auto told = parametersOf(answer);
    if (!asked || !told)
        return std::nullopt;
    for (const auto &[name, value] : *told) {
        const bool isTakeover = name == snct || name == cnct;
        const bool isWindow = name == smwb || name == cmwb;
        const bool goodWindow = isWindow && value.toInt() >= 9 && value.toInt() <= 15 && QByteArray::number(value.toInt()) == value;
        if (!(isTakeover && value.isEmpty()) && !goodWindow)
            return std::nullopt;
    }
    const bool keepsServerTakeover = !asked->contains(snct) || told->contains(snct);
    const bool keepsServerWindow = !asked->contains(smwb) || (told->contains(smwb) && bitsOf(*told, smwb) <= bitsOf(*asked, smwb));
    const bool keepsClientWindow = !told->contains(cmwb) || (asked->contains(cmwb) && bitsOf(*told, cmwb) <= bitsOf(*asked, cmwb));
    if (!keepsServerTakeover || !keepsServerWindow || !keepsClientWindow)
        return std::nullopt;
    DeflateTerms terms;
    terms.serverTakeover = !told->contains(snct);
    // What a client says of itself in its offer it does, answered or not (RFC 7692, 7.1.1.2 and 7.1.2.2).
    terms.clientTakeover = !told->contains(cnct) && !asked->contains(cnct);
    terms.serverBits = bitsOf(*told, smwb);
    terms.clientBits = std::min(bitsOf(*told, cmwb), bitsOf(*asked, cmwb));
    return terms;
}

void DeflatePeer::EndDeflate::operator()(z_stream_s *stream) const
{
    deflateEnd(stream);
    delete stream;
}

void DeflatePeer::EndInflate::operator()(z_stream_s *stream) const
{
    inflateEnd(stream);
    delete stream;
}

DeflatePeer::DeflatePeer(RawPeer peer, const DeflateTerms &terms)
    : m_peer(std::move(peer))
    , m_ownTakeover(m_peer.end() == End::Client ? terms.clientTakeover : terms.serverTakeover)
    , m_otherTakeover(m_peer.end() == End::Client ? terms.serverTakeover : terms.clientTakeover)
    , m_out(new z_stream{})
    , m_in(new z_stream{})
{
    const int own = m_peer.end() == End::Client ? terms.clientBits : terms.serverBits;
    const int other = m_peer.end() == End::Client ? terms.serverBits : terms.clientBits;
    // zlib writes no raw stream with 8 bits; with 9 it would reach too far for a reader with 8, but that reader uses 15.
    deflateInit2(m_out.get(), 6, Z_DEFLATED, -std::max(own, 9), 8, Z_DEFAULT_STRATEGY);
    inflateInit2(m_in.get(), -other);
}

DeflatePeer::~DeflatePeer() = default;

QByteArray DeflatePeer::compressed(const QByteArray &payload)
{
    const QByteArray out = flushed(*m_out, payload);
    if (!m_ownTakeover)
        deflateReset(m_out.get());
    return out;
}

std::optional<QByteArray> DeflatePeer::inflated(const QByteArray &payload)
{
    QByteArray input = payload + QByteArray("\x00\x00\xff\xff", 4);
    QByteArray out;
    std::array<char, 64 * 1024> buffer;
    m_in->next_in = reinterpret_cast<Bytef *>(input.data());
    m_in->avail_in = static_cast<uInt>(input.size());
    int result = Z_OK;
    do {
        m_in->next_out = reinterpret_cast<Bytef *>(buffer.data());
        m_in->avail_out = static_cast<uInt>(buffer.size());
        result = inflate(m_in.get(), Z_SYNC_FLUSH);
        out.append(buffer.data(), static_cast<qsizetype>(buffer.size() - m_in->avail_out));
    } while ((result == Z_OK || result == Z_BUF_ERROR) && m_in->avail_out == 0);
    const bool good = (result == Z_OK || result == Z_BUF_ERROR) && m_in->avail_in == 0;
    if (!m_otherTakeover)
        inflateReset(m_in.get());
    return good ? std::optional(out) : std::nullopt;
}

bool DeflatePeer::send(int opcode, const QByteArray &payload, qsizetype fragment, Form form)
{
    const bool compress = form == Form::Compressed;
    const QByteArray wire = compress ? compressed(payload) : payload;
    const int rsv = compress ? 4 : 0;
    if (fragment == 0)
        return m_peer.send(RawFrame{opcode, wire, true, rsv});
    QByteArray frames;
    for (qsizetype at = 0; at == 0 || at < wire.size(); at += fragment) {
        const bool first = at == 0;
        frames += encode({first ? opcode : 0, wire.mid(at, fragment), at + fragment >= wire.size(), first ? rsv : 0}, m_peer.end());
    }
    return m_peer.send(frames);
}

std::optional<RawFrame> DeflatePeer::readMessage(int timeoutMs)
{
    auto message = m_peer.readMessage(timeoutMs);
    if (!message || message->opcode >= 8)
        return message;
    m_wireBytes = message->payload.size();
    m_wasCompressed = message->rsv == 4;
    if (!m_wasCompressed)
        return message;
    message->rsv = 0;
    const auto plain = inflated(message->payload);
    if (!plain)
        return std::nullopt;
    message->payload = *plain;
    return message;
}

} // namespace wsw::test
