#pragma once

#include "wire/frame.h"

namespace wsw::wire {

/// RFC 6455, 5.3. Writes @p from XOR key to @p to (n bytes); @p phase is the payload offset of the first byte (only its
/// remainder by 4 counts). @p to may equal @p from; otherwise they must not overlap. Masking and unmasking are the same.
void applyMask(const uchar *from, uchar *to, qsizetype n, MaskingKey key, quint64 phase = 0) noexcept;

} // namespace wsw::wire
