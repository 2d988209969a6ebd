#pragma once

#include "theme/theme.h"

#include <QIconEngine>

namespace wsw::desktop {

/// Draws resources/icons/<name>.svg with its strokes in a token's colour, at the size and density asked for. The colour is looked up
/// when painting, so an icon follows a change of theme by itself.
class SvgIconEngine final : public QIconEngine
{
public:
    SvgIconEngine(QString name, Token token);

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QSize actualSize(const QSize &size, QIcon::Mode mode, QIcon::State state) override;
    [[nodiscard]] QIconEngine *clone() const override;
    QString iconName() override { return m_name; }
    bool isNull() override;

private:
    [[nodiscard]] QColor tint(QIcon::Mode mode) const;

    QString m_name;
    Token m_token;
};

} // namespace wsw::desktop
