#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>

namespace wsw::desktop {

/// Something composed: which tab made it, its content there, and a name or a summary for menus.
struct ComposedMessage
{
    QString page;
    QJsonObject content;
    QString label;
    friend bool operator==(const ComposedMessage &a, const ComposedMessage &b)
    {
        return a.page == b.page && a.content == b.content;
    }
};

/// What was sent, newest last, up to a limit; and where in it the user is while going back and forth.
class MessageHistory final
{
public:
    static constexpr qsizetype limit = 100;

    /// Keeps @p message as the newest; the same message again moves up in place of standing twice. Going back begins anew.
    void add(const ComposedMessage &message);
    /// One step back; @p draft is what stands in the composer and is kept when the first step is made. Nothing: at the oldest.
    [[nodiscard]] std::optional<ComposedMessage> back(const ComposedMessage &draft);
    /// One step forth, at last to the draft. Nothing: not going back.
    [[nodiscard]] std::optional<ComposedMessage> forth();
    [[nodiscard]] const QList<ComposedMessage> &messages() const noexcept { return m_messages; }

private:
    QList<ComposedMessage> m_messages;
    std::optional<ComposedMessage> m_draft;
    qsizetype m_at = 0;             ///< index while going back; meaningless without m_draft
};

/// Messages kept under a name of the user's, in the settings.
class SavedMessages final
{
public:
    /// Reads them from the settings.
    SavedMessages();
    /// Keeps @p message under its label; one with the same label is replaced.
    void put(const ComposedMessage &message);
    void remove(const QString &label);
    [[nodiscard]] const QList<ComposedMessage> &messages() const noexcept { return m_messages; }

private:
    void write() const;
    QList<ComposedMessage> m_messages;
};

} // namespace wsw::desktop
