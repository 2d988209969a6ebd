#include "base/limits.h"
#include "fuzz/check.h"
#include "wire/handshake.h"

#include <algorithm>

using namespace wsw;
using namespace wsw::wire;

// Input: kind of head, where it is cut, bytes of the stream.

namespace {

struct Read
{
    HeadParser parser;
    qsizetype taken = 0;
};

Read read(Head::Kind kind, const test::Chunks &pieces)
{
    Read result{HeadParser(kind), 0};
    for (const QByteArray &piece : pieces) {
        const qsizetype taken = result.parser.feed(piece);
        FUZZ_CHECK(taken >= 0 && taken <= piece.size());
        result.taken += taken;
        if (taken < piece.size()) {
            FUZZ_CHECK(result.parser.status() != HeadStatus::NeedMore);
            break;
        }
    }
    return result;
}

void checkSame(const Read &read, const Read &whole)
{
    FUZZ_CHECK(read.parser.status() == whole.parser.status() && read.taken == whole.taken);
    FUZZ_CHECK(read.parser.problem() == whole.parser.problem() && read.parser.problemOffset() == whole.parser.problemOffset());
    const Head &head = read.parser.head();
    const Head &same = whole.parser.head();
    FUZZ_CHECK(head.raw == same.raw && head.method == same.method && head.target == same.target);
    FUZZ_CHECK(head.versionMajor == same.versionMajor && head.versionMinor == same.versionMinor);
    FUZZ_CHECK(head.status == same.status && head.reason == same.reason);
    FUZZ_CHECK(std::equal(head.fields.begin(), head.fields.end(), same.fields.begin(), same.fields.end(),
                          [](const HeaderField &one, const HeaderField &other) {
                              return one.name == other.name && one.value == other.value && one.offset == other.offset
                                  && one.length == other.length;
                          }));
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
    const unsigned cuts = input.choice();
    const Read whole = read(kind, {input.rest().toByteArray()});
    const Head &head = whole.parser.head();

    FUZZ_CHECK(head.raw == input.rest().first(whole.taken));
    FUZZ_CHECK(head.raw.size() <= limits::headBytes + 1);
    checkFields(head);
    fuzz::forCuts(input.rest(), cuts, [&](const test::Chunks &pieces) { checkSame(read(kind, pieces), whole); });

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
