#include "session/workbench.h"

#include "base/limits.h"
#include "capture/document.h"
#include "session/workbenchcore.h"

#include <QMutex>
#include <QSet>
#include <QThread>

#include <atomic>

namespace wsw::session {

namespace {

constexpr int closeBoundMs = 1'000;

void registerTypes()
{
    // Signals cross from the network thread: their arguments are copied by the meta type system.
    qRegisterMetaType<EndpointInfo>();
    qRegisterMetaType<ConnectionStatus>();
    qRegisterMetaType<EndpointId>();
    qRegisterMetaType<ConnectionId>();
    qRegisterMetaType<Error>();
}

} // namespace

class Workbench::Private
{
public:
    explicit Private(Workbench &bench, std::shared_ptr<capture::Document> first) : document(first), core(bench, std::move(first)) {}

    /// Runs @p call with the core on the network thread, in the order of the calls.
    template<class Call>
    void post(Call call)
    {
        QMetaObject::invokeMethod(&core, std::move(call), Qt::QueuedConnection);
    }
    EndpointId newId()
    {
        // Of the whole program, not of this bench: several may record into one capture, one after the other, and a bench into several.
        static std::atomic<quint32> lastId = 0;
        const EndpointId id(++lastId);
        const QMutexLocker lock(&mutex);
        active.insert(id);
        return id;
    }

    mutable QMutex mutex;                           // guards document and active
    std::shared_ptr<capture::Document> document;
    QSet<EndpointId> active;                        // endpoints that are not Closed nor Failed, or are about to start
    std::atomic<qint64> untaken = 0;                // bytes of payload on their way from send() to the core
    QThread thread;
    WorkbenchCore core;
};

Workbench::Workbench(std::shared_ptr<capture::Document> document, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(*this, std::move(document)))
{
    registerTypes();
    d->thread.setObjectName(QStringLiteral("network"));
    d->core.moveToThread(&d->thread);
    d->thread.start();
    d->post([this] { d->core.start(); });
}

Workbench::~Workbench()
{
    d->post([this] {
        d->core.closeAll(closeBoundMs, [this] {
            // Not from within the calls that have led here: what ended may still be on the stack.
            d->post([this] {
                d->core.dismantle();
                d->core.moveToThread(nullptr);
                d->thread.quit();
            });
        });
    });
    d->thread.wait();
    // What fails to be written has been told by the document; there is nobody left here to tell again.
    if (const std::shared_ptr<capture::Document> last = document(); last && last->isRecording())
        std::ignore = last->flush();
}

void Workbench::letGo()
{
    d->thread.moveToThread(nullptr);
    moveToThread(nullptr);
}

std::shared_ptr<capture::Document> Workbench::document() const
{
    const QMutexLocker lock(&d->mutex);
    return d->document;
}

void Workbench::setDocument(std::shared_ptr<capture::Document> document)
{
    Q_ASSERT(isIdle());
    {
        const QMutexLocker lock(&d->mutex);
        d->document = document;
    }
    d->post([this, document = std::move(document)] { d->core.setDocument(document); });
}

bool Workbench::isIdle() const
{
    const QMutexLocker lock(&d->mutex);
    return d->active.isEmpty();
}

void Workbench::noteActive(EndpointId id, bool active)
{
    const QMutexLocker lock(&d->mutex);
    if (active)
        d->active.insert(id);
    else
        d->active.remove(id);
}

EndpointId Workbench::startHost(const HostOptions &options)
{
    const EndpointId id = d->newId();
    d->post([this, id, options] { d->core.add(id, options); });
    return id;
}

EndpointId Workbench::connectClient(const ClientOptions &options)
{
    const EndpointId id = d->newId();
    d->post([this, id, options] { d->core.add(id, options); });
    return id;
}

EndpointId Workbench::startProxy(const ProxyOptions &options)
{
    const EndpointId id = d->newId();
    d->post([this, id, options] { d->core.add(id, options); });
    return id;
}

EndpointId Workbench::openRaw(const RawOptions &options)
{
    const EndpointId id = d->newId();
    d->post([this, id, options] { d->core.add(id, options); });
    return id;
}

void Workbench::stop(EndpointId endpoint)
{
    d->post([this, endpoint] { d->core.stop(endpoint); });
}

void Workbench::restart(EndpointId endpoint, quint16 port)
{
    d->post([this, endpoint, port] { d->core.restart(endpoint, port); });
}

void Workbench::remove(EndpointId endpoint)
{
    d->post([this, endpoint] { d->core.remove(endpoint); });
}

void Workbench::setBehaviour(EndpointId host, Behaviour behaviour, const QString &prefix)
{
    d->post([this, host, behaviour, prefix] {
        if (Endpoint *known = d->core.endpoint(host))
            known->setBehaviour(behaviour, prefix);
    });
}

void Workbench::send(ConnectionId connection, const Outgoing &outgoing)
{
    const qint64 size = outgoing.payload.size();
    // The network thread may be behind: what it has not even taken waits as well, and is told of at once.
    const bool crowded = d->untaken.fetch_add(size) + size > limits::writeHighWater;
    d->post([this, connection, outgoing, crowded] {
        d->core.send(connection, outgoing);
        d->untaken -= outgoing.payload.size();
        if (crowded)
            d->core.retellPressure(connection);
    });
    if (crowded)
        Q_EMIT sendPressure(connection, true);
}

void Workbench::sendToAll(EndpointId host, const Outgoing &outgoing)
{
    d->post([this, host, outgoing] {
        if (Endpoint *known = d->core.endpoint(host))
            known->sendToAll(outgoing);
    });
}

void Workbench::abort(ConnectionId connection)
{
    d->post([this, connection] { d->core.abort(connection); });
}

void Workbench::closeAll()
{
    d->post([this] { d->core.closeAll(closeBoundMs, [this] { Q_EMIT allClosed(); }); });
}

void Workbench::setMessagesWanted(EndpointId endpoint, bool wanted)
{
    d->post([this, endpoint, wanted] {
        if (Endpoint *known = d->core.endpoint(endpoint))
            known->setMessagesWanted(wanted);
    });
}

void Workbench::setEchoBack(EndpointId client, bool on)
{
    d->post([this, client, on] {
        if (Endpoint *known = d->core.endpoint(client))
            known->setEchoBack(on);
    });
}

} // namespace wsw::session
