#pragma once

#include "capture/committer.h"
#include "capture/savecopy.h"
#include "capture/schema.h"

#include <QMap>

#include <memory>
#include <optional>

namespace wsw::capture {

/// Writes a new capture out of records as they stand packed, under the numbers that they have: small rows become large ones, and no page
/// is left free. There is nothing under its name until putInPlace(). One thread at a time.
class Rewriter final
{
public:
    /// Begins a file beside @p target; what has that name stays until putInPlace().
    [[nodiscard]] static Result<std::unique_ptr<Rewriter>> begin(const QString &target, const CaptureFacts &facts);
    ~Rewriter();
    Rewriter(const Rewriter &) = delete;
    Rewriter &operator=(const Rewriter &) = delete;

    /// Adds the records of @p block from the one with index @p from on. Their numbers must be higher than all before.
    [[nodiscard]] Result<> add(const Block &block, quint32 from = 0);
    [[nodiscard]] Result<> add(PayloadChunk chunk);
    /// A table that could not be copied to its end.
    struct Unread
    {
        QString table;
        Error error;
    };
    /// Adds the rows of all other tables that @p source has as well.
    [[nodiscard]] QList<Unread> addTables(Database &source);
    /// How many rows addTables() has copied, of each table that could be read to its end.
    [[nodiscard]] const QMap<QString, quint64> &copied() const noexcept { return m_copied; }
    /// Takes over what @p source says under @p key in table meta, if it says anything.
    [[nodiscard]] Result<> takeMeta(Database &source, const char *key);
    [[nodiscard]] Result<> setMeta(const QString &key, const QString &value);

    /// Writes what is left, and waits until the disk has it all. Nothing can be added any more.
    [[nodiscard]] Result<> finish();
    /// Once it is finished: copies the archives that the new file names, of the capture at @p source, beside it; see SaveCopy. Where they are.
    [[nodiscard]] Result<QStringList> bringArchives(const QString &source) { return m_place.bringArchives(source); }
    /// Where the file is until putInPlace().
    [[nodiscard]] QString path() const { return m_place.path(); }
    /// Gives the finished file its name, replacing what has it.
    [[nodiscard]] Result<> putInPlace() { return m_place.putInPlace(); }

    /// @p error as one of the file that it is going to be.
    [[nodiscard]] Error failed(const Error &error) const { return m_place.failed(error); }

    [[nodiscard]] quint64 records() const noexcept { return m_records; }
    [[nodiscard]] quint64 pieces() const noexcept { return m_pieces; }
    /// For what has no function here; inside no transaction.
    [[nodiscard]] Database &database() { return m_committer->database(); }

private:
    explicit Rewriter(const QString &target) : m_place(target) {}
    [[nodiscard]] Result<> openFile(const CaptureFacts &facts);
    [[nodiscard]] Result<> commit();

    SaveCopy m_place;               ///< first: it removes the file, which must be closed by then
    BlockIndex m_index;
    PayloadQueue m_chunks;
    Facts m_facts;                  ///< none: tables are copied as they are
    std::optional<Committer> m_committer;
    std::shared_ptr<Block> m_block;
    quint64 m_next = 0;             ///< number of the record that m_block can take
    qint64 m_waiting = 0;           ///< bytes added since the last commit
    quint64 m_records = 0;
    quint64 m_pieces = 0;
    QMap<QString, quint64> m_copied;
};

} // namespace wsw::capture
