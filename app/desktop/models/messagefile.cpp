#include "models/messagefile.h"

#include "models/messageloader.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSaveFile>

#include <limits>

namespace wsw::desktop {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("MessageFile", text);
}

Result<> writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        return Error{ErrorKind::Io, translated("%1 could not be written: %2.").arg(path, file.errorString()),
                     translated("Choose another place."), {}};
    }
    return {};
}

/// What has been saved of a message of which a part is damaged has no gaps any more: this has to be said.
Result<> incompleteness(const LoadedMessage &message, const QString &path)
{
    if (message.gaps.isEmpty() && !message.beginDamaged && !message.endDamaged)
        return {};
    return Error{ErrorKind::Damaged, translated("%1 holds only what can be read of the message.").arg(QFileInfo(path).fileName()),
                 translated("The rest lies in a damaged part of the capture; the Message tab shows where it is missing."), {}};
}

} // namespace

Result<> writeMessage(const capture::Document &document, const capture::RecordHeader &frame, const QString &path)
{
    const std::atomic_bool never = false;
    const auto message = loadMessage(document, frame, std::numeric_limits<quint64>::max(), never);
    if (!message)
        return message.error();
    const auto written = writeFile(path, message->bytes);
    return written ? incompleteness(*message, path) : written;
}

} // namespace wsw::desktop
