#include "net/namelookup.h"

namespace wsw::net {

NameLookup::NameLookup(const QString &name, Done done)
    : m_done(std::move(done)), m_id(QHostInfo::lookupHost(name, this, SLOT(onLookedUp(QHostInfo))))
{
}

NameLookup::~NameLookup()
{
    if (m_done)
        QHostInfo::abortHostLookup(m_id);
}

void NameLookup::onLookedUp(const QHostInfo &info)
{
    const Done done = std::exchange(m_done, nullptr);
    done(info);
}

} // namespace wsw::net
