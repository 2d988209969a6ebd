#pragma once

#include "run.h"
#include "session/types.h"

#include <QStringList>

#include <functional>

namespace wsw::cli {

/// A verb that listens (serve, proxy): says where, and runs until it is stopped. Main thread.
class Listening final : public QObject
{
    Q_OBJECT
public:
    /// @p verb: for the remedy when the port is taken. @p announce: called once, when the endpoint listens.
    Listening(Run &run, QString verb, std::function<void(const session::EndpointInfo &)> announce);
    /// The endpoint that listens; call before the event loop runs.
    void watch(EndpointId endpoint) { m_endpoint = endpoint; }

private:
    void endpointChanged(const session::EndpointInfo &info);
    void warn(const Error &error);
    void failed(const session::EndpointInfo &info);
    void stopAtEndOfInput();

    Run &m_run;
    QString m_verb;
    std::function<void(const session::EndpointInfo &)> m_announce;
    EndpointId m_endpoint;
    bool m_announced = false;
    QStringList m_warned;   ///< what has been said about why nobody can be taken
};

/// What both say in their help about how they end.
[[nodiscard]] QString listeningNotes();

} // namespace wsw::cli
