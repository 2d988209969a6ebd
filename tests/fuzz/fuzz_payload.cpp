#include "fuzz/check.h"
#include "wire/closecode.h"
#include "wire/framejudge.h"
#include "wire/mask.h"

#include <QStringDecoder>

using namespace wsw;
using namespace wsw::wire;

// Input: masking key (its first byte: masked at all?), where it is cut, a payload. It is judged as text, against Qt's decoder, and
// as what a Close frame holds.

namespace {

/// Does Qt take it for UTF-8? Its decoder reads it whole.
bool qtTakes(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded = decoder.decode(bytes);
    static_cast<void>(decoded);
    return !decoder.hasError();
}

void checkText(QByteArrayView text, unsigned cuts)
{
    Utf8Validator whole;
    const bool good = whole.feed(text);
    FUZZ_CHECK(good == (whole.badOffset() < 0));
    FUZZ_CHECK(qtTakes(text) == (good && whole.atBoundary()));
    if (good) {
        FUZZ_CHECK(whole.fed() == text.size() && whole.atBoundary() == (whole.openBytes() == 0));
        FUZZ_CHECK(qtTakes(text.chopped(whole.openBytes())));
    } else {
        // Up to the bad byte it can be completed; with it, nothing that follows can help.
        FUZZ_CHECK(whole.badOffset() < text.size());
        Utf8Validator before;
        FUZZ_CHECK(before.feed(text.first(whole.badOffset())));
        FUZZ_CHECK(qtTakes(text.first(whole.badOffset() - before.openBytes())));
    }
    fuzz::forCuts(text, cuts, [&](const test::Chunks &pieces) {
        Utf8Validator cut;
        for (const QByteArray &piece : pieces)
            cut.feed(piece);
        FUZZ_CHECK(cut.badOffset() == whole.badOffset());
        if (good)
            FUZZ_CHECK(cut.fed() == whole.fed() && cut.openBytes() == whole.openBytes());
    });
}

struct Judged
{
    Findings findings;
    quint16 code = 0;
    QByteArray reason;
    friend bool operator==(const Judged &, const Judged &) = default;
};

Judged judged(const FrameHeader &header, const test::Chunks &payload)
{
    FrameJudge judge(Role::Client, header.length);
    Judged result;
    quint64 at = 0;
    bool first = true;
    const auto give = [&](QByteArrayView bytes) {
        const bool last = at + static_cast<quint64>(bytes.size()) == header.length;
        for (const Finding &finding : judge.judge({&header, bytes, at, first, last}))
            result.findings.push_back(finding);
        at += static_cast<quint64>(bytes.size());
        first = false;
    };
    if (header.length == 0)
        give({});
    for (const QByteArray &piece : payload) {
        if (!piece.isEmpty())
            give(piece);
    }
    FUZZ_CHECK(judge.closeSeen());
    result.code = judge.closeCode();
    result.reason = judge.closeReason();
    return result;
}

bool holds(const Findings &findings, Violation violation)
{
    return std::any_of(findings.begin(), findings.end(), [violation](const Finding &finding) { return finding.violation == violation; });
}

void checkClose(QByteArrayView payload, const MaskingKey &key, bool masked, unsigned cuts)
{
    FrameHeader header;
    header.opcode = Opcode::Close;
    header.length = static_cast<quint64>(payload.size());
    header.lengthForm = minimalLengthForm(header.length);
    header.masked = masked;
    header.key = key;
    QByteArray wire = payload.toByteArray();
    if (masked) {
        const auto *plain = reinterpret_cast<const uchar *>(payload.data());
        applyMask(plain, reinterpret_cast<uchar *>(wire.data()), wire.size(), key, 0);
    }
    const Judged whole = judged(header, {wire});
    constexpr qsizetype codeBytes = 2;
    FUZZ_CHECK(holds(whole.findings, Violation::ClosePayloadOneByte) == (payload.size() == 1));
    FUZZ_CHECK(holds(whole.findings, Violation::ControlFrameTooLong) == (header.length > limits::controlPayloadBytes));
    if (payload.size() < codeBytes) {
        FUZZ_CHECK(whole.code == 1005 && whole.reason.isEmpty());
    } else {
        FUZZ_CHECK(whole.code == static_cast<uchar>(payload[0]) * 256 + static_cast<uchar>(payload[1]));
        FUZZ_CHECK(payload.sliced(codeBytes).startsWith(whole.reason));
        FUZZ_CHECK(holds(whole.findings, Violation::CloseReasonNotUtf8) == !qtTakes(payload.sliced(codeBytes)));
    }
    fuzz::forCuts(wire, cuts, [&](const test::Chunks &pieces) { FUZZ_CHECK(judged(header, pieces) == whole); });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    fuzz::Input input(data, size);
    const auto choice = static_cast<uchar>(input.choice());
    const unsigned cuts = input.choice();
    const MaskingKey key{choice, static_cast<uchar>(choice * 7), static_cast<uchar>(~choice), static_cast<uchar>(choice >> 3)};
    checkText(input.rest(), cuts);
    checkClose(input.rest(), key, choice % 2 != 0, cuts);
    return 0;
}
