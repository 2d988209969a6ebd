#pragma once

#include "base/direction.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace wsw::desktop {

/// By which .proto file Protobuf messages are read, and as which types: one for what is sent, one for what is received. Remembered between
/// starts.
class SchemaBar final : public QWidget
{
    Q_OBJECT
public:
    explicit SchemaBar(QWidget *parent = nullptr);

    /// Empty: none has been chosen.
    [[nodiscard]] const QString &file() const { return m_file; }
    /// Empty: it has not been chosen.
    [[nodiscard]] QString type(Direction direction) const;
    /// What the file has, once it has been read.
    void setTypes(const QStringList &types);
    /// How many fields of the message are shown that its type does not name.
    void setUnknownFields(qsizetype count);
    void chooseFile();

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] QComboBox *addTypes(const char *name, const QString &label, const QString &tip);
    void takeFile(const QString &path);
    void showFile();

    QString m_file;
    QPushButton *m_choose;
    QComboBox *m_sent;
    QComboBox *m_received;
    QLabel *m_unknown;
};

} // namespace wsw::desktop
