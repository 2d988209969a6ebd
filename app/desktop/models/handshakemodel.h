#pragma once

#include "models/handshake.h"

#include <QAbstractTableModel>

namespace wsw::desktop {

/// The rows of a handshake as a table: verdict glyph, name, value.
class HandshakeModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Glyph, Name, Value, ColumnCount };

    explicit HandshakeModel(QObject *parent = nullptr);
    void setRows(const QList<HandshakeRow> &rows);
    [[nodiscard]] const HandshakeRow &row(int index) const { return m_rows.at(index); }
    [[nodiscard]] bool isEmpty() const noexcept { return m_rows.isEmpty(); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    QList<HandshakeRow> m_rows;
};

} // namespace wsw::desktop
