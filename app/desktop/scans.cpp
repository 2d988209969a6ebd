#include "scans.h"

namespace wsw::desktop {

namespace {

/// They wait for the disk more than they compute, and there is one of a kind: counts, round trips, a handshake, something being written.
constexpr int sideBySide = 4;

} // namespace

Scans::Scans(QObject *parent) : QObject(parent), m_cancelled(std::make_shared<std::atomic_bool>(false)), m_ended(std::make_shared<std::atomic_bool>(false))
{
    m_pool.setMaxThreadCount(sideBySide);
}

Scans::~Scans()
{
    end();
    m_pool.waitForDone();
}

void Scans::cancel()
{
    m_cancelled->store(true);
    m_cancelled = std::make_shared<std::atomic_bool>(false);
    if (m_ended->load())
        m_ended = std::make_shared<std::atomic_bool>(false);
}

void Scans::end()
{
    m_cancelled->store(true);
    m_ended->store(true);
}

} // namespace wsw::desktop
