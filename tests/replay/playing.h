#pragma once

#include "replay/player.h"

#include "exchange/talks.h"
#include "session/bench.h"
#include "support/recorded.h"

namespace wsw::test {

inline std::shared_ptr<const capture::Document> unowned(const capture::Document &document)
{
    return {&document, [](const capture::Document *) {}};
}

inline replay::Script scriptOf(Talk &talk, const replay::ScriptRequest &request = {})
{
    Result<replay::Script> script = replay::readScript(unowned(talk.document()), request);
    if (!script)
        qFatal("%s", qPrintable(script.error().message));
    return std::move(script).value();
}

/// A player, what it plays through, and how it has ended.
struct Play
{
    Play(Bench &bench, replay::Script script, const replay::PlayOptions &options) : player(*bench.workbench, std::move(script), options)
    {
        QObject::connect(&player, &replay::Player::finished, &player, [this](const replay::PlayOutcome &how) { outcome = how; });
        player.start();
    }
    [[nodiscard]] bool ends() { return QTest::qWaitFor([this] { return outcome.has_value(); }, 60'000); }
    replay::Player player;
    std::optional<replay::PlayOutcome> outcome;
};

inline replay::PlayOptions to(const QString &url, replay::Timing timing = replay::Timing::Turns)
{
    replay::PlayOptions options;
    options.timing = timing;
    options.client.url = url;
    options.host.port = 0;
    options.waitMs = 20'000;
    return options;
}

inline QList<QByteArray> payloads(const Bench &bench, ConnectionId connection, Direction direction)
{
    QList<QByteArray> found;
    for (const MeantMessage &message : messagesOf(*bench.document, connection, direction))
        found.append(message.payload);
    return found;
}

/// The connection of this bench that played the client.
inline ConnectionId clientOf(const Bench &bench)
{
    for (const session::ConnectionStatus &status : bench.connections) {
        if (status.localRole == Role::Client)
            return status.id;
    }
    return {};
}

} // namespace wsw::test
