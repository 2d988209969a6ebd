#pragma once

#include <QScrollArea>

namespace wsw::desktop {

/// Scrolls a column of controls up and down only: it is never narrower than what is in it, and as low as need be.
class ColumnScroll final : public QScrollArea
{
    Q_OBJECT
public:
    /// Takes @p column.
    explicit ColumnScroll(QWidget *column, QWidget *parent = nullptr);

    [[nodiscard]] QSize minimumSizeHint() const override;
    /// The height at which nothing has to be scrolled.
    [[nodiscard]] int wholeHeight() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace wsw::desktop
