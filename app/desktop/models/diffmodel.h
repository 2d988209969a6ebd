#pragma once

#include "replay/comparison.h"
#include "theme/theme.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>
#include <vector>

namespace wsw::desktop {

/// Two conversations side by side, a row a message or a pair of them. Previews are read from memory only; one that is not there yet shows as
/// "…" and follows with dataChanged(). GUI thread only.
class DiffModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column : int { Mark, Speaker, LeftNumber, Left, RightNumber, Right, ColumnCount };
    using Kind = replay::CompareEntry::Kind;

    explicit DiffModel(QObject *parent = nullptr);

    /// Null: nothing is compared.
    void setComparison(std::shared_ptr<const replay::Comparison> comparison);
    [[nodiscard]] const std::shared_ptr<const replay::Comparison> &comparison() const { return m_comparison; }
    void setOnlyDifferences(bool only);
    [[nodiscard]] bool onlyDifferences() const { return m_onlyDifferences; }
    /// The next (1) or previous (-1) row behind @p row that is not equal; nothing: there is none that way.
    [[nodiscard]] std::optional<int> differenceFrom(int row, int step) const;
    [[nodiscard]] const replay::CompareEntry &entryAt(int row) const;
    /// "=", "≠", "−", "+": what the colour says as well.
    [[nodiscard]] static QString glyph(Kind kind);
    [[nodiscard]] static QString words(Kind kind);
    /// Whose colours a row that is not equal has.
    [[nodiscard]] static Meaning meaning(Kind kind);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void fill();
    void onBlocksLoaded();
    [[nodiscard]] QString cell(int row, int column) const;
    [[nodiscard]] QString preview(int row, const capture::Document &document, const replay::MessageRef *message) const;

    std::shared_ptr<const replay::Comparison> m_comparison;
    std::vector<quint32> m_rows;    ///< entries that are shown
    bool m_onlyDifferences = false;
    mutable int m_missingFirst = -1;    ///< rows whose previews were asked for in vain; -1: none
    mutable int m_missingLast = -1;
};

} // namespace wsw::desktop
