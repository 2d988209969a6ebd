#pragma once

#include "models/messagereading.h"

#include <QComboBox>

namespace wsw::desktop {

/// How binary messages are read: as they seem, as bytes, in one format, or as Protobuf by a schema. What is chosen stays for the next message.
class ReadingChooser final : public QComboBox
{
    Q_OBJECT
public:
    explicit ReadingChooser(QWidget *parent = nullptr);
    [[nodiscard]] ReadingChoice choice() const;
    /// What the message looks like, shown in the first entry; empty: nothing that is known.
    void setSeems(const QString &what);

Q_SIGNALS:
    void chosen();
};

} // namespace wsw::desktop
