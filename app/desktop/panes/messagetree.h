#pragma once

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
    void filterWanted(const QString &filter, wsw::desktop::FilterUse use);

protected:
    void rowsInserted(const QModelIndex &parent, int first, int last) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    [[nodiscard]] QAction *addCopy(const char *icon, const QString &text, QString (MessageTree::*what)() const);
    [[nodiscard]] QString currentText() const;
    [[nodiscard]] QString currentPointer() const;
    void addFilters(QMenu *menu);
    /// Lets more come where the last one that is there of a container can be seen.
    void fetchSeen();

    ValueTreeModel *m_model;
    QString m_whyNoFilter;
    bool m_isFetching = false;
};

} // namespace wsw::desktop
