#pragma once

#include "payload/tree.h"

#include <QAbstractItemModel>
#include <QHash>
#include <QSet>

namespace wsw::desktop {

/// The values of a message, name and value in two columns. Of a container's children a batch is there at first, more when they are asked
/// for. GUI thread only.
class ValueTreeModel final : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Column { Name, Value, ColumnCount };
    using Number = payload::Tree::Number;
    /// Children that come at once.
    static constexpr int batch = 200;

    explicit ValueTreeModel(QObject *parent = nullptr);

    /// Null: there is nothing.
    void setTree(std::shared_ptr<const payload::Tree> tree);
    [[nodiscard]] const payload::Tree *tree() const { return m_tree.get(); }
    /// Those in which something has been found. Nothing is told: whoever shows them repaints.
    void setMarks(const QSet<Number> &marks);

    /// payload::Tree::whole for no index.
    [[nodiscard]] Number valueAt(const QModelIndex &index) const;
    /// It and those before it are there afterwards. Of no value of this tree no index.
    [[nodiscard]] QModelIndex indexOf(Number value);
    /// What stands in one cell, on one line.
    [[nodiscard]] QString shown(Number value, Column column) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] QModelIndex makeIndex(Number value, int column = 0) const;
    /// Lets the first @p count children be there, and all of a batch.
    void show(Number parent, int count);
    [[nodiscard]] QVariant foreground(Number value, int column) const;

    std::shared_ptr<const payload::Tree> m_tree;
    QHash<Number, int> m_shown;     ///< how many children are there
    QSet<Number> m_marks;
};

} // namespace wsw::desktop
