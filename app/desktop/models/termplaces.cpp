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

/// Bytes of UTF-8 that a unit of UTF-16 stands for; the second one of a pair for none.
int bytesOf(QChar unit)
{
    if (unit.unicode() < 0x80)
        return 1;
    if (unit.unicode() < 0x800)
        return 2;
    return unit.isHighSurrogate() ? 4 : unit.isLowSurrogate() ? 0 : 3;
}

/// Walks along a text and its UTF-8 at once.
class Walker final
{
public:
    Walker(QByteArrayView bytes, QStringView text) : m_text(text), m_byte(bytes.startsWith(byteOrderMark) && !text.startsWith(QChar::ByteOrderMark) ? byteOrderMark.size() : 0) {}

    qsizetype byteAt(qsizetype unit)
    {
        for (; m_unit < unit; ++m_unit)
            m_byte += bytesOf(m_text[m_unit]);
        return m_byte;
    }
    qsizetype unitAt(qsizetype byte)
    {
        for (; m_byte < byte && m_unit < m_text.size(); ++m_unit)
            m_byte += bytesOf(m_text[m_unit]);
        // Both halves of a pair have been counted with the first.
        if (m_unit < m_text.size() && m_text[m_unit].isLowSurrogate())
            ++m_unit;
        return m_unit;
    }

private:
    QStringView m_text;
    qsizetype m_unit = 0;
    qsizetype m_byte;
};

bool isAscii(const QString &text)
{
    return std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x80; });
}

} // namespace

Places placesInText(const SearchTerm &term, const QString &text)
{
    return SearchMarker(term, SearchMarker::Effort::InWorker).placesIn(text, mostPlaces);
}

Places placesInBytes(const SearchTerm &term, QByteArrayView bytes)
{
    if (term.text.isEmpty())
        return {};
    if (term.kind == SearchTerm::Kind::Hex)
        return placesOf(bytesOfHex(term.text), bytes);
    if (!QUtf8StringView(bytes.data(), bytes.size()).isValidUtf8()) {
        // One character a byte: what is ASCII is found as it is, everything else only as exactly these bytes.
        if (isAscii(term.text) || term.kind == SearchTerm::Kind::Expression)
            return placesInText(term, QString::fromLatin1(bytes));
        return placesOf(term.text.toUtf8(), bytes);
    }
    const QString text = QString::fromUtf8(bytes);
    Places places = placesInText(term, text);
    Walker walker(bytes, text);
    for (auto &[at, size] : places) {
        const qsizetype from = walker.byteAt(at);
        size = walker.byteAt(at + size) - from;
        at = from;
    }
    return places;
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

Places placesDecoded(const Places &places, QByteArrayView bytes, QStringView text)
{
    Places decoded;
    Walker walker(bytes, text);
    for (const auto &[at, size] : places) {
        const qsizetype from = walker.unitAt(at);
        decoded.append({from, walker.unitAt(at + size) - from});
    }
    return decoded;
}

} // namespace wsw::desktop
