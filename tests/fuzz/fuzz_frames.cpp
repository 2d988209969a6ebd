#include "fuzz/check.h"
#include "wire/framejudge.h"
#include "wire/frameparser.h"

using namespace wsw;
using namespace wsw::wire;

// Input: sender and extension, size of the pieces, bytes of the stream.

namespace {

struct Read
{
    QByteArray written;     ///< every header and payload, written again
    std::vector<Finding> findings;
    quint64 frames = 0;
    quint64 messages = 0;
    bool closeSeen = false;
    quint16 closeCode = 0;
    friend bool operator==(const Read &, const Read &) = default;
};

void checkFinding(const Finding &finding, const FramePiece &piece)
{
    FUZZ_CHECK(finding.violation != Violation::None && finding.violation < Violation::Count);
    FUZZ_CHECK(finding.offset >= 0);
    FUZZ_CHECK(static_cast<quint64>(finding.offset) <= piece.payloadOffset + static_cast<quint64>(piece.payload.size()));
}

Read read(QByteArrayView stream, Role sender, bool rsv1Allowed, qsizetype pieceSize)
{
    constexpr quint64 frameLimit = 200;
    Read result;
    FrameParser parser;
    FrameJudge judge(sender, frameLimit);
    judge.allowRsv1(rsv1Allowed);
    quint64 done = 0;
    fuzz::Input::inPieces(stream, pieceSize, [&](const QByteArray &bytes) {
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
        return true;
    });
    result.written += parser.partialHeader();
    for (const Finding &finding : judge.judgeEnd(parser.inFrame()))
        result.findings.push_back(finding);
    FUZZ_CHECK(parser.wireOffset() == static_cast<quint64>(stream.size()));
    result.messages = judge.messageNumber();
    result.closeSeen = judge.closeSeen();
    result.closeCode = judge.closeCode();
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
    const auto pieceSize = static_cast<qsizetype>(1 + input.choice() % 32);
    const Read whole = read(input.rest(), sender, rsv1Allowed, 0);
    // What was read says everything that was there.
    FUZZ_CHECK(whole.written == input.rest());
    FUZZ_CHECK(read(input.rest(), sender, rsv1Allowed, pieceSize) == whole);
    return 0;
}
