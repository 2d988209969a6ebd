#include "panes/inspection.h"

#include "capture/document.h"
#include "lesson/framefindings.h"
#include "lesson/report.h"
#include "workspace.h"

namespace wsw::desktop {

using lesson::HeaderPart;

Inspection::Inspection(Workspace *workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(workspace, &Workspace::documentChanged, this, &Inspection::watchDocument);
    connect(workspace, &Workspace::currentRecordChanged, this, &Inspection::load);
    connect(workspace, &Workspace::currentPartChanged, this, &Inspection::takePart);
    watchDocument();
}

std::shared_ptr<capture::Document> Inspection::document() const
{
    return m_document;
}

const capture::Record &Inspection::record() const
{
    Q_ASSERT(m_state == State::Ready);
    return *m_record;
}

bool Inspection::isFrame() const noexcept
{
    return m_state == State::Ready && m_record->header.kind == wire::RecordKind::Frame
           && m_record->header.integrity == capture::Integrity::Intact;
}

void Inspection::watchDocument()
{
    if (m_document)
        m_document->disconnect(this);
    m_document = m_workspace->document();
    if (m_document) {
        connect(m_document.get(), &capture::Document::blocksLoaded, this, [this] {
            if (m_state == State::Loading)
                load();
        });
        connect(m_document.get(), &capture::Document::connectionsChanged, this, [this] {
            if (m_state == State::Ready)
                updateConnection();
        });
    }
    load();
}

void Inspection::load()
{
    const RecordId wanted = m_workspace->currentRecord();
    if (!m_document || !wanted.isValid()) {
        m_state = State::Nothing;
        m_record.reset();
        m_connection.reset();
        m_findings.clear();
        m_topic = {};
        Q_EMIT recordChanged();
        Q_EMIT topicChanged();
        return;
    }
    if (auto record = m_document->peek(wanted)) {
        takeRecord(std::move(*record));
    } else if (m_state != State::Loading) {
        m_state = State::Loading;
        Q_EMIT recordChanged();
    }
}

void Inspection::takeRecord(capture::Record record)
{
    const bool isAnother = m_state != State::Ready || m_record->header.id != record.header.id;
    m_record = std::move(record);
    m_state = State::Ready;
    m_connection = m_document->connection(m_record->header.connection);
    m_context = lesson::contextOf(m_record->header, m_connection);
    m_findings = lesson::frameFindings(*m_record, m_context);
    m_broken = isFrame() ? lesson::brokenPart(m_record->header, m_context) : std::nullopt;
    // A frame that breaks a rule opens where it does so.
    if (isAnother)
        m_part = m_broken.value_or(fittingPart());
    m_topic = isFrame() ? explanationOf(m_part) : lesson::explainFrame(*m_record, m_context);
    Q_EMIT recordChanged();
    Q_EMIT topicChanged();
}

void Inspection::updateConnection()
{
    // Facts come in while a connection lives (its role, what was agreed, how it ended): shown again only where they changed the reading.
    const auto now = m_document->connection(m_record->header.connection);
    const bool hadNone = !m_connection.has_value();
    const QString extensions = m_connection ? m_connection->extensions : QString();
    const QString closeText = m_connection ? m_connection->closeText : QString();
    if (now && (hadNone || now->extensions != extensions || now->closeText != closeText))
        takeRecord(*m_record);
}

HeaderPart Inspection::fittingPart() const
{
    if (!isFrame())
        return m_wantedPart;
    return lesson::hasPart(m_record->header.frame, m_wantedPart) ? m_wantedPart : HeaderPart::Opcode;
}

lesson::Explanation Inspection::explanationOf(HeaderPart part) const
{
    Q_ASSERT(isFrame());
    const lesson::Explanation explanation = lesson::explainPart(m_record->header, part, m_context);
    // What is wrong with the message as a whole is told where the frame opens.
    if (m_broken == part && explanation.verdict != lesson::Verdict::Wrong)
        return lesson::explainViolation(m_record->header.violation);
    return explanation;
}

void Inspection::selectPart(HeaderPart part)
{
    m_workspace->selectPart(part);
}

void Inspection::takePart(HeaderPart part)
{
    m_wantedPart = part;
    if (!isFrame())
        return;
    m_part = fittingPart();
    m_topic = explanationOf(m_part);
    Q_EMIT partChanged();
    Q_EMIT topicChanged();
}

void Inspection::setTopic(const lesson::Explanation &topic)
{
    m_topic = topic;
    Q_EMIT topicChanged();
}

} // namespace wsw::desktop
