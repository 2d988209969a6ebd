#include "panes/logviewswitch.h"

#include "theme/theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStyle>

namespace wsw::desktop {

namespace {

/// Of a button that has only its picture.
constexpr int briefWidth = 28;

QPushButton *makeButton(const char *name, const char *icon, const QString &text, const QString &tip, QWidget *parent)
{
    auto *button = new QPushButton(Theme::instance().icon(QLatin1String(icon)), text, parent);
    button->setObjectName(QLatin1String(name));
    button->setIconSize(Theme::instance().iconSize());
    button->setCheckable(true);
    button->setToolTip(tip);
    button->setAccessibleName(text);
    setRole(button, "segment");
    return button;
}

} // namespace

LogViewSwitch::LogViewSwitch(QWidget *parent)
    : QFrame(parent), m_frames(makeButton("framesView", "frames", tr("Frames"), tr("One row a frame (Ctrl+T changes over)"), this)),
      m_messages(makeButton("messagesView", "messages", tr("Messages"), tr("One row a message: its fragments are put together (Ctrl+T changes over)"), this))
{
    setObjectName(QStringLiteral("logViewSwitch"));
    setRole(this, "segments");
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (QPushButton *button : {m_frames, m_messages})
        row->addWidget(button);
    m_frames->setChecked(true);
    connect(m_frames, &QPushButton::clicked, this, [this] {
        setMessages(false);
        Q_EMIT chosen(false);
    });
    connect(m_messages, &QPushButton::clicked, this, [this](bool isDown) {
        // Alone it goes up again; beside the other one it stays down.
        setMessages(isDown || m_room != Room::HardlyAny);
        Q_EMIT chosen(isMessages());
    });
}

bool LogViewSwitch::isMessages() const
{
    return m_messages->isChecked();
}

void LogViewSwitch::setMessages(bool on)
{
    m_messages->setChecked(on);
    m_frames->setChecked(!on);
}

void LogViewSwitch::setRoom(Room room)
{
    if (m_room == room)
        return;
    m_room = room;
    for (QPushButton *button : {m_frames, m_messages}) {
        button->setText(room == Room::Enough ? button->accessibleName() : QString());
        button->setProperty("brief", room != Room::Enough);
        button->style()->unpolish(button);
        button->style()->polish(button);
    }
    m_frames->setVisible(room != Room::HardlyAny);
    updateGeometry();
}

QSize LogViewSwitch::sizeIn(Room room) const
{
    // The chosen one is bold: the width for that is kept, so that nothing moves.
    const QFontMetrics bold(Theme::instance().font(FontRole::PaneTitle));
    const int height = Theme::instance().scaled(metrics::button);
    const int alone = Theme::instance().scaled(briefWidth);
    if (room != Room::Enough)
        return {room == Room::Little ? 2 * alone : alone, height};
    int width = 0;
    for (const QPushButton *button : {m_frames, m_messages})
        width += bold.horizontalAdvance(button->accessibleName()) + Theme::instance().scaled(metrics::iconSmall + metrics::space4 + 2 * metrics::space12);
    return {width, height};
}

} // namespace wsw::desktop
