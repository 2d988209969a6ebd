#pragma once

#include "theme/theme.h"

#include <QWidget>

class QPainter;

namespace wsw::desktop {

/// The size of a chip that says @p text: semibold caption on a rounded ground.
[[nodiscard]] QSize chipSize(const QString &text);
/// Paints a chip at the left of @p cell, vertically centred, elided to it; for delegates. Neutral chips have no ground.
void paintChip(QPainter *painter, const QRect &cell, const QString &text, Meaning meaning);

/// A chip as a widget of its own.
class Chip final : public QWidget
{
    Q_OBJECT
public:
    explicit Chip(QWidget *parent = nullptr);
    void set(const QString &text, Meaning meaning);
    [[nodiscard]] QString text() const { return m_text; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
    Meaning m_meaning = Meaning::Neutral;
};

} // namespace wsw::desktop
