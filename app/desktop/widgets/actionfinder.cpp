#include "widgets/actionfinder.h"

#include "theme/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCompleter>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTimer>

#include <algorithm>

namespace wsw::desktop {

namespace {

constexpr int popupWidth = 400;
constexpr int hintRole = Qt::UserRole;
constexpr int maxFound = 200;

/// A row of the palette: icon, text, and the hint at the right.
class EntryDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::instance();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, theme.color(Token::Selection));
        QRect line = option.rect.adjusted(metrics::space8, 0, -metrics::space8, 0);
        const int size = theme.scaled(metrics::iconSmall);
        const QRect icon(line.left(), line.center().y() - size / 2, size, size);
        index.data(Qt::DecorationRole).value<QIcon>().paint(painter, icon);
        line.setLeft(icon.right() + metrics::space8);

        const QString hint = index.data(hintRole).toString();
        painter->setFont(theme.font(FontRole::Caption));
        painter->setPen(theme.color(Token::TextSecondary));
        painter->drawText(line, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, hint);
        if (!hint.isEmpty())
            line.setRight(line.right() - painter->fontMetrics().horizontalAdvance(hint) - metrics::space12);
        painter->setFont(theme.font(FontRole::Body));
        painter->setPen(theme.color(Token::Text));
        painter->drawText(line, Qt::AlignVCenter | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, line.width()));
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {0, Theme::instance().scaled(metrics::button)};
    }
};

} // namespace

ActionFinder::ActionFinder(Source source, QWidget *parent)
    : QLineEdit(parent), m_source(std::move(source)), m_model(new QStandardItemModel(this)),
      m_completer(new QCompleter(m_model, this)), m_keys(new QLabel(tr("Ctrl K"), this))
{
    setObjectName(QStringLiteral("finder"));
    showHint({});
    setAccessibleName(tr("Find an action, an endpoint, a frame by its number, or a time"));
    setRole(m_keys, "faint");
    m_keys->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_completer->setWidget(this);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setMaxVisibleItems(12);
    setRole(m_completer->popup(), "popup");
    m_completer->popup()->setItemDelegate(new EntryDelegate(this));
    connect(this, &QLineEdit::textEdited, this, &ActionFinder::refresh);
    connect(this, &QLineEdit::textChanged, this, [this](const QString &text) { m_keys->setVisible(text.isEmpty()); });
    connect(m_completer, qOverload<const QModelIndex &>(&QCompleter::activated), this, &ActionFinder::run);
}

bool ActionFinder::matches(const QString &text, const QString &typed)
{
    const QStringList wanted = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(wanted.cbegin(), wanted.cend(), [&text](const QString &word) {
        for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0; at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
            if (at == 0 || !text.at(at - 1).isLetterOrNumber())
                return true;
        }
        return false;
    });
}

void ActionFinder::showHint(const QString &hint)
{
    setPlaceholderText(hint.isEmpty() ? tr("Find an action, frame, time…") : hint);
    m_keys->setVisible(hint.isEmpty() && text().isEmpty()); // other keys have opened it
}

void ActionFinder::open(const QString &hint)
{
    showHint(hint);
    if (!hasFocus())
        m_before = QApplication::focusWidget();
    setFocus(Qt::ShortcutFocusReason);
    selectAll();
    refresh();
}

void ActionFinder::leave()
{
    clear();
    clearFocus();
    if (m_before)
        m_before->setFocus(Qt::OtherFocusReason);
}

void ActionFinder::refresh()
{
    m_found = m_source(text());
    if (m_found.size() > maxFound)
        m_found.resize(maxFound);
    m_model->clear();
    for (const FinderEntry &entry : std::as_const(m_found)) {
        auto *item = new QStandardItem(entry.icon, entry.text);
        item->setData(entry.hint, hintRole);
        m_model->appendRow(item);
    }
    if (m_found.isEmpty()) {
        m_completer->popup()->hide();
        return;
    }
    // Wider than the line where what is found wants it, to the left: the line stands at the window's right.
    const int width = qMax(this->width(), Theme::instance().scaled(popupWidth));
    m_completer->complete(QRect(this->width() - width, 0, width, height()));
    m_completer->popup()->setCurrentIndex(m_completer->completionModel()->index(0, 0));
}

void ActionFinder::run(const QModelIndex &index)
{
    const int row = index.row();
    if (row < 0 || row >= m_found.size())
        return;
    // Later: the popup is still closing, and what runs may open a window of its own.
    QTimer::singleShot(0, this, [this, entry = m_found.at(row)] {
        leave();
        entry.run();
    });
}

void ActionFinder::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason)
        showHint({});
}

void ActionFinder::resizeEvent(QResizeEvent *event)
{
    QLineEdit::resizeEvent(event);
    const QSize size = m_keys->sizeHint();
    m_keys->setGeometry(width() - size.width() - metrics::space8, (height() - size.height()) / 2, size.width(), size.height());
}

void ActionFinder::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        leave();
        return;
    }
    if (event->key() == Qt::Key_Down && !m_completer->popup()->isVisible()) {
        refresh();
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !m_completer->popup()->isVisible() && !m_found.isEmpty()) {
        run(m_model->index(0, 0));
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void ActionFinder::mousePressEvent(QMouseEvent *event)
{
    QLineEdit::mousePressEvent(event);
    if (!m_completer->popup()->isVisible())
        refresh();
}

} // namespace wsw::desktop
