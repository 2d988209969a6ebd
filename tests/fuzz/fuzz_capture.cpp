#include "capture/document.h"
#include "capture/repair.h"
#include "fuzz/check.h"

#include <QFile>
#include <QTemporaryDir>

using namespace wsw;
using namespace wsw::capture;

// Input: a capture. Its pages may be of any size; seeds have small ones.

namespace {

/// Records looked at: a file may claim more than anyone has time for.
constexpr quint64 most = 20'000;

void readEverything(const QString &path)
{
    const auto opened = Document::open(path);
    if (!opened) {
        FUZZ_CHECK(!opened.error().message.isEmpty());
        return;
    }
    const Document &document = *opened.value();
    const quint64 count = std::min(document.received(), most);
    quint64 next = 0;
    const auto done = document.scan(RecordId(1), RecordId(count), [&](const RecordView &view) {
        FUZZ_CHECK(view.header.id.value() == ++next);
        FUZZ_CHECK(view.payload.size() <= limits::payloadChunkBytes * 2);
        if (next <= 64 && view.header.integrity == Integrity::Intact) {
            const auto payload = document.readPayload(view.header.id, 0, limits::payloadChunkBytes, PayloadForm::Meant);
            if (payload)
                FUZZ_CHECK(static_cast<quint64>(payload->size()) == std::min<quint64>(view.header.stored(PayloadForm::Meant), limits::payloadChunkBytes));
        }
        return true;
    });
    FUZZ_CHECK(next == count || (!done && done.error().kind != ErrorKind::Damaged));
    for (const ConnectionInfo &info : document.connections())
        (void)document.tcpSamples(info.id);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.wscapture"));
    const QString repaired = folder.filePath(QStringLiteral("b.wscapture"));
    QFile file(path);
    FUZZ_CHECK(file.open(QIODevice::WriteOnly) && file.write(reinterpret_cast<const char *>(data), static_cast<qint64>(size)) >= 0);
    file.close();
    // First, for opening it may bring it up to our version.
    const auto report = repairCapture(path, repaired);
    if (report) {
        const auto opened = Document::open(repaired);
        FUZZ_CHECK(opened.ok());
        FUZZ_CHECK(opened.value()->received() >= report->saved);
        readEverything(repaired);
    }
    readEverything(path);
    return 0;
}
