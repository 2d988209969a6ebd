#pragma once

#include <QDialog>

class QListWidget;
class QToolButton;

namespace wsw::desktop {

class LogColumns;

/// Which columns a log has and in which order they stand, for those who do not drag headings: a list, top is left. What is changed is seen
/// at once.
class ColumnsDialog final : public QDialog
{
    Q_OBJECT
public:
    ColumnsDialog(LogColumns *columns, QWidget *parent);

private:
    void fill();
    void move(int step);
    void takeOrder();
    void updateButtons();

    LogColumns *m_columns;
    QListWidget *m_list;
    QToolButton *m_up;
    QToolButton *m_down;
    bool m_isFilling = false;
};

} // namespace wsw::desktop
