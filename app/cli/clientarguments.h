#pragma once

#include "arguments.h"
#include "session/types.h"

namespace wsw::cli {

/// The options with which every verb that connects says how.
[[nodiscard]] QList<OptionSpec> clientOptionSpecs();
/// Reads them, and checks @p url. Errors: Usage.
[[nodiscard]] Result<session::ClientOptions> readClientOptions(const Arguments &arguments, const QString &url);

/// @p options with what the command line says about compression; for verbs that have compressionOptionSpecs().
[[nodiscard]] Result<session::ClientOptions> withCompression(const Arguments &arguments, session::ClientOptions options);

} // namespace wsw::cli
