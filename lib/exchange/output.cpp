#include "exchange/output.h"

#include <QIODevice>

namespace wsw::exchange {

void Output::flush()
{
    if (!m_failed && m_device.write(m_buffer) != m_buffer.size()) {
        m_failed = true;
        m_why = m_device.errorString();
    }
    m_buffer.resize(0);
}

Result<> Output::finish()
{
    flush();
    if (!m_failed)
        return {};
    return Error{ErrorKind::Io, QStringLiteral("What was exported could not be written: %1.").arg(m_why),
                 QStringLiteral("Check that there is space on the disk and that you may write there."), {}};
}

} // namespace wsw::exchange
