#pragma once

#include <QHashFunctions>
#include <QMetaType>

#include <compare>

namespace wsw {

/// A number that names one thing of one sort; 0 names nothing. No conversion to or from other sorts.
template<class Tag, class Rep>
class Id final
{
public:
    constexpr Id() noexcept = default;
    constexpr explicit Id(Rep value) noexcept : m_value(value) {}
    [[nodiscard]] constexpr Rep value() const noexcept { return m_value; }
    [[nodiscard]] constexpr bool isValid() const noexcept { return m_value != 0; }
    friend constexpr auto operator<=>(Id, Id) noexcept = default;
    friend size_t qHash(Id id, size_t seed = 0) noexcept { return ::qHash(id.m_value, seed); }

private:
    Rep m_value = 0;
};

using EndpointId = Id<struct EndpointTag, quint32>;     ///< a host, client, proxy or raw session of this run
using ConnectionId = Id<struct ConnectionTag, quint32>; ///< one TCP connection, unique within a capture
using RecordId = Id<struct RecordTag, quint64>;         ///< number of a row of the log; row = value - 1
using MessageId = Id<struct MessageTag, quint64>;       ///< a data message, unique within (connection, direction)

} // namespace wsw

Q_DECLARE_METATYPE(wsw::EndpointId)
Q_DECLARE_METATYPE(wsw::ConnectionId)
Q_DECLARE_METATYPE(wsw::RecordId)
