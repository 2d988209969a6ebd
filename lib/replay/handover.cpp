#include "replay/handover.h"

#include <algorithm>
#include <utility>

namespace wsw::replay {

void Handover::add(const Message &message)
{
    m_handed += message.frames;
    m_underWay.push_back(message);
}

void Handover::written(quint64 frames)
{
    m_written = std::max(m_written, frames);
    while (!m_underWay.empty() && m_settled + m_underWay.front().frames <= m_written + m_refused)
        settle();
}

void Handover::refused()
{
    if (m_underWay.empty())
        return;
    m_refused += m_underWay.front().frames;
    settle();
}

std::deque<Handover::Message> Handover::takeLost()
{
    m_settled = m_handed;
    return std::exchange(m_underWay, {});
}

void Handover::settle()
{
    m_settled += m_underWay.front().frames;
    m_underWay.pop_front();
}

} // namespace wsw::replay
