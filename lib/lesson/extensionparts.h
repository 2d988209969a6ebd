#pragma once

#include "lesson/explain.h"
#include "wire/deflatenegotiation.h"

#include <QList>

namespace wsw::lesson {

/// One extension, or one parameter of it, in a Sec-WebSocket-Extensions line.
struct ExtensionPart
{
    QString name;
    QString value;              ///< of a parameter that has one
    bool isParameter = false;   ///< of the extension before it
    Explanation explanation;
};

/// Explains line @p field of a head, which must be Sec-WebSocket-Extensions, piece by piece in the order of the line. Where it breaks the
/// grammar, the pieces end there. @p request: the request that a response answers, where known.
[[nodiscard]] QList<ExtensionPart> explainExtensions(const wire::Head &head, qsizetype field, const wire::Head *request);

/// What the two heads agree on; nothing where that is no compression. @p response alone says almost all of it.
[[nodiscard]] std::optional<wire::DeflateParameters> agreedDeflate(const wire::Head *request, const wire::Head &response);
/// The same from the response's Sec-WebSocket-Extensions alone: what a client has only promised is not in it.
[[nodiscard]] std::optional<wire::DeflateParameters> agreedDeflate(const QString &extensions);

/// "may build on earlier ones", "stands alone": how each message is compressed.
[[nodiscard]] QString contextWords(wire::ContextTakeover contextTakeover);
/// "32 KiB (15 bits)".
[[nodiscard]] QString windowWords(int bits);

} // namespace wsw::lesson
