#pragma once

#include <QFrame>

class QPushButton;

namespace wsw::desktop {

/// Frames or messages: what a row of the log stands for. Two buttons drawn as one control; pictures alone where there is little room, and
/// where there is hardly any one button that is down for messages.
class LogViewSwitch final : public QFrame
{
    Q_OBJECT
public:
    explicit LogViewSwitch(QWidget *parent = nullptr);

    enum class Room : quint8 { Enough, Little, HardlyAny };

    [[nodiscard]] bool isMessages() const;
    /// Chooses without chosen().
    void setMessages(bool on);
    void setRoom(Room room);
    [[nodiscard]] QSize sizeHint() const override { return sizeIn(m_room); }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    [[nodiscard]] QSize sizeIn(Room room) const;

Q_SIGNALS:
    /// The user has chosen.
    void chosen(bool messages);

private:
    QPushButton *m_frames;
    QPushButton *m_messages;
    Room m_room = Room::Enough;
};

} // namespace wsw::desktop
