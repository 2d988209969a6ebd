#pragma once

#include "models/kindhistory.h"
#include "models/messagesummary.h"

#include <QCache>
#include <QList>
#include <QObject>
#include <QThreadPool>

#include <memory>

namespace wsw::desktop {

/// What a row of the log says that takes longer than painting may: of a message's further frames, of the frame before of the same kind, and by
/// which rule its payload is coloured. A worker finds it for the rows that are being looked at; some screenfuls are kept. GUI thread only.
class RowFacts final : public QObject
{
    Q_OBJECT
public:
    explicit RowFacts(QObject *parent = nullptr);
    ~RowFacts() override;

    void setDocument(std::shared_ptr<const capture::Document> document);
    /// The filters of the rules by which rows are coloured; all is looked at anew.
    void setRules(const QList<capture::Filter> &rules);
    /// The message that begins with @p first, as far as it is known; null: nothing yet. What is missing is looked for, and found() follows.
    [[nodiscard]] const MessageSummary *message(RecordId first);
    /// What came before @p header of the same kind; nothing yet: it is looked for, and found() follows.
    [[nodiscard]] std::optional<KindBefore> kindBefore(const capture::RecordHeader &header);
    /// The first of the rules that @p record passes, or -1; nothing yet: it is looked for, and found() follows.
    [[nodiscard]] std::optional<qsizetype> rule(RecordId record);

Q_SIGNALS:
    /// There is more to say of these records now.
    void found(const QList<wsw::RecordId> &records);

private:
    struct Job;
    void forget();
    [[nodiscard]] bool isAnyWanted() const { return !m_wantedMessages.isEmpty() || !m_wantedBefore.isEmpty() || !m_wantedRules.isEmpty(); }
    void begin();
    static void work(RowFacts *facts, std::shared_ptr<Job> job);
    void take(const std::shared_ptr<Job> &job);

    std::shared_ptr<const capture::Document> m_document;
    QList<capture::Filter> m_rules;
    QCache<quint64, MessageSummary> m_messages;
    QCache<quint64, KindBefore> m_before;
    QCache<quint64, qsizetype> m_judged;
    QList<MessageSummary> m_wantedMessages;             ///< those to begin or to go on with
    QList<capture::RecordHeader> m_wantedBefore;
    QList<RecordId> m_wantedRules;
    std::shared_ptr<Job> m_job;
    bool m_begins = false;                              ///< as soon as all that is being painted has been asked for
    QThreadPool m_pool;
};

} // namespace wsw::desktop
