#include "replay/player.h"

#include "replay/performance.h"
#include "session/workbench.h"

#include <QThread>
#include <QThreadPool>

namespace wsw::replay {

namespace {

constexpr int lookMs = 50;

} // namespace

Player::Player(session::Workbench &bench, Script script, PlayOptions options, QObject *parent)
    : QObject(parent), m_performance(std::make_shared<Performance>(bench, std::move(script), std::move(options)))
{
    using session::Workbench;
    // On the network thread, at once: the next message is due the moment an answer has come. What is called lives as long as the call.
    const auto on = [this, &bench](auto signal, auto take) { connect(&bench, signal, this, take, Qt::DirectConnection); };
    on(&Workbench::endpointChanged, [to = m_performance](const session::EndpointInfo &info) { to->endpointChanged(info); });
    on(&Workbench::connectionChanged, [to = m_performance](const session::ConnectionStatus &status) { to->connectionChanged(status); });
    on(&Workbench::messageReceived, [to = m_performance](ConnectionId id, bool, const QByteArray &) { to->messageReceived(id); });
    on(&Workbench::sendFailed, [to = m_performance](ConnectionId id, const Error &error) { to->sendFailed(id, error); });
    on(&Workbench::sendPressure, [to = m_performance](ConnectionId id, bool high) { to->sendPressure(id, high); });
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &Player::look);
}

Player::~Player()
{
    m_performance->abandon();
    if (m_worker == nullptr)
        return;
    // It may be waiting for the disk: somebody else waits for it.
    QThreadPool::globalInstance()->start([worker = m_worker] {
        worker->wait();
        delete worker;
    });
}

void Player::start()
{
    // A thread of its own, that sleeps until each message is due: a replay may take hours, and a pool's threads are few.
    m_worker = QThread::create([performance = m_performance] { performance->run(); });
    m_worker->setObjectName(QStringLiteral("replay"));
    m_worker->moveToThread(nullptr);    // any thread may be the one that deletes it
    m_worker->start();
    m_timer.start();
}

void Player::cancel()
{
    m_performance->cancel();
}

void Player::letGo()
{
    m_performance->letGo();
}

PlayProgress Player::progress() const
{
    return m_performance->progress();
}

void Player::look()
{
    const std::optional<PlayOutcome> outcome = m_performance->outcome();
    if (const PlayProgress now = m_performance->progress(); std::exchange(m_last, now) != now)
        Q_EMIT progressed(now);
    if (!outcome)
        return;
    m_timer.stop();
    Q_EMIT finished(*outcome);
}

} // namespace wsw::replay
