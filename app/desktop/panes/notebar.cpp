#include "panes/notebar.h"

#include "models/recordtext.h"
#include "panes/framenotes.h"
#include "theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace wsw::desktop {

namespace {

/// More is an essay, and no row of the log shows it.
constexpr int longestNote = 4000;

} // namespace

NoteBar::NoteBar(FrameNotes *notes, QWidget *parent)
    : QFrame(parent), m_notes(notes), m_label(new QLabel(this)), m_edit(new QLineEdit(this)), m_keep(new QPushButton(tr("Keep"), this)),
      m_remove(new QPushButton(tr("Remove"), this))
{
    setObjectName(QStringLiteral("noteEditBar"));
    setRole(this, "bar");
    setRole(m_label, "secondary");
    m_label->setBuddy(m_edit);
    m_edit->setObjectName(QStringLiteral("noteEdit"));
    m_edit->setPlaceholderText(tr("What you want to remember of it; empty: a mark"));
    m_edit->setMaxLength(longestNote);
    m_edit->installEventFilter(this);
    m_keep->setObjectName(QStringLiteral("noteKeep"));
    m_keep->setToolTip(tr("Keep the note (Enter); Esc leaves everything as it was"));
    m_remove->setObjectName(QStringLiteral("noteRemove"));
    m_remove->setToolTip(tr("Take mark and note away"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::space12, 3, metrics::space12, 3);
    row->setSpacing(metrics::space8);
    row->addWidget(m_label);
    row->addWidget(m_edit, 1);
    row->addWidget(m_keep);
    row->addWidget(m_remove);
    connect(m_edit, &QLineEdit::returnPressed, this, &NoteBar::keep);
    connect(m_keep, &QPushButton::clicked, this, &NoteBar::keep);
    connect(m_remove, &QPushButton::clicked, this, &NoteBar::remove);
    hide();
}

void NoteBar::edit(RecordId record)
{
    m_record = record;
    const auto note = m_notes->current();
    m_label->setText(tr("Note on frame %1").arg(groupedNumber(record.value())));
    m_edit->setText(note.value_or(QString()));
    m_edit->setAccessibleName(m_label->text());
    m_remove->setEnabled(note.has_value());
    show();
    m_edit->setFocus(Qt::OtherFocusReason);
    m_edit->selectAll();
}

void NoteBar::keep()
{
    m_notes->set(m_record, m_edit->text().trimmed());
    leave();
}

void NoteBar::remove()
{
    m_notes->set(m_record, std::nullopt);
    leave();
}

void NoteBar::leave()
{
    hide();
    Q_EMIT closed();
}

bool NoteBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        leave();
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace wsw::desktop
