#pragma once

#include "support/splits.h"
#include "wire/framejudge.h"
#include "wire/frameparser.h"

#include <QByteArray>

namespace wsw::test {

/// What a judged stream has given: findings with the number of their frame, and the end's.
struct Judged
{
    struct Row
    {
        int frame;
        wire::Finding finding;
    };
    std::vector<Row> rows;
    int frames = 0;

    [[nodiscard]] wire::Findings findings() const
    {
        wire::Findings all;
        for (const Row &row : rows)
            all.push_back(row.finding);
        return all;
    }
    [[nodiscard]] QStringList texts() const
    {
        QStringList lines{QStringLiteral("%1 frames").arg(frames)};
        for (const Row &row : rows) {
            lines.append(QStringLiteral("frame %1: %2 at %3 %4")
                             .arg(row.frame)
                             .arg(QString::fromLatin1(wire::violationInfo(row.finding.violation).name))
                             .arg(row.finding.offset)
                             .arg(row.finding.note));
        }
        return lines;
    }
};

enum class StreamEnds : bool { No, Yes };

/// Feeds @p chunks through a parser into @p judge.
inline Judged judgeStream(wire::FrameJudge &judge, const Chunks &chunks, StreamEnds ends = StreamEnds::No)
{
    Judged judged;
    wire::FrameParser parser;
    for (const QByteArray &chunk : chunks) {
        parser.feed(chunk);
        for (wire::FramePiece piece; parser.next(piece);) {
            judged.frames += piece.first ? 1 : 0;
            for (const wire::Finding &finding : judge.judge(piece))
                judged.rows.push_back({judged.frames, finding});
        }
    }
    if (ends == StreamEnds::Yes) {
        for (const wire::Finding &finding : judge.judgeEnd(parser.inFrame()))
            judged.rows.push_back({judged.frames, finding});
    }
    return judged;
}

} // namespace wsw::test
