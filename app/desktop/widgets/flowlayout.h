#pragma once

#include <QLayout>

namespace wsw::desktop {

/// Items from left to right, each as wide as it likes to be, in as many lines as they need. An item that is aligned to the right goes
/// to the right end of its line, with all behind it, unless it stands first there.
class FlowLayout final : public QLayout
{
public:
    FlowLayout(int horizontalSpacing, int verticalSpacing);
    ~FlowLayout() override;

    void addItem(QLayoutItem *item) override;
    [[nodiscard]] int count() const override;
    [[nodiscard]] QLayoutItem *itemAt(int index) const override;
    [[nodiscard]] QLayoutItem *takeAt(int index) override;
    [[nodiscard]] Qt::Orientations expandingDirections() const override { return Qt::Horizontal; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize minimumSize() const override;
    [[nodiscard]] QSize sizeHint() const override;
    void setGeometry(const QRect &rect) override;

private:
    enum class Place : bool { No, Yes };
    /// Lays the items out in @p rect and returns the height that they take.
    int layOut(const QRect &rect, Place place) const;
    /// Items [from, to) in one line, each in the middle of its height.
    void placeLine(qsizetype from, qsizetype to, const QRect &line) const;

    QList<QLayoutItem *> m_items;
    int m_horizontal;
    int m_vertical;
};

} // namespace wsw::desktop
