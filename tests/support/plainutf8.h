#pragma once

#include <QByteArray>

#include <algorithm>
#include <vector>

/// A second, independent reading of UTF-8: every legal sequence is made by arithmetic from its code point, and a byte is bad
/// where no legal sequence begins with what stands there. Shares nothing with lib/wire.
namespace wsw::test {

inline QByteArray utf8Of(char32_t codePoint)
{
    const auto part = [codePoint](int shift) { return static_cast<char>(0x80 | ((codePoint >> shift) & 0x3f)); };
    const auto lead = [codePoint](int mark, int shift) { return static_cast<char>(mark | static_cast<int>(codePoint >> shift)); };
    if (codePoint < 0x80)
        return QByteArray(1, static_cast<char>(codePoint));
    if (codePoint < 0x800)
        return {QByteArray(1, lead(0xc0, 6)) + part(0)};
    if (codePoint < 0x10000)
        return {QByteArray(1, lead(0xe0, 12)) + part(6) + part(0)};
    return {QByteArray(1, lead(0xf0, 18)) + part(12) + part(6) + part(0)};
}

/// Unicode 15, D92: every code point but the surrogates.
inline bool isScalarValue(char32_t codePoint)
{
    return codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
}

class PlainUtf8 final
{
public:
    PlainUtf8()
    {
        for (char32_t codePoint = 0; codePoint <= 0x10ffff; ++codePoint) {
            if (!isScalarValue(codePoint))
                continue;
            const QByteArray sequence = utf8Of(codePoint);
            for (qsizetype size = 1; size < sequence.size(); ++size)
                addBeginning(number(sequence.first(size)));
            m_whole.push_back(number(sequence));
        }
        std::sort(m_whole.begin(), m_whole.end());
        std::sort(m_beginnings.begin(), m_beginnings.end());
    }

    struct Reading
    {
        qsizetype firstBad = -1;
        qsizetype openBytes = 0;
    };

    [[nodiscard]] Reading read(const QByteArray &text) const
    {
        qsizetype start = 0;
        for (qsizetype at = 0; at < text.size(); ++at) {
            const quint64 sequence = number(text.sliced(start, at - start + 1));
            if (std::binary_search(m_whole.begin(), m_whole.end(), sequence))
                start = at + 1;
            else if (!std::binary_search(m_beginnings.begin(), m_beginnings.end(), sequence))
                return {at, 0};
        }
        return {-1, text.size() - start};
    }

private:
    /// The bytes as one number with a 1 before them, so that sequences of different sizes differ.
    [[nodiscard]] static quint64 number(const QByteArray &sequence)
    {
        quint64 value = 1;
        for (const char byte : sequence)
            value = (value << 8) | static_cast<uchar>(byte);
        return value;
    }

    void addBeginning(quint64 beginning)
    {
        // Code points come in order: equal beginnings of one size follow each other.
        auto &last = m_lastOfSize[beginning >> 16 != 0 ? (beginning >> 24 != 0 ? 2 : 1) : 0];
        if (last != beginning)
            m_beginnings.push_back(beginning);
        last = beginning;
    }

    std::vector<quint64> m_whole;
    std::vector<quint64> m_beginnings;
    quint64 m_lastOfSize[3] = {};
};

} // namespace wsw::test
