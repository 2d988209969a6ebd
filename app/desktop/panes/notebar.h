#pragma once

#include "base/id.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace wsw::desktop {

class FrameNotes;

/// One line in which the user writes what is noted on a frame: Enter keeps it, Esc leaves it as it was. GUI thread only.
class NoteBar final : public QFrame
{
    Q_OBJECT
public:
    /// @p notes must outlive it.
    NoteBar(FrameNotes *notes, QWidget *parent);

    /// Opens for @p record, which is the current one.
    void edit(RecordId record);

Q_SIGNALS:
    /// It is over: the keyboard goes back to the log.
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void keep();
    void remove();
    void leave();

    FrameNotes *m_notes;
    RecordId m_record;
    QLabel *m_label;
    QLineEdit *m_edit;
    QPushButton *m_keep;
    QPushButton *m_remove;
};

} // namespace wsw::desktop
