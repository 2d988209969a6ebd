#pragma once

#include <QByteArrayView>
#include <QList>
#include <QString>

/// Readings of single values of an opening request. Each says in a few words what is wrong, or nothing.
namespace wsw::wire {

/// RFC 6455, 4.1, 3.: a path and query that begin with "/", or a whole http or https address; never a fragment (RFC 6455, 3).
[[nodiscard]] QString targetProblem(QByteArrayView target);
/// RFC 9112, 3.2: a name or an address (IPv6 in brackets) and, after a colon, a port. RFC 6455, 4.1, 4.: not empty.
[[nodiscard]] QString hostProblem(QByteArrayView host);
/// RFC 6454, 7.1: "null", or origins with one space between; an origin is a scheme, "://", a host, and a port where it is not the usual one.
[[nodiscard]] QString originProblem(QByteArrayView origin);

struct SubprotocolProblems
{
    QString malformed;
    QString repeated;
};
/// RFC 6455, 4.1, 10.: at least one name, each a token, none twice (names are compared with their case).
[[nodiscard]] SubprotocolProblems subprotocolProblems(const QList<QByteArray> &offered);

} // namespace wsw::wire
