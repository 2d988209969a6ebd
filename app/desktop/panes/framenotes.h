#pragma once

#include "base/id.h"

#include <QObject>

#include <optional>

namespace wsw::desktop {

class Workspace;

/// Marks and notes on frames: sets them, has them stored, and goes from one to the next. GUI thread only.
class FrameNotes final : public QObject
{
    Q_OBJECT
public:
    /// @p workspace must outlive it.
    FrameNotes(Workspace *workspace, QObject *parent);

    /// What is noted on the current record: without words a mark; nothing: it is neither marked nor is there a current one.
    [[nodiscard]] std::optional<QString> current() const;
    /// Notes @p note on @p record; nothing: takes mark and note away.
    void set(RecordId record, const std::optional<QString> &note);
    /// Marks the current record or takes its mark away. Words are not lost with one key: then noteWanted() asks.
    void toggleMark();
    /// Asks for what is to be noted on the current record.
    void ask();
    /// Goes to the nearest record behind (@p step 1) or in front of (-1) the current one that is marked; past the last one to the first.
    void go(int step);

Q_SIGNALS:
    /// The user wants to write on @p record.
    void noteWanted(wsw::RecordId record);
    void found(wsw::RecordId record);

private:
    [[nodiscard]] bool hasCurrent();

    Workspace *m_workspace;
};

} // namespace wsw::desktop
