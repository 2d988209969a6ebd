#include "theme/iconengine.h"

#include <QFile>
#include <QGuiApplication>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace wsw::desktop {

namespace {

QString resourcePath(const QString &name)
{
    return QStringLiteral(":/icons/%1.svg").arg(name);
}

QByteArray tintedSvg(const QString &name, const QColor &color)
{
    QFile file(resourcePath(name));
    if (!file.open(QIODevice::ReadOnly)) {
        qWarning("There is no icon named \"%s\".", qPrintable(name));
        return {};
    }
    return file.readAll().replace("currentColor", color.name().toLatin1());
}

} // namespace

SvgIconEngine::SvgIconEngine(QString name, Token token) : m_name(std::move(name)), m_token(token) {}

QColor SvgIconEngine::tint(QIcon::Mode mode) const
{
    return Theme::instance().color(mode == QIcon::Disabled ? Token::TextFaint : m_token);
}

void SvgIconEngine::paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state)
{
    const qreal ratio = painter->device() != nullptr ? painter->device()->devicePixelRatio() : qApp->devicePixelRatio();
    painter->drawPixmap(rect, scaledPixmap(rect.size() * ratio, mode, state, ratio));
}

QPixmap SvgIconEngine::pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state)
{
    return scaledPixmap(size, mode, state, 1.0);
}

QPixmap SvgIconEngine::scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal scale)
{
    const QColor color = tint(mode);
    const QString key = QStringLiteral("wsw-icon/%1/%2/%3x%4@%5")
                            .arg(m_name, color.name())
                            .arg(size.width())
                            .arg(size.height())
                            .arg(scale);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(size);
    pixmap.fill(Qt::transparent);
    const int side = qMin(size.width(), size.height());
    QSvgRenderer renderer(tintedSvg(m_name, color));
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF((size.width() - side) / 2.0, (size.height() - side) / 2.0, side, side));
    painter.end();
    pixmap.setDevicePixelRatio(scale);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QSize SvgIconEngine::actualSize(const QSize &size, QIcon::Mode, QIcon::State)
{
    return size;
}

QIconEngine *SvgIconEngine::clone() const
{
    return new SvgIconEngine(*this);
}

bool SvgIconEngine::isNull()
{
    return !QFile::exists(resourcePath(m_name));
}

} // namespace wsw::desktop
