#include "models/termplaces.h"

#include <QUtf8StringView>

#include <algorithm>

namespace wsw::desktop {

namespace {

constexpr QByteArrayView byteOrderMark("\xef\xbb\xbf");

/// As the filter reads it.
QByteArray bytesOfHex(QString digits)
{
    digits.remove(u' ').remove(u':');
    if (digits.startsWith(QLatin1String("0x"), Qt::CaseInsensitive))
        digits.remove(0, 2);
    return QByteArray::fromHex(digits.toLatin1());
}

Places placesOf(const QByteArray &needle, QByteArrayView bytes)
{
    Places places;
    if (needle.isEmpty())
        return places;
    for (qsizetype at = bytes.indexOf(needle); at >= 0 && places.size() < mostPlaces; at = bytes.indexOf(needle, at + needle.size()))
        places.append({at, needle.size()});
    return places;
}

/// Walks along bytes and what QString::fromUtf8() makes of them at once, a character at a time: a byte that is none becomes one that says so.
class Walker final
{
public:
    explicit Walker(QByteArrayView bytes) : m_bytes(bytes) { look(); }

    /// Where the character begins to which @p unit of the text belongs; never less than asked for before.
    qsizetype byteAt(qsizetype unit)
    {
        while (m_byte < m_bytes.size() && m_unit + m_units <= unit)
            step();
        return m_byte;
    }
    /// The text's first unit of the character to which @p byte belongs; likewise.
    qsizetype unitAt(qsizetype byte)
    {
        while (m_byte < m_bytes.size() && m_byte + m_size <= byte)
            step();
        return m_unit;
    }
    /// Behind the character in which the bytes before @p end end.
    qsizetype unitBehind(qsizetype end)
    {
        const qsizetype unit = unitAt(end);
        return m_byte < end ? unit + m_units : unit;
    }

private:
    void step()
    {
        m_byte += m_size;
        m_unit += m_units;
        look();
    }
    /// What stands at m_byte.
    void look()
    {
        if (m_byte == m_bytes.size())
            return;
        const auto lead = static_cast<uchar>(m_bytes[m_byte]);
        m_size = 1;
        m_units = 1;
        if (lead < 0xc0)
            return;
        const qsizetype wanted = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        const bool isThere = wanted <= m_bytes.size() - m_byte && QUtf8StringView(m_bytes.data() + m_byte, wanted).isValidUtf8();
        m_size = isThere ? wanted : 1;
        // A byte order mark in front is no part of the text.
        m_units = m_byte == 0 && m_bytes.startsWith(byteOrderMark) ? 0 : m_size == 4 ? 2 : 1;
    }

    QByteArrayView m_bytes;
    qsizetype m_byte = 0;
    qsizetype m_unit = 0;
    qsizetype m_size = 0;       ///< of the character that begins there
    qsizetype m_units = 0;
};

bool isAscii(const QString &text)
{
    return std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x80; });
}

} // namespace

Marks marksOf(const Places &places)
{
    Marks marks;
    marks.reserve(places.size());
    for (const auto &[at, size] : places)
        marks.append({at, size, marks.size()});
    return marks;
}

Places placesInText(const SearchTerm &term, const QString &text)
{
    return SearchMarker(term, SearchMarker::Effort::InWorker).placesIn(text, mostPlaces);
}

ByteFinder::ByteFinder(const SearchTerm &term)
    : m_term(term), m_needle(term.kind == SearchTerm::Kind::Hex ? bytesOfHex(term.text) : term.text.toUtf8()), m_marker(term, SearchMarker::Effort::InWorker)
{
}

Places ByteFinder::placesIn(QByteArrayView bytes) const
{
    if (m_term.text.isEmpty())
        return {};
    if (m_term.kind == SearchTerm::Kind::Hex)
        return placesOf(m_needle, bytes);
    if (!QUtf8StringView(bytes.data(), bytes.size()).isValidUtf8()) {
        // One character a byte: what is ASCII is found as it is, everything else only as exactly these bytes.
        if (isAscii(m_term.text) || m_term.kind == SearchTerm::Kind::Expression)
            return m_marker.placesIn(QString::fromLatin1(bytes), mostPlaces);
        return placesOf(m_needle, bytes);
    }
    Places places = m_marker.placesIn(QString::fromUtf8(bytes), mostPlaces);
    Walker walker(bytes);
    for (auto &[at, size] : places) {
        const qsizetype from = walker.byteAt(at);
        size = walker.byteAt(at + size) - from;
        at = from;
    }
    return places;
}

Places placesInBytes(const SearchTerm &term, QByteArrayView bytes)
{
    return ByteFinder(term).placesIn(bytes);
}

std::optional<Places> placesLaidOut(const Places &places, QStringView text, QStringView laidOut)
{
    Places laid;
    qsizetype at = 0;
    qsizetype out = 0;
    qsizetype last = 0;     // behind the last character that both have
    const auto skipSpaces = [&] {
        while (at < text.size() && text[at].isSpace())
            ++at;
        while (out < laidOut.size() && laidOut[out].isSpace())
            ++out;
    };
    const auto goTo = [&](qsizetype target) {
        for (skipSpaces(); at < target; skipSpaces()) {
            if (out == laidOut.size() || text[at] != laidOut[out])
                return false;
            ++at;
            last = ++out;
        }
        return true;
    };
    for (const auto &[from, size] : places) {
        if (!goTo(from))
            return std::nullopt;
        const qsizetype begin = out;
        if (!goTo(from + size))
            return std::nullopt;
        if (last > begin)
            laid.append({begin, last - begin});
    }
    return goTo(text.size()) && out == laidOut.size() ? std::optional(laid) : std::nullopt;
}

Places placesDecoded(const Places &places, QByteArrayView bytes)
{
    Places decoded;
    Walker walker(bytes);
    for (const auto &[at, size] : places) {
        const qsizetype from = walker.unitAt(at);
        const qsizetype behind = walker.unitBehind(at + size);
        // A byte order mark is not there.
        if (behind > from)
            decoded.append({from, behind - from});
    }
    return decoded;
}

} // namespace wsw::desktop
