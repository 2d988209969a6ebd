#include "wire/closecode.h"

#include "base/bytes.h"

#include <algorithm>
#include <array>

namespace wsw::wire {

namespace {

// IANA, "WebSocket Close Code Number Registry", the part below 3000.
constexpr std::array<CloseCodeInfo, 16> registry{{
    {1000, "Normal Closure", "RFC 6455, 7.4.1"},
    {1001, "Going Away", "RFC 6455, 7.4.1"},
    {1002, "Protocol error", "RFC 6455, 7.4.1"},
    {1003, "Unsupported Data", "RFC 6455, 7.4.1"},
    {1004, "Reserved", "RFC 6455, 7.4.1"},
    {1005, "No Status Rcvd", "RFC 6455, 7.4.1"},
    {1006, "Abnormal Closure", "RFC 6455, 7.4.1"},
    {1007, "Invalid frame payload data", "RFC 6455, 7.4.1"},
    {1008, "Policy Violation", "RFC 6455, 7.4.1"},
    {1009, "Message Too Big", "RFC 6455, 7.4.1"},
    {1010, "Mandatory Ext.", "RFC 6455, 7.4.1"},
    {1011, "Internal Error", "RFC 6455, 7.4.1, erratum 3227"},
    {1012, "Service Restart", "IANA WebSocket registry"},
    {1013, "Try Again Later", "IANA WebSocket registry"},
    {1014, "Bad Gateway", "IANA WebSocket registry"},
    {1015, "TLS handshake", "RFC 6455, 7.4.1"},
}};

} // namespace

CloseCodeClass closeCodeClass(quint16 code) noexcept
{
    if (code < 1000 || code > 4999)
        return CloseCodeClass::OutOfRange;
    if (code >= 4000)
        return CloseCodeClass::Private;
    if (code >= 3000)
        return CloseCodeClass::Library;
    if (code > registry.back().code)
        return CloseCodeClass::Unassigned;
    switch (code) {
    case 1004:
    case 1005:
    case 1006:
    case 1015:
        return CloseCodeClass::NeverSent;
    default:
        return CloseCodeClass::Registered;
    }
}

bool maySendCloseCode(quint16 code) noexcept
{
    const CloseCodeClass sort = closeCodeClass(code);
    return sort == CloseCodeClass::Registered || sort == CloseCodeClass::Library || sort == CloseCodeClass::Private;
}

std::optional<quint16> closeCodeIn(QByteArrayView payload) noexcept
{
    if (payload.size() < 2)
        return std::nullopt;
    return readBigEndian<quint16>(reinterpret_cast<const uchar *>(payload.data()));
}

std::span<const CloseCodeInfo> registeredCloseCodes() noexcept
{
    return registry;
}

QString closeCodeName(quint16 code)
{
    switch (closeCodeClass(code)) {
    case CloseCodeClass::Registered:
    case CloseCodeClass::NeverSent:
        break;
    case CloseCodeClass::Unassigned:
        return QStringLiteral("unassigned");
    case CloseCodeClass::Library:
        return QStringLiteral("library");
    case CloseCodeClass::Private:
        return QStringLiteral("private use");
    case CloseCodeClass::OutOfRange:
        return QStringLiteral("out of range");
    }
    const auto entry = std::ranges::lower_bound(registry, code, {}, &CloseCodeInfo::code);
    return QString::fromLatin1(entry->name);
}

} // namespace wsw::wire
