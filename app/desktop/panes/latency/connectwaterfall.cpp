#include "panes/latency/connectwaterfall.h"

#include "stats/durationtext.h"
#include "theme/theme.h"

#include <QPainter>

#include <numeric>

namespace wsw::desktop {

ConnectWaterfall::ConnectWaterfall(QWidget *parent)
    : QWidget(parent)
{
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ConnectWaterfall::show(const std::vector<ConnectPhase> &phases, const QString &connection)
{
    m_phases = phases;
    m_connection = connection;
    QStringList words;
    for (const ConnectPhase &phase : m_phases)
        words.append(QStringLiteral("%1 %2").arg(phase.name, stats::durationText(phase.ns)));
    setAccessibleName(tr("Connecting of %1: %2").arg(connection, words.join(QStringLiteral(", "))));
    update();
}

QSize ConnectWaterfall::sizeHint() const
{
    return {Theme::instance().scaled(320), Theme::instance().scaled(200)};
}

void ConnectWaterfall::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), theme.color(Token::Panel));
    if (m_phases.empty())
        return;
    const qint64 total = std::accumulate(m_phases.begin(), m_phases.end(), qint64{0},
                                         [](qint64 sum, const ConnectPhase &phase) { return sum + phase.ns; });
    const int margin = theme.scaled(metrics::space16);
    const int names = theme.scaled(72);
    const int times = theme.scaled(72);
    const int rowHeight = theme.scaled(metrics::button);
    const int barHeight = theme.scaled(metrics::space16);
    const int barLeft = margin + names;
    const double room = qMax(width() - barLeft - times - margin, 1);

    painter.setFont(theme.font(FontRole::Caption));
    painter.setPen(theme.color(Token::TextSecondary));
    painter.drawText(QRect(margin, metrics::space8, width() - 2 * margin, rowHeight), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Connecting of %1: %2 in all").arg(m_connection, stats::durationText(total)));

    int y = metrics::space8 + rowHeight;
    qint64 before = 0;
    for (const ConnectPhase &phase : m_phases) {
        const double scale = room / static_cast<double>(qMax<qint64>(total, 1));
        const double x = barLeft + static_cast<double>(before) * scale;
        const double length = qMax(static_cast<double>(phase.ns) * scale, 2.0);
        painter.setFont(theme.font(FontRole::Body));
        painter.setPen(theme.color(Token::Text));
        painter.drawText(QRect(margin, y, names, rowHeight), Qt::AlignLeft | Qt::AlignVCenter, phase.name);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(Token::Sent));
        painter.drawRoundedRect(QRectF(x, y + (rowHeight - barHeight) / 2.0, length, barHeight), 2, 2);
        painter.setFont(theme.font(FontRole::MonoCaption));
        painter.setPen(theme.color(Token::TextSecondary));
        painter.drawText(QRect(width() - margin - times, y, times, rowHeight), Qt::AlignRight | Qt::AlignVCenter,
                         stats::durationText(phase.ns));
        y += rowHeight;
        before += phase.ns;
    }
}

} // namespace wsw::desktop
