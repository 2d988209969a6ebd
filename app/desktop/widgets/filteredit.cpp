#include "widgets/filteredit.h"

#include "theme/theme.h"
#include "widgets/exacttext.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QCompleter>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QStringListModel>
#include <QStyle>
#include <QTextCharFormat>

namespace wsw::desktop {

namespace {

/// Typing a word goes on meanwhile; a pause in typing does not.
constexpr int settleMs = 200;
/// What a line takes beside its text.
constexpr int sidePadding = 24;

} // namespace

FilterEdit::FilterEdit(QWidget *parent) : QLineEdit(parent), m_words(new QStringListModel(this)), m_completer(new QCompleter(m_words, this))
{
    setFont(Theme::instance().font(FontRole::Mono));
    setAccessibleName(tr("Filter"));
    QAction *clear = addAction(Theme::instance().icon(QStringLiteral("close")), QLineEdit::TrailingPosition);
    clear->setToolTip(tr("Show everything (Esc)"));
    clear->setVisible(false);
    connect(clear, &QAction::triggered, this, [this] { setFilterText({}); });
    connect(this, &QLineEdit::textChanged, clear, [clear](const QString &text) { clear->setVisible(!text.isEmpty()); });
    m_completer->setWidget(this);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_settle.setSingleShot(true);
    m_settle.setInterval(settleMs);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &FilterEdit::insertCompletion);
    connect(&m_settle, &QTimer::timeout, this, &FilterEdit::check);
    connect(this, &QLineEdit::textChanged, &m_settle, qOverload<>(&QTimer::start));
    connect(this, &QLineEdit::textEdited, this, &FilterEdit::offerCompletion);
    connect(this, &QLineEdit::returnPressed, this, &FilterEdit::check);
}

void FilterEdit::resizeEvent(QResizeEvent *event)
{
    QLineEdit::resizeEvent(event);
    // The longest hint that fits.
    for (const QString &hint : {tr("opcode == text, or a word"), tr("opcode == text"), tr("a word")}) {
        setPlaceholderText(hint);
        if (fontMetrics().horizontalAdvance(hint) <= width() - Theme::instance().scaled(sidePadding))
            break;
    }
}

void FilterEdit::setFilterText(const QString &text)
{
    {
        // Nobody types: nothing is to be completed.
        const QScopedValueRollback replacing(m_isReplacing, true);
        replaceText(this, text);
    }
    check();
    if (isReadable() && !text.trimmed().isEmpty())
        Q_EMIT filterChosen(text.trimmed());
}

void FilterEdit::settle()
{
    if (m_settle.isActive())
        check();
}

void FilterEdit::addTerm(const QString &term)
{
    const QString present = text().trimmed();
    setFilterText(present.isEmpty() ? term : QStringLiteral("(%1) && %2").arg(present, term));
}

void FilterEdit::check()
{
    m_settle.stop();
    capture::Filter::ParseError error;
    const auto filter = capture::Filter::parse(text(), &error);
    const bool wasProblem = property("problem").toBool();
    if (wasProblem == filter.has_value()) {
        setProperty("problem", !filter.has_value());
        style()->unpolish(this);
        style()->polish(this);
    }
    if (filter) {
        underline(0, 0);
        Q_EMIT problemChanged({});
        Q_EMIT filterTextChanged(text());
    } else {
        underline(error.position, qMax<qsizetype>(1, error.length));
        Q_EMIT problemChanged(error.message);
    }
}

void FilterEdit::underline(qsizetype from, qsizetype length)
{
    // QLineEdit shows formatted text only as part of input-method composition; with nothing composed the formats apply to what stands.
    QList<QInputMethodEvent::Attribute> attributes;
    if (length > 0) {
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(Theme::instance().color(Token::Violation));
        format.setForeground(Theme::instance().color(Token::Violation));
        // At the end of the text there is nothing to underline: then its last character is.
        const qsizetype start = qBound<qsizetype>(0, from, qMax<qsizetype>(0, text().size() - 1));
        attributes.append({QInputMethodEvent::TextFormat, static_cast<int>(start) - cursorPosition(), static_cast<int>(length), format});
    }
    QInputMethodEvent event(QString(), attributes);
    const QSignalBlocker quiet(this);
    QApplication::sendEvent(this, &event);
}

QString FilterEdit::wordAtCursor() const
{
    int start = cursorPosition();
    const auto isOfWord = [](QChar each) { return each.isLetterOrNumber() || each == u'_' || each == u'.' || each == u'-' || each == u'/' || each == u'~'; };
    while (start > 0 && isOfWord(text().at(start - 1)))
        --start;
    return text().sliced(start, cursorPosition() - start);
}

void FilterEdit::offerCompletion()
{
    const QString word = wordAtCursor();
    m_words->setStringList(m_isReplacing || word.isEmpty() ? QStringList()
                                                           : capture::Filter::completions(text().left(cursorPosition() - word.size())));
    m_completer->setCompletionPrefix(word);
    const bool exact = m_completer->completionCount() == 1 && m_completer->currentCompletion().compare(word, Qt::CaseInsensitive) == 0;
    if (word.isEmpty() || exact || m_completer->completionCount() == 0) {
        m_completer->popup()->hide();
        return;
    }
    // Below the line, not over its lower edge.
    const QRect at(cursorRect().left(), 0, Theme::instance().scaled(180), height());
    m_completer->complete(at);
}

void FilterEdit::insertCompletion(const QString &word)
{
    const int typed = static_cast<int>(wordAtCursor().size());
    setSelection(cursorPosition() - typed, typed);
    // "json." goes on with what it means.
    insert(word.endsWith(u'.') ? word : word + u' ');
}

void FilterEdit::keyPressEvent(QKeyEvent *event)
{
    if (m_completer->popup()->isVisible()
        && (event->key() == Qt::Key_Enter || event->key() == Qt::Key_Return || event->key() == Qt::Key_Escape
            || event->key() == Qt::Key_Tab)) {
        event->ignore(); // for the completer's popup
        return;
    }
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        setFilterText({});
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace wsw::desktop
