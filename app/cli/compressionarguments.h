#pragma once

#include "arguments.h"
#include "wire/deflatenegotiation.h"

namespace wsw::cli {

/// --compress and its parameters. @p help: what --compress does for this verb.
[[nodiscard]] QList<OptionSpec> compressionOptionSpecs(const QString &help);

/// What the command line says about permessage-deflate.
struct CompressionArguments
{
    bool wanted = false;
    wire::DeflateOffer offer;       ///< for who connects
    wire::DeflatePolicy policy;     ///< for who hosts
    int level = -1;                 ///< as wire::Deflater's
};
/// The Error (Usage) names the option that is wrong, or that says nothing without --compress.
[[nodiscard]] Result<CompressionArguments> readCompression(const Arguments &arguments);

} // namespace wsw::cli
