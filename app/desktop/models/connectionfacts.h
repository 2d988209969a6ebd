#pragma once

#include "capture/connectioninfo.h"
#include "lesson/explain.h"

#include <QList>

/// What is known of a connection beside its records, in words. Pure; any thread.
namespace wsw::desktop {

struct ConnectionFact
{
    QString name;
    QString value;
    lesson::Verdict verdict = lesson::Verdict::Info;    ///< Wrong: a check of the peer's certificate that failed
};

/// Protocol, cipher and certificates; empty for plain TCP. Members that this program does not know are shown by their own names.
[[nodiscard]] QList<ConnectionFact> tlsFacts(const capture::ConnectionInfo &connection);
/// Name lookup, TCP, TLS and upgrade, each with its time, and all together.
[[nodiscard]] QList<ConnectionFact> phaseFacts(const capture::ConnectionInfo &connection);
/// URL, addresses, subprotocol, extensions, end; what is empty is left out.
[[nodiscard]] QList<ConnectionFact> addressFacts(const capture::ConnectionInfo &connection);

} // namespace wsw::desktop
