#include "payload/jsonwriter.h"

#include "payload/reading.h"

#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <utility>

namespace wsw::payload {

namespace {

constexpr int indent = 2;
/// Bytes beyond these are counted, not shown: whoever wants them has the hex view.
constexpr qsizetype shownBytes = 256;

} // namespace

QString numberText(double value)
{
    if (std::isnan(value))
        return QStringLiteral("NaN");
    if (std::isinf(value))
        return value < 0 ? QStringLiteral("-Infinity") : QStringLiteral("Infinity");
    const bool isHandy = value == 0 || (std::abs(value) >= 1e-5 && std::abs(value) < 1e15);
    const QString text = QString::number(value, isHandy ? 'f' : 'g', QLocale::FloatingPointShortest);
    const bool isPlain = std::none_of(text.begin(), text.end(), [](QChar c) { return c == u'.' || c == u'e'; });
    return isPlain ? text + QLatin1String(".0") : text;
}

QString jsonQuoted(const QString &text)
{
    QString quoted = QStringLiteral("\"");
    for (const QChar c : text) {
        switch (c.unicode()) {
        case u'"': quoted += QLatin1String("\\\""); break;
        case u'\\': quoted += QLatin1String("\\\\"); break;
        case u'\n': quoted += QLatin1String("\\n"); break;
        case u'\r': quoted += QLatin1String("\\r"); break;
        case u'\t': quoted += QLatin1String("\\t"); break;
        default:
            if (c.unicode() < 0x20 || c.unicode() == 0x7f)
                quoted += QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
            else
                quoted += c;
        }
    }
    return quoted + u'"';
}

QString bytesNotation(QByteArrayView bytes)
{
    const QByteArrayView shown = bytes.first(qMin(bytes.size(), shownBytes));
    const QString hex = QString::fromLatin1(shown.toByteArray().toHex());
    return shown.size() == bytes.size() ? QStringLiteral("h'%1'").arg(hex) : QStringLiteral("h'%1…' (%2 bytes)").arg(hex).arg(bytes.size());
}

void JsonWriter::name(const QString &name)
{
    plainName(jsonQuoted(name));
}

void JsonWriter::plainName(const QString &name)
{
    separate();
    m_text += name + QLatin1String(": ");
    m_open.back().awaitsValue = true;
}

void JsonWriter::text(const QString &text)
{
    plain(jsonQuoted(text));
}

void JsonWriter::plain(const QString &value)
{
    separate();
    m_text += value;
}

void JsonWriter::beginTag(const QString &tag)
{
    separate();
    m_text += tag + u'(';
    if (!m_open.empty())
        m_open.back().awaitsValue = true;
}

bool JsonWriter::isFull() const noexcept
{
    return m_text.size() > mostText;
}

QString JsonWriter::takeOnOneLine()
{
    // Texts have no line breaks of their own here, they are escaped.
    static const QRegularExpression lineBreak(QStringLiteral("\\n *"));
    return take().remove(lineBreak);
}

void JsonWriter::begin(QChar bracket)
{
    separate();
    m_text += bracket;
    m_open.push_back({});
}

void JsonWriter::end(QChar bracket)
{
    const bool isEmpty = m_open.back().isEmpty;
    m_open.pop_back();
    if (!isEmpty)
        newLine();
    m_text += bracket;
}

void JsonWriter::separate()
{
    if (m_open.empty())
        return;
    Open &inner = m_open.back();
    if (std::exchange(inner.awaitsValue, false))
        return;
    if (!std::exchange(inner.isEmpty, false))
        m_text += u',';
    newLine();
}

void JsonWriter::newLine()
{
    m_text += u'\n';
    m_text += QString(static_cast<qsizetype>(m_open.size()) * indent, u' ');
}

} // namespace wsw::payload
