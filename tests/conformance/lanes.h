#pragma once

#include "cases/case.h"

#include <QStringList>

#include <functional>

namespace wsw::test {

/// Plays one dialogue and says what was not as it must be.
using Player = std::function<QString(const Case &)>;

/// Does jobs 0 to @p count - 1, several at a time; each lane has a worker of its own, made in its thread. What a job returns, by number.
using Worker = std::function<QString(qsizetype)>;
[[nodiscard]] QStringList workInLanes(qsizetype count, int lanes, const std::function<Worker()> &makeWorker);

/// Plays all dialogues, several at a time, since most of them wait; each lane has a player of its own, made in its thread.
/// Returns one line a dialogue, empty where all was well.
[[nodiscard]] QStringList playInLanes(const QList<Case> &cases, int lanes, const std::function<Player()> &makePlayer);

/// A row for each dialogue, with the column "problem".
void addRows(const QList<Case> &cases, const QStringList &problems);
void addRows(const QList<QByteArray> &names, const QStringList &problems);

} // namespace wsw::test
