#pragma once

#include <QByteArray>
#include <QList>
#include <QStringList>

namespace wsw::test {

/// The pieces in which a stream is fed. Each owns its bytes, so that a parser that looks past one is caught by ASan.
using Chunks = QList<QByteArray>;

inline Chunks bytewise(const QByteArray &input)
{
    Chunks chunks;
    chunks.reserve(input.size());
    for (const char byte : input)
        chunks.append(QByteArray(1, byte));
    return chunks;
}

inline Chunks cutAt(const QByteArray &input, qsizetype at)
{
    return {input.first(at), input.sliced(at)};
}

/// Runs a stream parser over @p input whole, byte by byte and at every single cut, and compares what it says each time.
/// @p run takes Chunks and returns the events as QStringList, in a form that does not tell where the cuts were.
/// Returns nothing where all agree, otherwise what differs first: QCOMPARE(splitDifference(...), QString()).
template<class Run>
[[nodiscard]] QString splitDifference(const QByteArray &input, Run run)
{
    const QStringList whole = run(Chunks{input});
    const auto difference = [&whole](const QStringList &events, const QString &how) {
        if (events == whole)
            return QString();
        return QStringLiteral("%1 gives\n  %2\nwhere the whole gives\n  %3")
            .arg(how, events.join(QStringLiteral("\n  ")), whole.join(QStringLiteral("\n  ")));
    };
    QString found = difference(run(bytewise(input)), QStringLiteral("byte by byte"));
    for (qsizetype at = 0; found.isEmpty() && at <= input.size(); ++at)
        found = difference(run(cutAt(input, at)), QStringLiteral("a cut at %1").arg(at));
    return found;
}

} // namespace wsw::test
