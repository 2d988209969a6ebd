#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

namespace wsw::desktop {

/// The filters that the user has written, in the settings: those used last, those that are kept, and those that say what a heartbeat
/// is beside Ping and Pong. GUI thread only.
namespace filtermemory {

/// Tells all filter bars at once; see news().
class News final : public QObject
{
    Q_OBJECT
Q_SIGNALS:
    /// What counts as a heartbeat has changed.
    void heartbeatsChanged();
};
[[nodiscard]] News &news();

/// The latest first.
[[nodiscard]] QStringList recent();
/// Puts @p filter at the head of recent(), which forgets what is beyond a few.
void note(const QString &filter);

/// In the order in which they were kept.
[[nodiscard]] QStringList kept();
void keep(const QString &filter);
void forget(const QString &filter);

/// Filters for the user's own heartbeats.
[[nodiscard]] QStringList ownHeartbeats();
void addHeartbeat(const QString &filter);
void forgetHeartbeats();
/// A filter that lets all but heartbeats through.
[[nodiscard]] QString withoutHeartbeats();

} // namespace filtermemory

} // namespace wsw::desktop
