#pragma once

#include "base/result.h"
#include "capture/connectioninfo.h"
#include "lesson/explain.h"
#include "wire/head.h"

#include <QList>

#include <functional>
#include <optional>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// The two heads with which a connection began, as far as they are in the capture.
struct Handshake
{
    std::optional<wire::Head> request;
    std::optional<wire::Head> response;
    QString requestProblem;     ///< why a recorded head could not be read; empty where it could
    QString responseProblem;
    [[nodiscard]] bool isComplete() const noexcept { return request && response; }
};

/// Looks for the heads of @p connection from the start of the capture up to record @p last, until @p isCancelled. For workers.
[[nodiscard]] Result<Handshake> loadHandshake(const capture::Document &document, ConnectionId connection, RecordId last,
                                              const std::function<bool()> &isCancelled);

/// One line of the handshake as it is listed.
struct HandshakeRow
{
    enum class Kind : quint8 {
        Section,    ///< a heading
        Line,       ///< a line of a head
        Part,       ///< an extension or a parameter of the line above
        Finding,    ///< a broken rule, below the line it concerns
        Step,       ///< a step of the accept value
        Fact,       ///< TLS, connect phases, addresses
    };
    Kind kind = Kind::Fact;
    QString name;
    QString value;
    lesson::Verdict verdict = lesson::Verdict::Info;
    lesson::Explanation explanation;    ///< empty title: nothing to explain
};

/// Everything that is known of a handshake, in the order in which it is listed. Pure.
[[nodiscard]] QList<HandshakeRow> handshakeRows(const Handshake &handshake, const std::optional<capture::ConnectionInfo> &connection);

} // namespace wsw::desktop
