#include "panes/readingchooser.h"

namespace wsw::desktop {

namespace {

constexpr int seemsIndex = 0;
constexpr int bytesIndex = 1;
/// In place of a format.
constexpr int schemaData = -1;

} // namespace

ReadingChooser::ReadingChooser(QWidget *parent) : QComboBox(parent)
{
    setObjectName(QStringLiteral("messageReading"));
    setAccessibleName(tr("Read the message as"));
    setToolTip(tr("What the bytes of binary messages are read as"));
    setSizeAdjustPolicy(AdjustToContents);
    addItem(QString());
    addItem(tr("Bytes"));
    for (const payload::Format format : payload::formatsOf(false)) {
        QString name = payload::formatName(format);
        name[0] = name.at(0).toUpper();
        addItem(name, static_cast<int>(format));
    }
    addItem(tr("Protobuf (.proto)"), schemaData);
    setSeems({});
    connect(this, &QComboBox::activated, this, &ReadingChooser::chosen);
}

ReadingChoice ReadingChooser::choice() const
{
    if (currentIndex() == seemsIndex)
        return {};
    if (currentIndex() == bytesIndex)
        return {ReadingChoice::Kind::Bytes, {}, {}, {}};
    if (currentData().toInt() == schemaData)
        return {ReadingChoice::Kind::Schema, {}, {}, {}};
    return {ReadingChoice::Kind::Format, static_cast<payload::Format>(currentData().toInt()), {}, {}};
}

void ReadingChooser::setSeems(const QString &what)
{
    setItemText(seemsIndex, what.isEmpty() ? tr("Auto: bytes") : tr("Auto: %1").arg(what));
}

} // namespace wsw::desktop
