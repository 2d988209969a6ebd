#include "base/limits.h"
#include "wire/framejudge.h"
#include "wire/frameparser.h"
#include "wire/mask.h"
#include "wire/utf8.h"
#include "wire/wslayreader.h"
#include "table.h"

#include <benchmark/benchmark.h>

#include <cstring>
#include <map>

using namespace wsw;
using namespace wsw::wire;

namespace {

constexpr MaskingKey key{0x37, 0xfa, 0x21, 0x3d};
constexpr qsizetype block = 64 * 1024;
constexpr int streamFrames = 4096;
constexpr qsizetype framePayload = 64;

QByteArray asciiText()
{
    return QByteArray("The quick brown fox jumps over the lazy dog. ").repeated(block / 45 + 1).first(block);
}

/// Latin, Greek, Chinese and emoji among ASCII: every sequence length, about half of the bytes are not ASCII.
QByteArray mixedText()
{
    const QByteArray part = QStringLiteral(u"r\u00e9sum\u00e9, \u03ba\u03cc\u03c3\u03bc\u03b5, \u4f60\u597d\u4e16\u754c, \U0001F389 party; ").toUtf8();
    return part.repeated(block / part.size());
}

QByteArray frameStream()
{
    const QByteArray payload = asciiText().first(framePayload);
    const FrameHeader header = legalHeader(Opcode::Text, Fin::Yes, framePayload, Role::Client, key);
    return serializeFrame(header, payload).repeated(streamFrames);
}

void countBytes(benchmark::State &state, qsizetype size)
{
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * size);
}

void copy64KiB(benchmark::State &state)
{
    const QByteArray from(block, 'x');
    QByteArray to(block, Qt::Uninitialized);
    for ([[maybe_unused]] auto turn : state) {
        std::memcpy(to.data(), from.constData(), static_cast<size_t>(block));
        benchmark::ClobberMemory();
    }
    countBytes(state, block);
}

void mask64KiB(benchmark::State &state)
{
    const QByteArray from(block, 'x');
    QByteArray to(block, Qt::Uninitialized);
    for ([[maybe_unused]] auto turn : state) {
        applyMask(reinterpret_cast<const uchar *>(from.constData()), reinterpret_cast<uchar *>(to.data()), block, key, 1);
        benchmark::ClobberMemory();
    }
    countBytes(state, block);
}

void validate(benchmark::State &state, const QByteArray &text)
{
    for ([[maybe_unused]] auto turn : state) {
        Utf8Validator validator;
        if (!validator.feed(text))
            state.SkipWithError("the text was refused");
        benchmark::DoNotOptimize(validator);
    }
    countBytes(state, text.size());
}

void utf8Ascii(benchmark::State &state) { validate(state, asciiText()); }
void utf8Mixed(benchmark::State &state) { validate(state, mixedText()); }

void countFrames(benchmark::State &state, quint64 payloadSeen)
{
    if (payloadSeen != static_cast<quint64>(streamFrames * framePayload))
        state.SkipWithError("not every payload was seen");
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * streamFrames);
}

/// As much work as libwslay does: headers read, payloads unmasked.
void framesOurs(benchmark::State &state)
{
    const QByteArray stream = frameStream();
    std::array<uchar, framePayload> plain{};
    quint64 seen = 0;
    for ([[maybe_unused]] auto turn : state) {
        FrameParser parser;
        seen = 0;
        parser.feed(stream);
        for (FramePiece piece; parser.next(piece);) {
            applyMask(reinterpret_cast<const uchar *>(piece.payload.data()), plain.data(), piece.payload.size(), piece.header->key);
            benchmark::DoNotOptimize(plain);
            seen += static_cast<quint64>(piece.payload.size());
        }
    }
    countFrames(state, seen);
}

void framesWslay(benchmark::State &state)
{
    const QByteArray stream = frameStream();
    bench::WslayReader reader(stream);
    quint64 seen = 0;
    for ([[maybe_unused]] auto turn : state)
        seen = reader.readAll();
    countFrames(state, seen);
}

/// What the relay does with every frame: read, judge by all rules, check the text.
void framesJudged(benchmark::State &state)
{
    const QByteArray stream = frameStream();
    quint64 seen = 0;
    for ([[maybe_unused]] auto turn : state) {
        FrameParser parser;
        FrameJudge judge(Role::Client, limits::defaultFrameBytes);
        seen = 0;
        parser.feed(stream);
        for (FramePiece piece; parser.next(piece);) {
            if (!judge.judge(piece).empty())
                state.SkipWithError("a lawful frame was blamed");
            seen += static_cast<quint64>(piece.payload.size());
        }
    }
    countFrames(state, seen);
}

BENCHMARK(copy64KiB);
BENCHMARK(mask64KiB);
BENCHMARK(utf8Ascii);
BENCHMARK(utf8Mixed);
BENCHMARK(framesOurs);
BENCHMARK(framesWslay);
BENCHMARK(framesJudged);

/// Keeps the median rate of each benchmark; prints nothing itself.
class MedianKeeper final : public benchmark::BenchmarkReporter
{
public:
    bool ReportContext(const Context &) override { return true; }
    void ReportRuns(const std::vector<Run> &runs) override
    {
        for (const Run &run : runs) {
            if (run.error_occurred)
                failed = true;
            if (run.run_type != Run::RT_Aggregate || run.aggregate_name != "median")
                continue;
            for (const auto &[name, counter] : run.counters)
                medians[run.run_name.function_name] = counter.value;
        }
    }

    std::map<std::string, double> medians; ///< bytes or frames a second
    bool failed = false;
};

class Report final
{
public:
    void add(const QString &what, double rate, const QString &unit, double baseline, double target)
    {
        const double value = baseline > 0 ? rate / baseline : rate;
        m_table.add({what, QStringLiteral("%1 %2").arg(rate, 0, 'f', 2).arg(unit),
                     baseline > 0 ? QStringLiteral("%1 %2").arg(baseline, 0, 'f', 2).arg(unit) : QStringLiteral("-"),
                     m_table.atLeast(value, target)});
    }
    [[nodiscard]] int finish() const
    {
        m_table.print();
        return m_table.exitCode();
    }

private:
    bench::Table m_table{{QStringLiteral("what"), QStringLiteral("ours"), QStringLiteral("baseline"), QStringLiteral("ratio or rate")}};
};

} // namespace

int main(int argc, char **argv)
{
    // Medians of interleaved runs, as every table here; options given by hand come later and win.
    std::vector<std::string> options{argv[0], "--benchmark_repetitions=7", "--benchmark_min_time=0.1",
                                     "--benchmark_enable_random_interleaving=true"};
    options.insert(options.end(), argv + 1, argv + argc);
    std::vector<char *> arguments;
    for (std::string &option : options)
        arguments.push_back(option.data());
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    MedianKeeper keeper;
    benchmark::RunSpecifiedBenchmarks(&keeper);
    if (keeper.failed)
        return 1;
    constexpr double giga = 1e9;
    constexpr double mega = 1e6;
    auto &rate = keeper.medians;
    Report report;
    report.add(QStringLiteral("mask 64 KiB against memcpy"), rate["mask64KiB"] / giga, QStringLiteral("GB/s"), rate["copy64KiB"] / giga, 0.8);
    report.add(QStringLiteral("UTF-8, ASCII"), rate["utf8Ascii"] / giga, QStringLiteral("GB/s"), 0, 2.0);
    report.add(QStringLiteral("UTF-8, mixed"), rate["utf8Mixed"] / giga, QStringLiteral("GB/s"), 0, 1.0);
    report.add(QStringLiteral("64-byte frames read and unmasked against libwslay"), rate["framesOurs"] / mega, QStringLiteral("M/s"),
               rate["framesWslay"] / mega, 3.0);
    report.add(QStringLiteral("64-byte text frames judged as well"), rate["framesJudged"] / mega, QStringLiteral("M/s"), 0, 2.0);
    return report.finish();
}
