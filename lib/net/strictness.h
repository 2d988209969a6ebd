#pragma once

#include <QtGlobal>

namespace wsw::net {

/// What a host does about a client that breaks the rules.
enum class Strictness : quint8 {
    Strict,     ///< fails the connection, as the RFC says
    Lenient,    ///< records what was found and goes on, see Leniency
};

} // namespace wsw::net
