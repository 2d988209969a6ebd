#include "widgets/urledit.h"

#include "session/types.h"
#include "theme/theme.h"
#include "widgets/exacttext.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QRegularExpression>
#include <QStyle>

namespace wsw::desktop {

namespace {

/// parseUrl() marks the place with carets under the text, on the last line of the detail.
UrlEdit::Span markedPlace(const QString &detail)
{
    const QString marks = detail.section(u'\n', -1);
    const qsizetype start = marks.indexOf(u'^');
    if (start < 0)
        return {};
    return {start, marks.lastIndexOf(u'^') - start + 1};
}

} // namespace

UrlEdit::UrlEdit(QWidget *parent, Sort sort)
    : QLineEdit(parent), m_sort(sort)
{
    setFont(Theme::instance().font(FontRole::Mono));
    setAccessibleName(sort == Sort::Endpoint ? tr("URL to connect to") : tr("Outgoing proxy"));
    connect(this, &QLineEdit::textChanged, this, &UrlEdit::check);
    check();
}

std::optional<Error> UrlEdit::judge() const
{
    if (m_sort == Sort::OutgoingProxy) {
        if (text().trimmed().isEmpty())
            return std::nullopt;
        const auto proxy = session::parseProxy(text());
        return proxy ? std::nullopt : std::optional(proxy.error());
    }
    const auto url = session::parseUrl(text());
    return url ? std::nullopt : std::optional(url.error());
}

void UrlEdit::check()
{
    m_problem = withScheme().isEmpty() ? judge() : std::nullopt;
    m_fault = m_problem ? markedPlace(m_problem->detail) : Span{};
    // An empty line is no fault yet: nobody has typed.
    const bool marked = m_problem && !text().isEmpty();
    if (property("problem").toBool() != marked) {
        setProperty("problem", marked);
        style()->unpolish(this);
        style()->polish(this);
    }
    update();
    Q_EMIT checked();
}

QString UrlEdit::withScheme() const
{
    const QString typed = text().trimmed();
    if (m_sort != Sort::Endpoint || typed.contains(QLatin1String("//")))
        return {};
    // "ws:host" is a scheme with its slashes missing, no host of that name; its message tells the remedy.
    static const QRegularExpression scheme(QStringLiteral("^(wss?|https?)[:/]"), QRegularExpression::CaseInsensitiveOption);
    const QString completed = QLatin1String("ws://") + typed;
    return !scheme.match(typed).hasMatch() && session::parseUrl(completed) ? completed : QString();
}

QString UrlEdit::url() const
{
    const QString completed = withScheme();
    return completed.isEmpty() ? text() : completed;
}

void UrlEdit::completeScheme()
{
    if (const QString completed = withScheme(); !completed.isEmpty())
        replaceText(this, completed);
}

void UrlEdit::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        completeScheme();
    QLineEdit::keyPressEvent(event);
}

void UrlEdit::focusOutEvent(QFocusEvent *event)
{
    completeScheme();
    QLineEdit::focusOutEvent(event);
}

void UrlEdit::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    if (text().isEmpty() || m_fault.start < 0)
        return;
    // QLineEdit does not tell how far it is scrolled; the cursor's place does.
    const QFontMetrics font = fontMetrics();
    const QRect cursor = cursorRect();
    const int origin = cursor.center().x() - font.horizontalAdvance(text().left(cursorPosition()));
    const int from = origin + font.horizontalAdvance(text().left(m_fault.start));
    const int width = qMax(font.horizontalAdvance(text().mid(m_fault.start, m_fault.length)), font.horizontalAdvance(u'm'));
    const qreal y = cursor.bottom() - 1.0;

    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(rect().adjusted(2, 2, -2, -2));
    painter.setPen(QPen(Theme::instance().color(Token::Violation), 1.5));
    QPainterPath wave(QPointF(from, y));
    constexpr qreal step = 3;
    for (qreal x = from; x < from + width; x += 2 * step) {
        wave.lineTo(x + step, y + 2);
        wave.lineTo(x + 2 * step, y);
    }
    painter.drawPath(wave);
}

} // namespace wsw::desktop
