#pragma once

#include <QtGlobal>

namespace wsw {

/// Which way bytes crossed the far side, seen from this program.
enum class Direction : quint8 { Sent, Received };

/// Which end of a WebSocket connection a byte stream belongs to, as RFC 6455 uses the words.
enum class Role : quint8 { Client, Server };

[[nodiscard]] constexpr Role other(Role role) noexcept
{
    return role == Role::Client ? Role::Server : Role::Client;
}

[[nodiscard]] constexpr Direction other(Direction direction) noexcept
{
    return direction == Direction::Sent ? Direction::Received : Direction::Sent;
}

} // namespace wsw
