#pragma once

#include "wire/head.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>

#include <optional>

namespace wsw::wire {

/// One parameter of an extension.
struct ExtensionParameter
{
    QByteArray name;
    std::optional<QByteArray> value;    ///< quotes and escapes taken away; nothing where no "=" stood
    friend bool operator==(const ExtensionParameter &, const ExtensionParameter &) = default;
};

/// One offer or one agreement in Sec-WebSocket-Extensions.
struct Extension
{
    QByteArray name;
    QList<ExtensionParameter> parameters;   ///< in the order of the wire, repeats kept
    friend bool operator==(const Extension &, const Extension &) = default;
};

/// A read Sec-WebSocket-Extensions value.
struct ExtensionList
{
    QList<Extension> extensions;    ///< all of them, or those before the fault
    QString problem;                ///< empty: the value keeps to the grammar; otherwise one sentence
    qsizetype problemOffset = 0;    ///< of the byte at fault; the size of the value where it ends too early

    [[nodiscard]] bool ok() const noexcept { return problem.isEmpty(); }
};

/// Reads a Sec-WebSocket-Extensions value by the grammar of RFC 6455, 9.1. Several header lines are one value, joined by ", ".
[[nodiscard]] ExtensionList parseExtensions(QByteArrayView value);

inline constexpr QByteArrayView extensionsName = "Sec-WebSocket-Extensions";
/// All lines of that name in @p head, read as one value; no extensions and no problem where there is none.
[[nodiscard]] ExtensionList extensionsOf(const Head &head);

/// Writes an extension; values that are no tokens are quoted.
[[nodiscard]] QByteArray composeExtension(const Extension &extension);

} // namespace wsw::wire
