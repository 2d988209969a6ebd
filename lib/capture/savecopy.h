#pragma once

#include "capture/database.h"

#include <QStringList>

namespace wsw::capture {

/// A copy of a capture in the making, under a name beside the wanted one; removed if it is not put in place.
class SaveCopy final
{
public:
    explicit SaveCopy(QString target);
    ~SaveCopy();
    SaveCopy(const SaveCopy &) = delete;
    SaveCopy &operator=(const SaveCopy &) = delete;

    /// Copies all that the capture at @p source holds at this moment; others may go on writing there.
    [[nodiscard]] Result<> copyFrom(const QString &source);
    /// Copies the archives of the capture at @p source beside the copy, under names that are free there. Gives where the copy's archives are.
    [[nodiscard]] Result<QStringList> bringArchives(const QString &source);
    /// Adds what has come to @p source (a connection that may write) since.
    [[nodiscard]] Result<> catchUp(Database &source);
    /// Puts the copy into the mode in which it is recorded into, so that nothing has to be written once it is in place.
    [[nodiscard]] Result<> makeReadyForRecording();
    /// Gives the copy its name, replacing what has it.
    [[nodiscard]] Result<> putInPlace();

    /// The name beside the wanted one, until it is put in place.
    [[nodiscard]] QString path() const { return m_temporary; }
    /// @p cause as an error of the file that the copy is going to be.
    [[nodiscard]] Error failed(const Error &cause) const;

private:
    QString m_target;
    QString m_temporary;
    QStringList m_archives;     ///< copied so far
    bool m_placed = false;
};

} // namespace wsw::capture
