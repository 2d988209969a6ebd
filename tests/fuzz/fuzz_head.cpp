#include "base/limits.h"
#include "fuzz/check.h"
#include "wire/handshake.h"

#include <optional>

using namespace wsw;
using namespace wsw::wire;

// Input: kind of head, size of the pieces, bytes of the stream.

namespace {

struct Read
{
    HeadParser parser;
    qsizetype taken = 0;
};

Read read(Head::Kind kind, QByteArrayView bytes, qsizetype pieceSize)
{
    Read result{HeadParser(kind), 0};
    fuzz::Input::inPieces(bytes, pieceSize, [&result](const QByteArray &piece) {
        const qsizetype taken = result.parser.feed(piece);
        FUZZ_CHECK(taken >= 0 && taken <= piece.size());
        result.taken += taken;
        return taken == piece.size();
    });
    return result;
}

void checkFields(const Head &head)
{
    qsizetype end = 0;
    for (const HeaderField &field : head.fields) {
        FUZZ_CHECK(field.offset >= end && field.length > 0);
        end = field.offset + field.length;
        FUZZ_CHECK(end <= head.raw.size());
        FUZZ_CHECK(head.raw.mid(field.offset, field.name.size()) == field.name);
        FUZZ_CHECK(head.value(field.name).has_value());
        FUZZ_CHECK(!field.value.contains('\n') && !field.value.contains('\r'));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    fuzz::Input input(data, size);
    const Head::Kind kind = input.choice() % 2 == 0 ? Head::Kind::Request : Head::Kind::Response;
    const auto pieceSize = static_cast<qsizetype>(1 + input.choice() % 32);
    const Read whole = read(kind, input.rest(), 0);
    const Read pieces = read(kind, input.rest(), pieceSize);
    const Head &head = whole.parser.head();

    FUZZ_CHECK(head.raw == input.rest().first(whole.taken));
    FUZZ_CHECK(head.raw.size() <= limits::headBytes + 1);
    FUZZ_CHECK(pieces.parser.status() == whole.parser.status());
    FUZZ_CHECK(pieces.taken == whole.taken);
    FUZZ_CHECK(pieces.parser.head().raw == head.raw);
    FUZZ_CHECK(pieces.parser.head().fields.size() == head.fields.size());
    FUZZ_CHECK(pieces.parser.problemOffset() == whole.parser.problemOffset());
    checkFields(head);

    switch (whole.parser.status()) {
    case HeadStatus::NeedMore:
        FUZZ_CHECK(whole.taken == input.rest().size());
        FUZZ_CHECK(judgeHead(whole.parser).empty());
        break;
    case HeadStatus::Complete:
        FUZZ_CHECK(head.raw.endsWith('\n'));
        for (const Finding &finding : kind == Head::Kind::Request ? judgeRequest(head) : judgeResponse(Head{}, head))
            FUZZ_CHECK(finding.offset >= 0 && finding.offset < head.raw.size());
        break;
    case HeadStatus::Malformed:
    case HeadStatus::TooLarge:
        FUZZ_CHECK(whole.parser.problemOffset() == head.raw.size() - 1);
        FUZZ_CHECK(judgeHead(whole.parser).size() == 1);
        break;
    }
    return 0;
}
