#pragma once

#include "documentworker.h"
#include "replay/comparison.h"

#include <QDialog>

#include <atomic>
#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QSplitter;
class QStackedLayout;
class QTableView;
class QVBoxLayout;

namespace wsw::desktop {

class DiffModel;
class EmptyPage;
class FilterEdit;
class InlineMessage;
class PlainTextView;
class Workspace;

/// Two conversations side by side: of the capture that is shown, or of others that are opened for it. Compares in a worker, with progress and
/// Cancel. What is ignored can be edited.
class CompareDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit CompareDialog(Workspace *workspace, QWidget *parent = nullptr);
    ~CompareDialog() override;

    /// Shows it with these two chosen and compares them; a run without a document leaves the choice to the user.
    void compare(const replay::RunRef &left, const replay::RunRef &right);
    [[nodiscard]] DiffModel *model() const { return m_model; }
    /// Adds the conversations of the capture at @p path to what can be chosen; the first of them on this side.
    void openPath(const QString &path, QComboBox *side);

Q_SIGNALS:
    /// The user wants to see a frame of the capture that is shown.
    void frameWanted(wsw::RecordId record);

private:
    struct Task
    {
        std::atomic_bool cancelled{false};
        std::atomic<int> percent{0};
    };
    /// What a worker has made of the selected row.
    struct Detail
    {
        QString difference;
        QString left;
        QString right;
    };

    void buildChoice(QVBoxLayout *column);
    void buildList(QVBoxLayout *column);
    void buildDetail(QVBoxLayout *column);
    QComboBox *makeSide(const char *name, const QString &says);
    void fillSides();
    void keep(const std::shared_ptr<const capture::Document> &document);
    void dropUnused();
    [[nodiscard]] Result<replay::CompareOptions> options() const;
    void addRuns(const std::shared_ptr<const capture::Document> &document, const QString &prefix);
    void addMissing(ConnectionId connection);
    void chooseFile(QComboBox *side);
    [[nodiscard]] replay::RunRef chosen(const QComboBox *side) const;
    void choose(QComboBox *side, const replay::RunRef &run) const;
    void go();
    void take(const std::shared_ptr<const Result<replay::Comparison>> &comparison);
    void showBusy(bool busy);
    void showSummary();
    void goToDifference(int step);
    void showDetail();
    void showFrame(const QModelIndex &index);

    Workspace *m_workspace;
    DiffModel *m_model;
    std::vector<std::shared_ptr<const capture::Document>> m_opened; ///< beside the one that is shown
    std::vector<replay::RunRef> m_runs;     ///< what can be chosen, in the order of both lists
    QComboBox *m_left = nullptr;
    QComboBox *m_right = nullptr;
    QPlainTextEdit *m_ignore = nullptr;
    FilterEdit *m_filter = nullptr;
    QCheckBox *m_noControl = nullptr;
    QCheckBox *m_onlyDifferences = nullptr;
    QPushButton *m_go = nullptr;
    QProgressBar *m_progress = nullptr;
    InlineMessage *m_message = nullptr;
    QTableView *m_list = nullptr;
    EmptyPage *m_empty = nullptr;
    QStackedLayout *m_pages = nullptr;
    QLabel *m_summary = nullptr;
    QPushButton *m_previous = nullptr;
    QPushButton *m_next = nullptr;
    QLabel *m_difference = nullptr;
    QSplitter *m_texts = nullptr;
    PlainTextView *m_leftText = nullptr;
    PlainTextView *m_rightText = nullptr;
    std::shared_ptr<Task> m_task;   ///< null: nothing is being compared
    std::shared_ptr<std::atomic<quint64>> m_details = std::make_shared<std::atomic<quint64>>(0);    ///< asked for so far: only the latest is read and shown
};

} // namespace wsw::desktop
