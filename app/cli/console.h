#pragma once

#include "base/result.h"

#include <QJsonObject>
#include <QString>

namespace wsw::cli::console {

/// How standard output is gathered. Lines: each line leaves at once, for what runs on. Blocks: for files that are printed whole.
enum class Buffering : quint8 { Lines, Blocks };
/// Must be called before the first line is written; without it, Lines.
void setBuffering(Buffering buffering);

/// Writes one line to standard output. May wait for whoever reads it, so: main thread only, never the network's.
/// Returns false when nobody reads any more (`wsw show FILE | head`).
bool line(const QByteArray &text);
bool line(const QString &text);
/// The same with an object as one line of JSON.
bool line(const QJsonObject &object);
/// Writes what is gathered; false when nobody reads any more.
bool flush();

/// Shows on standard error, where that is a terminal, how far something is: each such line takes the place of the one before; an empty
/// one takes it away.
void progress(const QString &text);
/// Says something on standard error, behind "wsw: ".
void note(const QString &text);
/// Says on standard error what happened, what to do, and the detail, indented.
void error(const Error &error);

} // namespace wsw::cli::console
