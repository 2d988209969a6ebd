#pragma once

#include <QWidget>

class QLineEdit;

namespace wsw::desktop {

/// A line for the path of a file, with a button that opens the file dialog.
class FileField final : public QWidget
{
    Q_OBJECT
public:
    /// @p name: objectName of the line; @p title: what the dialog and screen readers call it; @p filter: as QFileDialog's.
    FileField(const QString &name, const QString &title, const QString &filter, QWidget *parent = nullptr);

    [[nodiscard]] QString path() const;
    void setPath(const QString &path);
    [[nodiscard]] QLineEdit *edit() const { return m_path; }

private:
    void browse();

    QLineEdit *m_path;
    QString m_title;
    QString m_filter;
};

} // namespace wsw::desktop
