#include "widgets/inlinemessage.h"

#include "theme/theme.h"
#include "widgets/tokentext.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <memory>

namespace wsw::desktop {

namespace {

/// Below this the buttons stand under the text.
constexpr int narrowWidth = 420;

} // namespace

InlineMessage::InlineMessage(QWidget *parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_row(new QBoxLayout(QBoxLayout::LeftToRight))
    , m_actions(new QHBoxLayout)
    , m_detailsButton(new QPushButton(tr("Details"), this))
    , m_details(new QPlainTextEdit(this))
{
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::RichText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setObjectName(QStringLiteral("messageText"));
    setRole(m_detailsButton, "quiet");
    m_detailsButton->setCheckable(true);
    m_detailsButton->setObjectName(QStringLiteral("messageDetails"));
    m_details->setReadOnly(true);
    m_details->setFont(Theme::instance().font(FontRole::Mono));
    setRole(m_details, "card");
    m_details->hide();

    m_row->setSpacing(metrics::space8);
    m_row->addWidget(m_text, 1);
    m_actions->setSpacing(metrics::space8);
    m_actions->addWidget(m_detailsButton);
    m_actions->addStretch(1);
    m_row->addLayout(m_actions);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(metrics::space12, metrics::space4, metrics::space12, metrics::space4);
    all->addLayout(m_row);
    all->addWidget(m_details);

    connect(m_detailsButton, &QPushButton::toggled, this, &InlineMessage::showDetails);
    connect(&Theme::instance(), &Theme::changed, this, &InlineMessage::refresh);
    hide();
}

void InlineMessage::showError(const Error &error)
{
    clear();
    m_error = error;
    refresh();
    show();
}

void InlineMessage::showNote(const QString &note)
{
    clear();
    m_note = note;
    refresh();
    show();
}

QPushButton *InlineMessage::addAction(const QString &text, const QString &name, std::function<void()> run)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(name);
    m_actions->insertWidget(m_actions->indexOf(m_detailsButton), button);
    // The action may clear this message and with it the button: run it once the click is over.
    connect(button, &QPushButton::clicked, this, [run = std::move(run)] { run(); }, Qt::QueuedConnection);
    return button;
}

void InlineMessage::clear()
{
    m_error.reset();
    m_note.clear();
    while (m_actions->indexOf(m_detailsButton) > 0) {
        const std::unique_ptr<QLayoutItem> item(m_actions->takeAt(0));
        item->widget()->hide();
        item->widget()->deleteLater();
    }
    m_detailsButton->setChecked(false);
    hide();
}

QString InlineMessage::text() const
{
    if (!m_error)
        return m_note;
    QStringList parts{m_error->message, m_error->remedy, m_error->detail};
    parts.removeAll(QString());
    return parts.join(u' ');
}

void InlineMessage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::instance();
    painter.fillRect(rect(), m_error ? theme.background(Meaning::Violation) : theme.color(Token::PanelAlternate));
}

void InlineMessage::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    const bool narrow = width() < Theme::instance().scaled(narrowWidth);
    m_row->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void InlineMessage::refresh()
{
    if (m_error) {
        const QString glyph = inToken(Theme::glyph(Meaning::Violation) + u' ', Token::Violation);
        const QString message = QStringLiteral("<b>%1</b>").arg(m_error->message.toHtmlEscaped());
        m_text->setText(glyph + message + u' ' + m_error->remedy.toHtmlEscaped());
        m_details->setPlainText(m_error->detail);
        m_detailsButton->setVisible(!m_error->detail.isEmpty());
    } else {
        m_text->setText(m_note.toHtmlEscaped());
        m_detailsButton->hide();
    }
    update();
}

void InlineMessage::showDetails(bool on)
{
    constexpr int mostLines = 12;
    // Lines that are wrapped take more than one.
    int lines = 1;
    const int perLine = qMax(1, (m_details->width() - metrics::space16) / m_details->fontMetrics().averageCharWidth());
    for (const QStringView line : QStringView(m_details->toPlainText()).split(u'\n'))
        lines += 1 + static_cast<int>(line.size()) / perLine;
    lines = qBound(2, lines, mostLines);
    m_details->setFixedHeight(lines * m_details->fontMetrics().lineSpacing() + metrics::space16);
    m_details->setVisible(on);
}

} // namespace wsw::desktop
