#include "panes/composer/messagestore.h"

#include <QJsonDocument>
#include <QSettings>

#include <algorithm>

namespace wsw::desktop {

namespace {

const auto savedKey = QStringLiteral("composer/saved");

} // namespace

void MessageHistory::add(const ComposedMessage &message)
{
    m_draft.reset();
    m_messages.removeOne(message);
    m_messages.append(message);
    if (m_messages.size() > limit)
        m_messages.removeFirst();
}

std::optional<ComposedMessage> MessageHistory::back(const ComposedMessage &draft)
{
    if (!m_draft) {
        m_at = m_messages.size();
        // What was just sent still stands in the composer: the first step leads to the one before.
        if (m_at > 0 && m_messages.at(m_at - 1) == draft)
            --m_at;
        if (m_at == 0)
            return std::nullopt;
        m_draft = draft;
    }
    if (m_at == 0)
        return std::nullopt;
    return m_messages.at(--m_at);
}

std::optional<ComposedMessage> MessageHistory::forth()
{
    if (!m_draft)
        return std::nullopt;
    if (m_at + 1 < m_messages.size())
        return m_messages.at(++m_at);
    const auto draft = m_draft;
    m_draft.reset();
    return draft;
}

SavedMessages::SavedMessages()
{
    const QSettings settings;
    const QStringList stored = settings.value(savedKey).toStringList();
    for (const QString &line : stored) {
        const QJsonObject object = QJsonDocument::fromJson(line.toUtf8()).object();
        if (object.isEmpty())
            continue;
        m_messages.append({object.value(QStringLiteral("page")).toString(), object.value(QStringLiteral("content")).toObject(),
                           object.value(QStringLiteral("name")).toString()});
    }
}

void SavedMessages::put(const ComposedMessage &message)
{
    const auto same = std::find_if(m_messages.begin(), m_messages.end(), [&](const auto &m) { return m.label == message.label; });
    if (same == m_messages.end())
        m_messages.append(message);
    else
        *same = message;
    write();
}

void SavedMessages::remove(const QString &label)
{
    m_messages.removeIf([&](const ComposedMessage &message) { return message.label == label; });
    write();
}

void SavedMessages::write() const
{
    QStringList stored;
    for (const ComposedMessage &message : m_messages) {
        const QJsonObject object{{QStringLiteral("page"), message.page},
                                 {QStringLiteral("content"), message.content},
                                 {QStringLiteral("name"), message.label}};
        stored.append(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)));
    }
    QSettings settings;
    settings.setValue(savedKey, stored);
}

} // namespace wsw::desktop
