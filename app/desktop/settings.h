#pragma once

#include "theme/theme.h"

#include <QByteArray>
#include <QStringList>

#include <optional>

namespace wsw::desktop {

/// What is remembered between starts. Each call goes to the user's settings file; GUI thread only.
namespace settings {

[[nodiscard]] QByteArray geometry();
void setGeometry(const QByteArray &state);
/// Docks and their sizes, as QMainWindow::saveState() gives them; what they do not name keeps its place.
[[nodiscard]] QByteArray docks();
void setDocks(const QByteArray &state);
/// The ready-made arrangement that was chosen last; nothing where there is none.
[[nodiscard]] std::optional<int> layout();
void setLayout(int layout);
/// Which tab of a pane was open, or @p otherwise.
[[nodiscard]] int tab(const QString &pane, int otherwise);
void setTab(const QString &pane, int index);
[[nodiscard]] QByteArray logColumns();
void setLogColumns(const QByteArray &state);
/// A row of the log stands for a message, not for a frame.
[[nodiscard]] bool logShowsMessages();
void setLogShowsMessages(bool on);

[[nodiscard]] SchemeChoice scheme();
void setScheme(SchemeChoice choice);
/// "system", "light", "dark"; nothing for another word.
[[nodiscard]] std::optional<SchemeChoice> schemeFromName(QStringView name);

/// Captures saved or opened lately, newest first, at most ten.
[[nodiscard]] QStringList recentCaptures();
void addRecentCapture(const QString &path);
void removeRecentCapture(const QString &path);

/// Bytes that the file of a capture may have before its oldest frames go to an archive; 0: any number.
[[nodiscard]] qint64 sizeLimit();
void setSizeLimit(qint64 bytes);

/// Automatic captures of runs that ended in order: kept, but not offered at the next start.
[[nodiscard]] QStringList orderlyEnds();
void setOrderlyEnds(const QStringList &paths);

} // namespace settings
} // namespace wsw::desktop
