#include "fuzz/check.h"
#include "wire/framejudge.h"
#include "wire/frameparser.h"

using namespace wsw;
using namespace wsw::wire;

// Input: sender and extension, where it is cut, bytes of the stream.

namespace {

struct Read
{
    QByteArray written;     ///< every header and payload, written again
    std::vector<Finding> findings;
    quint64 frames = 0;
    quint64 messages = 0;
    Opcode messageOpcode = Opcode::Binary;
    bool messageOpen = false;
    bool messageCompressed = false;
    bool closeSeen = false;
    quint16 closeCode = 0;
    QByteArray closeReason;
    int openTextBytes = 0;
    bool inFrame = false;
    friend bool operator==(const Read &, const Read &) = default;
};

void checkFinding(const Finding &finding, const FramePiece &piece)
{
    FUZZ_CHECK(finding.violation != Violation::None && finding.violation < Violation::Count);
    FUZZ_CHECK(finding.offset >= 0);
    FUZZ_CHECK(static_cast<quint64>(finding.offset) <= piece.payloadOffset + static_cast<quint64>(piece.payload.size()));
}

Read read(const test::Chunks &stream, Role sender, bool rsv1Allowed)
{
    constexpr quint64 frameLimit = 200;
    constexpr quint64 messageLimit = 300;
    Read result;
    FrameParser parser;
    FrameJudge judge(sender, frameLimit, messageLimit);
    judge.allowRsv1(rsv1Allowed);
    quint64 done = 0;
    for (const QByteArray &bytes : stream) {
        parser.feed(bytes);
        for (FramePiece piece; parser.next(piece);) {
            if (piece.first) {
                FUZZ_CHECK(piece.header->wireOffset == static_cast<quint64>(result.written.size()));
                result.written += serializeHeader(*piece.header);
                ++result.frames;
                done = 0;
            }
            FUZZ_CHECK(piece.payloadOffset == done);
            done += static_cast<quint64>(piece.payload.size());
            FUZZ_CHECK(piece.last == (done == piece.header->length));
            result.written += piece.payload;
            for (const Finding &finding : judge.judge(piece)) {
                checkFinding(finding, piece);
                result.findings.push_back(finding);
            }
        }
    }
    FUZZ_CHECK(parser.wireOffset() == static_cast<quint64>(result.written.size() + parser.partialHeader().size()));
    result.written += parser.partialHeader();
    for (const Finding &finding : judge.judgeEnd(parser.inFrame()))
        result.findings.push_back(finding);
    result.messages = judge.messageNumber();
    result.messageOpcode = judge.messageOpcode();
    result.messageOpen = judge.messageOpen();
    result.messageCompressed = judge.messageCompressed();
    result.closeSeen = judge.closeSeen();
    result.closeCode = judge.closeCode();
    result.closeReason = judge.closeReason();
    result.openTextBytes = judge.openTextBytes();
    result.inFrame = parser.inFrame();
    FUZZ_CHECK(result.messages <= result.frames);
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    fuzz::Input input(data, size);
    const unsigned choice = input.choice();
    const Role sender = choice % 2 == 0 ? Role::Client : Role::Server;
    const bool rsv1Allowed = (choice & 2) != 0;
    const unsigned cuts = input.choice();
    const Read whole = read({input.rest().toByteArray()}, sender, rsv1Allowed);
    // What was read says everything that was there.
    FUZZ_CHECK(whole.written == input.rest());
    fuzz::forCuts(input.rest(), cuts, [&](const test::Chunks &pieces) { FUZZ_CHECK(read(pieces, sender, rsv1Allowed) == whole); });
    return 0;
}
