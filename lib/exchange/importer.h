#pragma once

#include "exchange/exporter.h"

namespace wsw::exchange {

struct ImportSummary
{
    quint64 connections = 0;
    quint64 records = 0;
    QStringList notes;          ///< what was left out, and why
    QList<Error> damage;        ///< where the file could not be read to its end
};

/// Reads a file of another program, pcap, pcapng or HAR (its content says which), into the new capture @p to, which is there when all of
/// it is. For workers and the command line. Errors: NotFound, Permission, NotACapture, InUse, Damaged, Io, DiskFull, Cancelled.
[[nodiscard]] Result<ImportSummary> importFile(const QString &from, const QString &to, Overwrite overwrite, const Progress &progress = {});

/// Does @p path begin like a file that importFile() reads?
[[nodiscard]] bool canImport(const QString &path);

} // namespace wsw::exchange
