#pragma once

#include <QDialog>

class QLineEdit;
class QTreeWidget;
class QTreeWidgetItem;

namespace wsw::desktop {

/// Every key of a window that does something: read from the window's actions each time it is shown, so that it is never out of date.
class ShortcutsDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit ShortcutsDialog(QWidget *window);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QTreeWidgetItem *addGroup(const QString &title);
    void fill();
    void search();

    QLineEdit *m_search;
    QTreeWidget *m_list;
};

} // namespace wsw::desktop
