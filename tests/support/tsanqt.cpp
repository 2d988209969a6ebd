#include <QCoreApplication>
#include <QEvent>
#include <QThread>
#include <QThreadPool>

#include <sanitizer/tsan_interface.h>

#include <dlfcn.h>
#include <sched.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

// Tells ThreadSanitizer what Qt orders. Debian's Qt is not instrumented: TSan sees neither the lock of a thread's event queue nor the
// wait for a thread's end, and would report everything that is handed over with them. The functions below stand before Qt's own of
// the same name wherever our code calls them; each says what it hands over, and calls Qt's. Only from the giver to the taker: an
// order in the other direction, or between what was not handed over, is not said, so that its races are still seen.
// This file itself is built without instrumentation (see tests/support/CMakeLists.txt): its own bookkeeping is none of ours.

namespace {

/// Held while a signal is on its way into an event queue. The taker passes it, so that it is not taken before it has been told.
/// No mutex: TSan would take that for an order in both directions.
class Gate final
{
public:
    void enter()
    {
        if (m_owner.load() != self()) {
            const void *nobody = nullptr;
            while (!m_owner.compare_exchange_weak(nobody, self())) {
                nobody = nullptr;
                ::sched_yield();
            }
        }
        ++m_depth;
    }
    void leave()
    {
        if (--m_depth == 0)
            m_owner.store(nullptr);
    }

private:
    static const void *self()
    {
        static thread_local char here;
        return &here;
    }
    std::atomic<const void *> m_owner = nullptr;
    int m_depth = 0;    // of the owner's calls within each other
};

constinit Gate gate;
constinit char signalsOfOthers = 0;     // stands for all signals whose sender lives on another thread

/// Qt's own function of a mangled name.
template<class Function>
Function *qtsOwn(const char *symbol)
{
    void *found = ::dlsym(RTLD_NEXT, symbol);
    if (!found) {
        std::fprintf(stderr, "This Qt has no %s: tests/support/tsanqt.cpp must follow it.\n", symbol);
        std::abort();
    }
    return reinterpret_cast<Function *>(found);
}

bool takeCall(void **data)
{
    if (static_cast<QEvent *>(data[1])->type() != QEvent::MetaCall)
        return false;
    gate.enter();
    __tsan_acquire(&signalsOfOthers);
    gate.leave();
    return false;   // not handled: Qt delivers it
}

/// Stands for what invokeMethod() was given: a call that is on its way to another thread, and is deleted by the last of the two that
/// lets go of it, which Qt counts unseen.
class PostedCall final : public QtPrivate::QSlotObjectBase
{
public:
    explicit PostedCall(QtPrivate::QSlotObjectBase *call) : QSlotObjectBase(&PostedCall::operate), m_call(call) { __tsan_release(this); }

private:
    static void operate(int which, QSlotObjectBase *self, QObject *receiver, void **arguments, bool *)
    {
        auto *const posted = static_cast<PostedCall *>(self);
        __tsan_acquire(posted);
        if (which == Call) {
            posted->m_call->call(receiver, arguments);
            __tsan_release(posted);
        } else if (which == Destroy) {
            posted->m_call->destroyIfLastRef();
            delete posted;
        }
    }

    QtPrivate::QSlotObjectBase *m_call;
};

[[maybe_unused]] const bool registered = QInternal::registerCallback(QInternal::EventNotifyCallback, takeCall);

} // namespace

bool QMetaObject::invokeMethodImpl(QObject *object, QtPrivate::QSlotObjectBase *slot, Qt::ConnectionType type, void *ret)
{
    using Function = bool(QObject *, QtPrivate::QSlotObjectBase *, Qt::ConnectionType, void *);
    static Function *const own = qtsOwn<Function>("_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14"
                                                  "ConnectionTypeEPv");
    return own(object, new PostedCall(slot), type, ret);
}

void QMetaObject::activate(QObject *sender, const QMetaObject *m, int local_signal_index, void **argv)
{
    using Function = void(QObject *, const QMetaObject *, int, void **);
    static Function *const own = qtsOwn<Function>("_ZN11QMetaObject8activateEP7QObjectPKS_iPPv");
    if (sender->thread() == QThread::currentThread()) {
        own(sender, m, local_signal_index, argv);
        return;
    }
    // The arguments are copied by Qt's own function, and these copies too are handed over.
    gate.enter();
    own(sender, m, local_signal_index, argv);
    __tsan_release(&signalsOfOthers);
    gate.leave();
}

void QThreadPool::start(std::function<void()> functionToRun, int priority)
{
    using Function = void(QThreadPool *, std::function<void()>, int);
    static Function *const own = qtsOwn<Function>("_ZN11QThreadPool5startESt8functionIFvvEEi");
    auto *const handed = new std::function<void()>(std::move(functionToRun));
    __tsan_release(handed);
    own(this,
        [handed] {
            __tsan_acquire(handed);
            (*handed)();
            delete handed;
        },
        priority);
}

void QThread::quit()
{
    using Function = void(QThread *);
    static Function *const own = qtsOwn<Function>("_ZN7QThread4quitEv");
    __tsan_release(this);
    own(this);
}

bool QThread::wait(QDeadlineTimer deadline)
{
    using Function = bool(QThread *, QDeadlineTimer);
    static Function *const own = qtsOwn<Function>("_ZN7QThread4waitE14QDeadlineTimer");
    const bool ended = own(this, deadline);
    if (ended)
        __tsan_acquire(this);
    return ended;
}
