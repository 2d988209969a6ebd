#include "wire/handshake.h"

#include "wire/httptext.h"

#include <QCryptographicHash>

#include <algorithm>

namespace wsw::wire {

namespace {

constexpr qsizetype keyBytes = 16;
constexpr qsizetype keyCharacters = 24;

void appendLine(QByteArray &head, const QByteArray &name, const QByteArray &value)
{
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
}

/// Standard lines first, each replaced in place by the extras of its name; then the other extras.
QByteArray withHeaders(QByteArray firstLine, const HeaderList &standard, const HeaderList &extra)
{
    QByteArray head = std::move(firstLine);
    head += "\r\n";
    for (const auto &[name, value] : standard) {
        bool replaced = false;
        for (const auto &[extraName, extraValue] : extra) {
            if (!sameName(extraName, name))
                continue;
            appendLine(head, extraName, extraValue);
            replaced = true;
        }
        if (!replaced)
            appendLine(head, name, value);
    }
    for (const auto &[name, value] : extra) {
        const auto isThisOne = [&name = name](const auto &line) { return sameName(line.first, name); };
        if (std::ranges::none_of(standard, isThisOne))
            appendLine(head, name, value);
    }
    head += "\r\n";
    return head;
}

} // namespace

QByteArray acceptDigest(QByteArrayView key)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(key);
    hash.addData(acceptGuid);
    return hash.result();
}

QByteArray acceptValue(QByteArrayView key)
{
    return acceptDigest(key).toBase64();
}

bool isValidKey(QByteArrayView key)
{
    const auto decoded = QByteArray::fromBase64Encoding(key.toByteArray(), QByteArray::AbortOnBase64DecodingErrors);
    return key.size() == keyCharacters && decoded && decoded.decoded.size() == keyBytes;
}

QByteArray composeRequest(const RequestOptions &options)
{
    HeaderList standard{
        {"Host", options.host},
        {"Upgrade", "websocket"},
        {"Connection", "Upgrade"},
        {"Sec-WebSocket-Key", options.key},
        {"Sec-WebSocket-Version", "13"},
    };
    if (!options.origin.isEmpty())
        standard.append({"Origin", options.origin});
    if (!options.subprotocols.isEmpty())
        standard.append({"Sec-WebSocket-Protocol", options.subprotocols.join(", ")});
    if (!options.extensions.isEmpty())
        standard.append({"Sec-WebSocket-Extensions", options.extensions});
    return withHeaders("GET " + options.target + " HTTP/1.1", standard, options.extra);
}

QByteArray composeResponse(const ResponseOptions &options)
{
    HeaderList standard{
        {"Upgrade", "websocket"},
        {"Connection", "Upgrade"},
        {"Sec-WebSocket-Accept", acceptValue(options.key)},
    };
    if (!options.subprotocol.isEmpty())
        standard.append({"Sec-WebSocket-Protocol", options.subprotocol});
    if (!options.extensions.isEmpty())
        standard.append({"Sec-WebSocket-Extensions", options.extensions});
    return withHeaders("HTTP/1.1 101 Switching Protocols", standard, options.extra);
}

QByteArray composeAnswer(int status, QByteArrayView reason, QByteArrayView contentType, QByteArrayView body,
                         const HeaderList &extra)
{
    const HeaderList standard{
        {"Content-Type", contentType.toByteArray()},
        {"Content-Length", QByteArray::number(body.size())},
        {"Connection", "close"},
    };
    QByteArray firstLine = "HTTP/1.1 " + QByteArray::number(status) + ' ';
    firstLine += reason;
    QByteArray answer = withHeaders(std::move(firstLine), standard, extra);
    answer += body;
    return answer;
}

} // namespace wsw::wire
