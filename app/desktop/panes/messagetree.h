#pragma once

#include "base/result.h"
#include "models/filteruse.h"
#include "models/valuetreemodel.h"

#include <QTreeView>

namespace wsw::desktop {

/// The values of a message as a tree: one copies them or their JSON pointers, and filters the log on them.
class MessageTree final : public QTreeView
{
    Q_OBJECT
public:
    explicit MessageTree(QWidget *parent = nullptr);

    /// @p whyNoFilter: why the log cannot be filtered on its values; empty: it can.
    void setTree(std::shared_ptr<const payload::Tree> tree, const QString &whyNoFilter);
    void setMarks(const QSet<ValueTreeModel::Number> &marks);
    /// Unfolds what it stands in, selects it and scrolls to it.
    void goTo(ValueTreeModel::Number value);

Q_SIGNALS:
    /// Something could not be copied.
    void failed(const wsw::Error &error);
    void filterWanted(const QString &filter, wsw::desktop::FilterUse use);

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void rowsInserted(const QModelIndex &parent, int first, int last) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    [[nodiscard]] QAction *addCopy(const char *icon, const QString &text, Result<QString> (MessageTree::*what)() const);
    [[nodiscard]] Result<QString> currentText() const;
    [[nodiscard]] Result<QString> currentPointer() const;
    /// How many values are in it.
    [[nodiscard]] qsizetype countInside(ValueTreeModel::Number value) const;
    /// All that is in it, or where that is too much the first of it.
    void unfold(ValueTreeModel::Number value);
    void addFilters(QMenu *menu);
    /// Lets more come where the last one that is there of a container can be seen.
    void fetchSeen();

    ValueTreeModel *m_model;
    QAction *m_copyPointer;
    QString m_whyNoFilter;
    bool m_isFetching = false;
};

} // namespace wsw::desktop
