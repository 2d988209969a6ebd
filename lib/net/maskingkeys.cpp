#include "net/maskingkeys.h"

#include "base/bytes.h"

#include <QRandomGenerator>

namespace wsw::net {

wire::MaskingKey randomMaskingKey()
{
    // The system's generator costs a call into the kernel; a page of numbers at a time makes that bearable at full speed.
    constexpr size_t stockSize = 256;
    thread_local std::array<quint32, stockSize> stock;
    thread_local size_t left = 0;
    quint32 number = 0;
    while (number == 0) {
        if (left == 0) {
            QRandomGenerator::system()->fillRange(stock.data(), qsizetype(stock.size()));
            left = stock.size();
        }
        number = stock[--left];
    }
    wire::MaskingKey key;
    writeBigEndian(number, key.data());
    return key;
}

} // namespace wsw::net
