#pragma once

#include <QByteArray>

namespace wsw::test {

/// Which end of the connection writes: a client masks, a server does not.
enum class End : quint8 { Client, Server };

/// A frame as the conformance peer means it and reads it: its own reading of RFC 6455, 5.2, sharing no code with the program.
struct RawFrame
{
    int opcode = 1;
    QByteArray payload;
    bool fin = true;
    int rsv = 0;        ///< RSV1 is 4, RSV2 is 2, RSV3 is 1
    friend bool operator==(const RawFrame &, const RawFrame &) = default;
};

/// How a frame is written; everything but the default breaks a rule.
struct Spelling
{
    enum class Mask : quint8 { ByRole, AgainstRole };
    Mask mask = Mask::ByRole;
    int lengthBytes = -1;           ///< 0, 2 or 8 after the second byte; -1: as few as will do
    bool highLengthBit = false;     ///< sets the most significant bit of an 8-byte length
    qsizetype payloadSent = -1;     ///< only this much of the payload; -1: all of it
};

[[nodiscard]] QByteArray encode(const RawFrame &frame, End end, const Spelling &spelling = {});

} // namespace wsw::test
