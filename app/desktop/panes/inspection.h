#pragma once

#include "capture/connectioninfo.h"
#include "capture/record.h"
#include "lesson/framelayout.h"

#include <QObject>

#include <memory>
#include <optional>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

class Workspace;

/// What the inspector shows: the current record once its block is in memory, what is known beside it, and the one thing of it that is
/// being explained. Shared by the inspector's tabs. GUI thread only.
class Inspection final : public QObject
{
    Q_OBJECT
public:
    enum class State : quint8 { Nothing, Loading, Ready };

    explicit Inspection(Workspace *workspace, QObject *parent = nullptr);

    [[nodiscard]] Workspace *workspace() const { return m_workspace; }
    [[nodiscard]] std::shared_ptr<capture::Document> document() const;

    [[nodiscard]] State state() const noexcept { return m_state; }
    /// The record; only when Ready.
    [[nodiscard]] const capture::Record &record() const;
    /// Ready, and the record is a WebSocket frame that could be read.
    [[nodiscard]] bool isFrame() const noexcept;
    [[nodiscard]] const lesson::FrameContext &context() const noexcept { return m_context; }
    [[nodiscard]] const std::optional<capture::ConnectionInfo> &connection() const noexcept { return m_connection; }
    /// Every rule that the frame breaks, the recorded one included.
    [[nodiscard]] const wire::Findings &findings() const noexcept { return m_findings; }

    /// The selected part; one that the frame has. Kept from frame to frame where the next one has it too; a frame that breaks a rule
    /// opens on the part that does.
    [[nodiscard]] lesson::HeaderPart part() const noexcept { return m_part; }
    [[nodiscard]] lesson::Explanation explanationOf(lesson::HeaderPart part) const;
    void selectPart(lesson::HeaderPart part);

    /// What the user has last selected: a part of the frame or a line of the handshake.
    [[nodiscard]] const lesson::Explanation &topic() const noexcept { return m_topic; }
    void setTopic(const lesson::Explanation &topic);

Q_SIGNALS:
    /// Another record, or another state of it.
    void recordChanged();
    void partChanged();
    void topicChanged();

private:
    void watchDocument();
    void load();
    void takeRecord(capture::Record record);
    void updateConnection();
    void takePart(lesson::HeaderPart part);
    [[nodiscard]] lesson::HeaderPart fittingPart() const;

    Workspace *m_workspace;
    std::shared_ptr<capture::Document> m_document;
    State m_state = State::Nothing;
    std::optional<capture::Record> m_record;
    std::optional<capture::ConnectionInfo> m_connection;
    lesson::FrameContext m_context;
    wire::Findings m_findings;
    lesson::HeaderPart m_wantedPart = lesson::HeaderPart::MaskingKey;   // what a newcomer asks about first
    lesson::HeaderPart m_part = lesson::HeaderPart::Opcode;
    std::optional<lesson::HeaderPart> m_broken;     ///< where the frame breaks a rule
    lesson::Explanation m_topic;
};

} // namespace wsw::desktop
