#pragma once

#include "replay/comparison.h"
#include "replay/playoptions.h"
#include "replay/script.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace wsw::desktop {

class InlineMessage;
class PortField;
class ReplayRun;
class Segments;
class UrlEdit;
class Workspace;

/// Something that can be replayed, by the name under which it is offered.
struct ReplayOffer
{
    QString words;
    std::shared_ptr<const capture::Document> document;  ///< what the numbers in the choice belong to
    replay::Choice choice;
    QString url;        ///< where its connection went; empty: there are several
    bool control = false;   ///< it is a control frame that the user has in mind
};

/// Asks what is replayed, as which side, where and how fast; then shows how far it is and how it ended. Stays open beside the window, so that
/// the log can be watched meanwhile; closing it only hides it, and a replay goes on.
class ReplayDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit ReplayDialog(Workspace *workspace, QWidget *parent = nullptr);

    /// Shows it with @p offers, the first of them chosen; while a replay runs, that one goes on and is shown.
    void offer(const QList<ReplayOffer> &offers, Role side);

Q_SIGNALS:
    /// The capture that is shown cannot be recorded into: a new one must be.
    void captureNeeded();
    /// The user wants to see the recording beside what has been replayed.
    void compareWanted(const wsw::replay::RunRef &recorded, const wsw::replay::RunRef &replayed);

private:
    void buildForm(QFormLayout *form);
    void buildFoot();
    void forgetOffers();
    [[nodiscard]] Role side() const;
    [[nodiscard]] replay::PlayOptions options() const;
    void check();
    void go();
    void showBusy(const QString &what);
    void onProgress(const replay::PlayProgress &progress);
    void onFailed(const Error &error);
    void onFinished(const replay::PlayOutcome &outcome, const QStringList &remarks);
    void showIdle();

    Workspace *m_workspace;
    ReplayRun *m_run;
    QList<ReplayOffer> m_offers;
    QWidget *m_fields;
    QComboBox *m_what;
    Segments *m_side;
    UrlEdit *m_url;
    PortField *m_port;
    QComboBox *m_timing;
    QDoubleSpinBox *m_speed;
    QSpinBox *m_wait;
    QCheckBox *m_giveUp;
    QCheckBox *m_control;
    QCheckBox *m_fragments;
    QCheckBox *m_headers;
    QLabel *m_hint;
    QLabel *m_urlProblem;
    QLabel *m_status;
    QProgressBar *m_progress;
    InlineMessage *m_message;
    QPushButton *m_compare;
    QPushButton *m_go;
    ConnectionId m_shownConnection;     ///< of the replay under way, selected in the window
    std::optional<std::pair<replay::RunRef, replay::RunRef>> m_played;
};

} // namespace wsw::desktop
