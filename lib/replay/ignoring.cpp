#include "replay/ignoring.h"

#include "wire/utf8.h"

#include <QCryptographicHash>
#include <QStringDecoder>
#include <QtEndian>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::replay {

namespace {

constexpr QChar mask(0xfffc);   // object replacement character

/// Messages are of one kind where so many bytes are the same but for their digits.
constexpr qsizetype shapeBytes = 64;
/// Of a binary message so many bytes usually say what it is.
constexpr qsizetype shapeBinaryBytes = 2;

Fingerprint digestOf(const QByteArray &bytes)
{
    const QByteArray hash = QCryptographicHash::hash(bytes, QCryptographicHash::Blake2b_160);
    return {qFromBigEndian<quint64>(hash.constData()), qFromBigEndian<quint64>(hash.constData() + 8)};
}

bool isUtf8(const QByteArray &bytes)
{
    wire::Utf8Validator validator;
    return validator.feed(bytes) && validator.atBoundary();
}

/// QString::fromUtf8() would swallow a byte order mark at the beginning.
QString textOf(const QByteArray &utf8)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return decoder(utf8);
}

bool looksLikeJson(const QString &text)
{
    const auto first = std::find_if_not(text.begin(), text.end(), [](QChar c) { return c.isSpace(); });
    return first != text.end() && (*first == u'{' || *first == u'[');
}

/// Follows whether a place in JSON stands within a string.
class StringState final
{
public:
    /// Goes on to @p to; returns whether a colon outside of strings was passed.
    bool advance(const QString &text, qsizetype to)
    {
        bool colon = false;
        for (; m_at < to; ++m_at) {
            const QChar c = text.at(m_at);
            if (m_escaped)
                m_escaped = false;
            else if (c == u'"')
                m_inside = !m_inside;
            else if (m_inside && c == u'\\')
                m_escaped = true;
            else if (!m_inside && c == u':')
                colon = true;
        }
        return colon;
    }
    [[nodiscard]] bool isInside() const noexcept { return m_inside; }

private:
    qsizetype m_at = 0;
    bool m_inside = false;
    bool m_escaped = false;
};

/// What takes the place of a match, so that JSON stays JSON where it can.
QString maskFor(bool startsInside, bool endsInside, bool holdsColon)
{
    if (startsInside || endsInside)
        return mask;
    const QString quoted = u'"' + QString(mask) + u'"';
    return holdsColon ? quoted + u':' + quoted : quoted;
}

QString maskMatches(const QString &text, const QRegularExpression &pattern)
{
    const bool json = looksLikeJson(text);
    QString result;
    StringState state;
    qsizetype done = 0;
    for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        if (match.capturedLength() == 0)
            continue;
        result += QStringView(text).mid(done, match.capturedStart() - done);
        done = match.capturedEnd();
        if (!json) {
            result += mask;
            continue;
        }
        state.advance(text, match.capturedStart());
        const bool startsInside = state.isInside();
        const bool holdsColon = state.advance(text, match.capturedEnd());
        result += maskFor(startsInside, state.isInside(), holdsColon);
    }
    return done == 0 ? text : result + text.mid(done);
}

QByteArray shapeOf(MessageKind kind, const QByteArray &payload)
{
    if (kind == MessageKind::Binary)
        return payload.left(shapeBinaryBytes);
    QByteArray shape;
    for (const char c : QByteArrayView(payload).first(std::min(payload.size(), shapeBytes))) {
        const bool isDigit = c >= '0' && c <= '9';
        if (!isDigit || !shape.endsWith('0'))
            shape += isDigit ? '0' : c;
    }
    return shape;
}

/// Walks through two values side by side and says where they differ.
class JsonDifference final
{
public:
    QString of(const JsonValue &left, const JsonValue &right)
    {
        compare({}, left, right);
        if (m_count > shown)
            m_said += u"and %1 more"_s.arg(m_count - shown);
        return m_said.join(u", "_s);
    }

private:
    static constexpr int shown = 3;

    void say(const QString &path, const QString &left, const QString &right)
    {
        if (++m_count <= shown)
            m_said += u"%1: %2 | %3"_s.arg(path.isEmpty() ? u"/"_s : path, left, right);
    }
    void compare(const QString &path, const JsonValue &left, const JsonValue &right)
    {
        if (left.type != right.type) {
            say(path, shortText(left), shortText(right));
        } else if (left.type == JsonValue::Type::Object) {
            compareMembers(path, left, right);
        } else if (left.type == JsonValue::Type::Array) {
            for (size_t i = 0; i < std::max(left.children.size(), right.children.size()); ++i)
                compareChild(path + u'/' + QString::number(i), child(left, i), child(right, i));
        } else {
            QByteArray canonicalLeft;
            QByteArray canonicalRight;
            appendCanonical(canonicalLeft, left);
            appendCanonical(canonicalRight, right);
            if (canonicalLeft != canonicalRight)
                say(path, shortText(left), shortText(right));
        }
    }
    void compareMembers(const QString &path, const JsonValue &left, const JsonValue &right)
    {
        for (size_t l = 0, r = 0; l < left.names.size() || r < right.names.size();) {
            const bool hasLeft = l < left.names.size() && (r == right.names.size() || left.names[l] <= right.names[r]);
            const bool hasRight = r < right.names.size() && (l == left.names.size() || right.names[r] <= left.names[l]);
            const QByteArray &name = hasLeft ? left.names[l] : right.names[r];
            QString step = QString::fromUtf8(name);
            step.replace(u'~', u"~0"_s).replace(u'/', u"~1"_s);
            compareChild(path + u'/' + step, hasLeft ? &left.children[l] : nullptr, hasRight ? &right.children[r] : nullptr);
            l += hasLeft ? 1 : 0;
            r += hasRight ? 1 : 0;
        }
    }
    void compareChild(const QString &path, const JsonValue *left, const JsonValue *right)
    {
        if (left != nullptr && right != nullptr)
            compare(path, *left, *right);
        else
            say(path, left != nullptr ? shortText(*left) : u"nothing"_s, right != nullptr ? shortText(*right) : u"nothing"_s);
    }
    [[nodiscard]] static const JsonValue *child(const JsonValue &value, size_t index)
    {
        return index < value.children.size() ? &value.children[index] : nullptr;
    }

    QStringList m_said;
    int m_count = 0;
};

QString textDifference(const QString &left, const QString &right)
{
    constexpr qsizetype before = 8;
    constexpr qsizetype behind = 24;
    const auto [l, r] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    Q_UNUSED(r)
    const qsizetype at = l - left.begin();
    const auto part = [at](const QString &text) {
        const qsizetype from = std::max<qsizetype>(at - before, 0);
        const QString cut = text.mid(from, at - from + behind);
        return u"\"%1%2%3\""_s.arg(from > 0 ? u"…"_s : QString(), printable(cut), from + cut.size() < text.size() ? u"…"_s : QString());
    };
    return u"from character %1: %2 | %3"_s.arg(at + 1).arg(part(left), part(right));
}

QString byteDifference(const QByteArray &left, const QByteArray &right)
{
    constexpr qsizetype behind = 8;
    const auto [l, r] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    Q_UNUSED(r)
    const qsizetype at = l - left.begin();
    const auto part = [at](const QByteArray &bytes) {
        const QByteArray cut = bytes.mid(at, behind);
        return cut.isEmpty() ? u"nothing"_s : QString::fromLatin1(cut.toHex(' ')) + (at + behind < bytes.size() ? u" …"_s : QString());
    };
    return u"from byte %1: %2 | %3"_s.arg(at + 1).arg(part(left), part(right));
}

} // namespace

Result<Ignoring> Ignoring::make(const QStringList &patterns, const QStringList &pointers)
{
    Ignoring ignoring;
    for (const QString &pattern : patterns) {
        QRegularExpression expression(pattern, QRegularExpression::UseUnicodePropertiesOption);
        if (!expression.isValid()) {
            return Error{ErrorKind::Usage, u"\"%1\" is no regular expression: %2."_s.arg(pattern, expression.errorString()),
                         u"Put a backslash before what is meant as it stands."_s,
                         pattern + u'\n' + QString(std::max<qsizetype>(expression.patternErrorOffset(), 0), u' ') + u'^'};
        }
        ignoring.m_patterns.append(expression);
    }
    for (const QString &text : pointers) {
        const std::optional<JsonPointer> pointer = parsePointer(text);
        if (!pointer) {
            return Error{ErrorKind::Usage, u"\"%1\" is no JSON pointer (RFC 6901)."_s.arg(text),
                         u"Write it as /user/id, with ~1 for a slash and ~0 for a tilde in a name, and * for every member or element."_s, {}};
        }
        ignoring.m_pointers.append(*pointer);
    }
    return ignoring;
}

QByteArray Ignoring::masked(MessageKind kind, const QByteArray &payload) const
{
    // A Close's text begins behind its code (RFC 6455, 5.5.1).
    const qsizetype codeBytes = kind == MessageKind::Close ? std::min<qsizetype>(payload.size(), 2) : 0;
    const QByteArray said = payload.sliced(codeBytes);
    if (m_patterns.isEmpty() || !isUtf8(said))
        return payload;
    QString text = textOf(said);
    for (const QRegularExpression &pattern : m_patterns)
        text = maskMatches(text, pattern);
    return payload.first(codeBytes) + text.toUtf8();
}

std::optional<JsonValue> Ignoring::jsonOf(const QByteArray &maskedPayload) const
{
    std::optional<JsonValue> value = parseJson(maskedPayload);
    if (value) {
        for (const JsonPointer &pointer : m_pointers)
            forget(*value, pointer);
    }
    return value;
}

Fingerprints Ignoring::of(MessageKind kind, const QByteArray &payload) const
{
    const QByteArray left = masked(kind, payload);
    const char tag = static_cast<char>('0' + static_cast<int>(kind));
    const std::optional<JsonValue> json = isControl(kind) ? std::nullopt : jsonOf(left);
    if (!json)
        return {digestOf(QByteArray(1, tag) + 'b' + left), digestOf(QByteArray(1, tag) + 'b' + shapeOf(kind, left))};
    QByteArray canonical = QByteArray(1, tag) + 'j';
    QByteArray shape = canonical;
    appendCanonical(canonical, *json);
    appendShape(shape, *json);
    return {digestOf(canonical), digestOf(shape)};
}

QString Ignoring::difference(MessageKind leftKind, const QByteArray &left, MessageKind rightKind, const QByteArray &right) const
{
    if (leftKind != rightKind)
        return u"%1 | %2"_s.arg(kindName(leftKind), kindName(rightKind));
    if (of(leftKind, left).whole == of(rightKind, right).whole)
        return {};
    const QByteArray maskedLeft = masked(leftKind, left);
    const QByteArray maskedRight = masked(rightKind, right);
    if (!isControl(leftKind)) {
        const std::optional<JsonValue> jsonLeft = jsonOf(maskedLeft);
        const std::optional<JsonValue> jsonRight = jsonOf(maskedRight);
        if (jsonLeft && jsonRight)
            return JsonDifference().of(*jsonLeft, *jsonRight);
    }
    if (leftKind != MessageKind::Binary && leftKind != MessageKind::Close && isUtf8(maskedLeft) && isUtf8(maskedRight))
        return textDifference(textOf(maskedLeft), textOf(maskedRight));
    return byteDifference(maskedLeft, maskedRight);
}

} // namespace wsw::replay
