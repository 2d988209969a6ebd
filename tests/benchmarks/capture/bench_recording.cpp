// How fast frames go into a capture document, beside a plain append of the same bytes to a file, and how fast they are read
// back. Medians of interleaved runs. Usage: bench_recording [--rounds N] [--quick] [--in FOLDER]

#include "capture/document.h"
#include "capture/filter.h"
#include "table.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <cstdio>
#include <semaphore>

using namespace wsw;
using namespace wsw::bench;
using Pressure = wire::TrafficSink::Pressure;

namespace {

enum class Content {
    Text,   ///< JSON of changing values
    Random, ///< what no compressor makes shorter
};

/// A longer stretch than any compressor looks back; frames begin at changing places of it.
constexpr qsizetype sourceBytes = 4 * 1024 * 1024;

struct Load
{
    qsizetype bytes;
    quint64 frames;
    double secondsTarget;   ///< frames a second that must be reached; 0: none
    double appendTarget;    ///< share of a plain append's rate that must be reached; 0: none
};

/// What one run gave, in frames a second.
struct Rates
{
    QList<double> document;
    QList<double> append;
    QList<double> gathered;
    double overhead = 0;    ///< bytes of the file for each byte of payload
};

[[noreturn]] void fail(const QString &message)
{
    std::fprintf(stderr, "%s\n", qPrintable(message));
    std::exit(1);
}

template<class T>
T need(Result<T> result)
{
    if (!result)
        fail(result.error().message);
    return std::move(result).value();
}

QByteArray makeSource(Content content)
{
    QRandomGenerator random(4711);
    if (content == Content::Random) {
        QList<quint32> words(sourceBytes / 4);
        random.fillRange(words.data(), words.size());
        return QByteArray(reinterpret_cast<const char *>(words.constData()), sourceBytes);
    }
    QByteArray text;
    text.reserve(sourceBytes + 256);
    while (text.size() < sourceBytes) {
        text += "{\"id\":" + QByteArray::number(random.generate()) + ",\"sensor\":\"hall-" + QByteArray::number(random.bounded(40))
            + "\",\"celsius\":" + QByteArray::number(random.bounded(9'000) / 100.0) + ",\"state\":\""
            + (random.bounded(4) == 0 ? "closed" : "open") + "\"},";
    }
    text.truncate(sourceBytes);
    return text;
}

/// The payload of frame @p number.
QByteArrayView payloadOf(QByteArrayView source, const Load &load, quint64 number)
{
    const auto places = static_cast<quint64>(source.size() - load.bytes);
    return source.sliced(static_cast<qsizetype>(number * static_cast<quint64>(load.bytes) % places), load.bytes);
}

double perSecond(quint64 count, const QElapsedTimer &timer)
{
    return static_cast<double>(count) * 1e9 / static_cast<double>(timer.nsecsElapsed());
}

/// Frames as a relay reports them: half of them masked, two a message pair.
void record(capture::Document &document, const Load &load, QByteArrayView source)
{
    std::counting_semaphore<> resumed(0);
    document.setResumeHandler([&resumed] { resumed.release(); });
    wire::TrafficSink &sink = document.recorder();
    wire::TrafficRecord frame;
    frame.connection = ConnectionId(1);
    frame.header.opcode = wire::Opcode::Binary;
    frame.header.key = {0x37, 0xfa, 0x21, 0x3d};
    frame.header.length = frame.inflatedLength = static_cast<quint64>(load.bytes);
    frame.header.lengthForm = wire::minimalLengthForm(frame.header.length);
    for (quint64 i = 0; i < load.frames; ++i) {
        frame.direction = static_cast<Direction>(i & 1);
        frame.header.masked = (i & 1) != 0;
        frame.message = MessageId(i / 2 + 1);
        frame.time = frame.firstByteTime = static_cast<qint64>(i * 500);
        frame.payload = payloadOf(source, load, i);
        if (sink.record(frame) == Pressure::Hold)
            resumed.acquire();
    }
    need(document.flush());
    document.setResumeHandler({});
}

double recordingRate(const QString &path, const Load &load, QByteArrayView source)
{
    const auto document = need(capture::Document::create(path));
    QElapsedTimer timer;
    timer.start();
    record(*document, load, source);
    return perSecond(load.frames, timer);
}

/// The payloads alone, @p gather bytes in each call of write(2).
double appendRate(const QString &path, const Load &load, QByteArrayView source, qsizetype gather)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
        fail(file.errorString());
    QByteArray waiting;
    waiting.reserve(gather + load.bytes);
    QElapsedTimer timer;
    timer.start();
    for (quint64 i = 0; i < load.frames; ++i) {
        waiting.append(payloadOf(source, load, i));
        if (waiting.size() < gather && i + 1 < load.frames)
            continue;
        if (file.write(waiting) != waiting.size())
            fail(file.errorString());
        waiting.resize(0);
    }
    return perSecond(load.frames, timer);
}

Rates measure(const QString &folder, const Load &load, QByteArrayView source, int rounds)
{
    const QString path = folder + QStringLiteral("/recording");
    Rates rates;
    for (int round = 0; round < rounds; ++round) {
        rates.append.append(appendRate(path, load, source, 1));
        QFile::remove(path);
        rates.document.append(recordingRate(path, load, source));
        rates.overhead = static_cast<double>(QFileInfo(path).size()) / static_cast<double>(load.frames)
            / static_cast<double>(load.bytes);
        QFile::remove(path);
        rates.gathered.append(appendRate(path, load, source, limits::blockBytes));
        QFile::remove(path);
    }
    return rates;
}

/// Returns the program's exit code.
int recordingTable(const QString &folder, Content content, int rounds, double scale, qsizetype only)
{
    const QByteArray source = makeSource(content);
    Table table({content == Content::Text ? QStringLiteral("text") : QStringLiteral("random"), QStringLiteral("document frames/s"), QStringLiteral("target"),
                 QStringLiteral("append frames/s"), QStringLiteral("document/append"), QStringLiteral("gathered frames/s"),
                 QStringLiteral("document/gathered"), QStringLiteral("file/payload")});
    for (const Load &full : {Load{16, 4'000'000, 0, 0}, Load{64, 4'000'000, 2e6, 0}, Load{1024, 600'000, 0, 0.7},
                             Load{16 * 1024, 40'000, 0, 0}, Load{256 * 1024, 2'500, 0, 0}}) {
        if (only != 0 && full.bytes != only)
            continue;
        Load load = full;
        load.frames = static_cast<quint64>(static_cast<double>(load.frames) * scale);
        const Rates rates = measure(folder, load, source, rounds);
        const double document = median(rates.document);
        const double share = document / median(rates.append);
        table.add({grouped(static_cast<double>(load.bytes)) + QStringLiteral(" B"), grouped(document),
                   load.secondsTarget > 0 ? table.atLeast(document / load.secondsTarget, 1) : QString(),
                   grouped(median(rates.append)), load.appendTarget > 0 ? table.atLeast(share, load.appendTarget) : ratio(share),
                   grouped(median(rates.gathered)), ratio(document / median(rates.gathered)), ratio(rates.overhead)});
    }
    table.print();
    std::printf("\n");
    return table.exitCode();
}

void scanTable(const QString &folder, int rounds, double scale)
{
    const Load load{64, static_cast<quint64>(10'000'000 * scale), 0, 0};
    const QByteArray source = makeSource(Content::Text);
    const QString path = folder + QStringLiteral("/scanned");
    {
        const auto document = need(capture::Document::create(path));
        record(*document, load, source);
    }
    QElapsedTimer opening;
    opening.start();
    const auto document = need(capture::Document::open(path));
    const double openedMs = static_cast<double>(opening.nsecsElapsed()) / 1e6;

    const auto scanSeconds = [&](const std::function<bool(const capture::RecordView &)> &test) {
        quint64 found = 0;
        QElapsedTimer timer;
        timer.start();
        need(document->scan(RecordId(1), RecordId(load.frames), [&](const capture::RecordView &record) {
            found += test(record) ? 1 : 0;
            return true;
        }));
        return static_cast<double>(timer.nsecsElapsed()) / 1e9 + (found > load.frames ? 1 : 0);
    };
    const auto headers = *capture::Filter::parse(QStringLiteral("dir == received && length > 10"), nullptr);
    const auto payloads = *capture::Filter::parse(QStringLiteral("text contains needle"), nullptr);
    QList<double> bare;
    QList<double> byHeader;
    QList<double> byPayload;
    for (int round = 0; round < rounds; ++round) {
        bare.append(scanSeconds([](const capture::RecordView &record) { return record.header.time >= 0; }));
        byHeader.append(scanSeconds([&](const capture::RecordView &record) { return headers.matches(record); }));
        byPayload.append(scanSeconds([&](const capture::RecordView &record) { return payloads.matches(record); }));
    }
    Table table({QStringLiteral("%1 frames of 64 B").arg(grouped(static_cast<double>(load.frames))), QStringLiteral("seconds"),
                 QStringLiteral("frames/s")});
    const auto row = [&](const char *name, double seconds) {
        table.add({QString::fromLatin1(name), QString::number(seconds, 'f', 2),
                   grouped(static_cast<double>(load.frames) / seconds)});
    };
    row("every header", median(bare));
    row("filter on headers", median(byHeader));
    row("filter on payloads", median(byPayload));
    std::printf("Reading a document of text back; it opened in %.1f ms.\n", openedMs);
    table.print();
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{QStringLiteral("rounds"), QStringLiteral("Runs of each measurement."), QStringLiteral("N"),
                        QStringLiteral("5")},
                       {QStringLiteral("quick"), QStringLiteral("A tenth of the frames.")},
                       {QStringLiteral("payload"), QStringLiteral("Only frames of so many bytes, and no reading."),
                        QStringLiteral("BYTES")},
                       {QStringLiteral("in"), QStringLiteral("Where to write."), QStringLiteral("FOLDER"), QDir::tempPath()}});
    parser.process(application);
    const int rounds = std::max(1, parser.value(QStringLiteral("rounds")).toInt());
    const double scale = parser.isSet(QStringLiteral("quick")) ? 0.1 : 1.0;
    const QTemporaryDir folder(parser.value(QStringLiteral("in")) + QStringLiteral("/bench-XXXXXX"));
    if (!folder.isValid())
        fail(folder.errorString());
    const qsizetype only = parser.value(QStringLiteral("payload")).toLongLong();
    std::printf("Recording into a document, until all of it is stored. append: the payloads alone, a write(2) each; gathered: "
                "256 KiB in each write(2).\n");
    int code = 0;
    for (const Content content : {Content::Text, Content::Random})
        code = std::max(code, recordingTable(folder.path(), content, rounds, scale, only));
    if (only == 0)
        scanTable(folder.path(), rounds, scale);
    return code;
}
