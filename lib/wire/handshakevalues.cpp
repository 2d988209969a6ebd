#include "wire/handshakevalues.h"

#include "wire/httptext.h"

#include <algorithm>

namespace wsw::wire {

namespace {

constexpr bool isLetter(uchar byte) noexcept { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }
constexpr bool isHexDigit(uchar byte) noexcept { return isDigit(byte) || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f'); }

/// RFC 3986, 3.2.2: letters, digits, "-._~", escapes and the marks called sub-delims.
bool isNameByte(char c)
{
    constexpr QByteArrayView marks = "-._~%!$&'()*+,;=";
    const auto byte = static_cast<uchar>(c);
    return isDigit(byte) || isLetter(byte) || marks.contains(c);
}

bool isPort(QByteArrayView text)
{
    constexpr int greatest = 65535;
    // RFC 3986, 3.2.3: a port may be empty, and then means the usual one.
    return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return isDigit(static_cast<uchar>(c)); })
        && text.toByteArray().toInt() <= greatest;
}

/// How many bytes of @p text are a host; -1 where a bracket is not closed or does not hold an address.
qsizetype hostSize(QByteArrayView text)
{
    if (!text.startsWith('[')) {
        const auto end = std::ranges::find_if_not(text, isNameByte);
        return std::distance(text.begin(), end);
    }
    const qsizetype close = text.indexOf(']');
    const QByteArrayView inside = close < 0 ? QByteArrayView() : text.sliced(1, close - 1);
    const bool isAddress = inside.contains(':')
        && std::ranges::all_of(inside, [](char c) { return isHexDigit(static_cast<uchar>(c)) || c == ':' || c == '.'; });
    return isAddress ? close + 1 : -1;
}

/// What is wrong with a host and its port, or nothing.
QString hostPortProblem(QByteArrayView text)
{
    const qsizetype size = hostSize(text);
    if (size < 0)
        return QStringLiteral("'%1' holds no IPv6 address in brackets").arg(latin(text));
    const QByteArrayView rest = text.sliced(size);
    if (rest.isEmpty())
        return {};
    if (!rest.startsWith(':'))
        return QStringLiteral("'%1' cannot stand in '%2'").arg(latin(rest.first(1)), latin(text));
    if (!isPort(rest.sliced(1)))
        return QStringLiteral("the port of '%1' is no number up to 65535").arg(latin(text));
    return {};
}

bool isScheme(QByteArrayView text)
{
    return !text.isEmpty() && isLetter(static_cast<uchar>(text.front())) && std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<uchar>(c);
        return isLetter(byte) || isDigit(byte) || c == '+' || c == '-' || c == '.';
    });
}

QString singleOriginProblem(QByteArrayView origin)
{
    const qsizetype mark = origin.indexOf("://");
    if (mark < 0 || !isScheme(origin.first(mark)))
        return QStringLiteral("'%1' does not begin with a scheme and ://").arg(latin(origin));
    // A page that was opened as a file has no host: browsers send file://.
    return hostPortProblem(origin.sliced(mark + 3));
}

} // namespace

QString targetProblem(QByteArrayView target)
{
    if (target.contains('#'))
        return QStringLiteral("'%1' has a fragment").arg(latin(target));
    if (target.startsWith('/'))
        return {};
    for (const QByteArrayView scheme : {QByteArrayView("http://"), QByteArrayView("https://")}) {
        if (sameName(target.first(std::min(target.size(), scheme.size())), scheme)) {
            const QByteArrayView rest = target.sliced(scheme.size());
            const auto end = std::ranges::find_if(rest, [](char c) { return c == '/' || c == '?'; });
            const QByteArrayView authority = rest.first(std::distance(rest.begin(), end));
            return authority.isEmpty() ? QStringLiteral("'%1' names no host").arg(latin(target)) : hostPortProblem(authority);
        }
    }
    return QStringLiteral("'%1' does not begin with /").arg(latin(target));
}

QString hostProblem(QByteArrayView host)
{
    if (host.isEmpty())
        return QStringLiteral("it is empty");
    if (host.startsWith(':'))
        return QStringLiteral("'%1' has a port, but no name").arg(latin(host));
    return hostPortProblem(host);
}

QString originProblem(QByteArrayView origin)
{
    if (origin == "null")
        return {};
    for (const QByteArray &each : origin.toByteArray().split(' ')) {
        if (const QString problem = singleOriginProblem(each); !problem.isEmpty())
            return problem;
    }
    return {};
}

SubprotocolProblems subprotocolProblems(const QList<QByteArray> &offered)
{
    SubprotocolProblems problems;
    if (offered.isEmpty())
        problems.malformed = QStringLiteral("it names nothing");
    for (qsizetype i = 0; i < offered.size(); ++i) {
        const QByteArray &name = offered[i];
        const bool isToken = std::ranges::all_of(name, [](char c) { return isTokenByte(static_cast<uchar>(c)); });
        if (!isToken && problems.malformed.isEmpty())
            problems.malformed = QStringLiteral("'%1' is no name").arg(latin(name));
        if (offered.first(i).contains(name) && problems.repeated.isEmpty())
            problems.repeated = QStringLiteral("'%1' stands twice").arg(latin(name));
    }
    return problems;
}

} // namespace wsw::wire
