#pragma once

#include "models/handshake.h"

#include <QHash>
#include <QStackedWidget>

#include <atomic>
#include <memory>

class QTableView;

namespace wsw::desktop {

class EmptyPage;
class ExplanationCard;
class HandshakeModel;
class Inspection;

/// The Handshake tab: both heads of the connection line by line with a verdict each, the accept value computed, TLS and times.
class HandshakeView final : public QStackedWidget
{
    Q_OBJECT
public:
    explicit HandshakeView(Inspection *inspection, QWidget *parent = nullptr);
    ~HandshakeView() override;

protected:
    void showEvent(QShowEvent *event) override;

private:
    [[nodiscard]] QWidget *makeContent();
    void showRecord();
    void load();
    void take(quint64 generation, const Result<Handshake> &handshake);
    void showHandshake(const Handshake &handshake);
    /// To the first line of the head that has been selected in the log.
    void followHead(const Handshake &handshake);
    void showRow(int row);
    void cancel();

    Inspection *m_inspection;
    HandshakeModel *m_model;
    EmptyPage *m_empty;
    QWidget *m_content = nullptr;
    QTableView *m_table = nullptr;
    ExplanationCard *m_card = nullptr;
    ConnectionId m_connection;              ///< whose handshake is shown or being read
    RecordId m_followed;                    ///< the last record that followHead() looked at
    ConnectionId m_shown;                   ///< whose handshake stands in the table
    QString m_ended;                        ///< how it had ended when it was put there
    QHash<ConnectionId, Handshake> m_known; ///< complete ones; they do not change any more
    quint64 m_generation = 0;
    std::shared_ptr<std::atomic_bool> m_cancelled;
    bool m_stale = true;
};

} // namespace wsw::desktop
