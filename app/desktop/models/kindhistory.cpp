#include "models/kindhistory.h"

#include "capture/document.h"
#include "stats/durationtext.h"

#include <QCoreApplication>

#include <algorithm>

namespace wsw::desktop {

namespace {

/// Looked back over by whoever must not wait.
constexpr quint64 peekedRecords = 48;
/// Looked back over first, and then ever more at a time: mostly it is near.
constexpr quint64 firstWindow = 1024;
constexpr quint64 widestWindow = 64 * 1024;

} // namespace

bool isSameKind(const capture::RecordHeader &one, const capture::RecordHeader &other) noexcept
{
    const bool isFrame = one.kind == wire::RecordKind::Frame;
    return one.integrity == capture::Integrity::Intact && other.integrity == capture::Integrity::Intact && one.connection == other.connection
           && one.direction == other.direction && one.kind == other.kind && (!isFrame || one.frame.opcode == other.frame.opcode);
}

std::optional<KindBefore> peekKindBefore(const capture::Document &document, const capture::RecordHeader &header)
{
    const quint64 end = header.id.value();
    for (quint64 id = end - 1; id >= 1 && end - id <= peekedRecords; --id) {
        const auto record = document.peek(RecordId(id), 0);
        if (!record)
            return std::nullopt;
        if (isSameKind(record->header, header))
            return KindBefore{KindBefore::State::Found, record->header.time};
    }
    return end <= peekedRecords + 1 ? std::optional(KindBefore()) : std::nullopt;
}

Result<KindBefore> findKindBefore(const capture::Document &document, const capture::RecordHeader &header, const std::atomic_bool &cancelled)
{
    KindBefore before;
    const quint64 lowest = header.id.value() > kindReach ? header.id.value() - kindReach : 1;
    quint64 window = firstWindow;
    for (quint64 last = header.id.value() - 1; last >= lowest && before.state != KindBefore::State::Found && !cancelled; window = std::min(window * 4, widestWindow)) {
        const quint64 first = last - lowest >= window ? last - window + 1 : lowest;
        const auto done = document.scan(RecordId(first), RecordId(last), [&](const capture::RecordView &view) {
            // The last one of a window is the nearest.
            if (isSameKind(view.header, header))
                before = {KindBefore::State::Found, view.header.time};
            return !cancelled;
        });
        if (!done && done.error().kind != ErrorKind::Damaged)
            return done.error();
        last = first - 1;
    }
    if (before.state != KindBefore::State::Found && lowest > 1)
        before.state = KindBefore::State::TooFar;
    return before;
}

QString kindDeltaText(const capture::RecordHeader &header, const KindBefore &before)
{
    switch (before.state) {
    case KindBefore::State::None: return {};
    case KindBefore::State::TooFar: return QStringLiteral("…");
    case KindBefore::State::Found:
        return header.time == before.time ? QCoreApplication::translate("LogRow", "same") : stats::durationText(header.time - before.time);
    }
    Q_UNREACHABLE();
}

} // namespace wsw::desktop
