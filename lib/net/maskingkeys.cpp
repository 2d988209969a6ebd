#include "net/maskingkeys.h"

#include "base/bytes.h"

#include <QRandomGenerator>

namespace wsw::net {

wire::MaskingKey randomMaskingKey()
{
    quint32 number = 0;
    while (number == 0)
        number = QRandomGenerator::system()->generate();
    wire::MaskingKey key;
    writeBigEndian(number, key.data());
    return key;
}

} // namespace wsw::net
