#include "widgets/noticebar.h"

#include "theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

/// The bar keeps this many; older ones go.
constexpr qsizetype maxWaiting = 50;
/// Text whose lines are of about the same length: no word stands alone in the last one.
class BalancedLabel final : public QLabel
{
public:
    using QLabel::QLabel;
    [[nodiscard]] int heightForWidth(int width) const override { return QLabel::heightForWidth(width + contentsMargins().right()); }
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, QLabel::minimumSizeHint().height()}; }
    void balance()
    {
        const int height = heightForWidth(width());
        int narrow = 0;
        int wide = width();
        // The narrowest that needs no further line.
        while (wide - narrow > 1) {
            const int middle = (narrow + wide) / 2;
            (heightForWidth(middle) > height ? narrow : wide) = middle;
        }
        if (const int rest = width() - wide; rest != contentsMargins().right())
            setContentsMargins(0, 0, rest, 0);
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QLabel::resizeEvent(event);
        balance();
    }
};

} // namespace

Notice noticeOf(const Error &error)
{
    const NoticeKind kind = error.kind == ErrorKind::Cancelled ? NoticeKind::Info : NoticeKind::Problem;
    return {kind, error.message, error.remedy, error.detail, {}};
}

NoticeBar::NoticeBar(QWidget *parent)
    : QFrame(parent), m_icon(new QLabel(this)), m_text(new BalancedLabel(this)), m_detail(new QLabel(this)),
      m_more(new QLabel(this)), m_actions(new QHBoxLayout), m_details(new QPushButton(tr("Details"), this)),
      m_close(new QToolButton(this))
{
    setObjectName(QStringLiteral("noticeBar"));
    setRole(this, "bar");
    m_text->setObjectName(QStringLiteral("noticeText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detail->setTextFormat(Qt::PlainText); // what a server sent is shown as it is
    m_detail->setFont(Theme::instance().font(FontRole::MonoCaption));
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detail->setWordWrap(true);
    m_detail->hide();
    setRole(m_more, "caption");
    m_details->setCheckable(true);
    m_close->setIcon(Theme::instance().icon(QStringLiteral("close")));
    m_close->setToolTip(tr("Dismiss"));
    m_close->setAccessibleName(tr("Dismiss this notice"));

    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::space8);
    row->addWidget(m_icon, 0, Qt::AlignVCenter);
    row->addWidget(m_text, 1);
    row->addLayout(m_actions);
    row->addWidget(m_details);
    row->addWidget(m_more);
    row->addWidget(m_close);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space12, metrics::space4, metrics::space8, metrics::space4);
    column->setSpacing(metrics::space4);
    column->addLayout(row);
    column->addWidget(m_detail);

    connect(m_details, &QPushButton::toggled, m_detail, &QWidget::setVisible);
    connect(m_close, &QToolButton::clicked, this, &NoticeBar::dismiss);
    connect(&Theme::instance(), &Theme::changed, this, &NoticeBar::showTop);
    hide();
}

void NoticeBar::post(const Notice &notice)
{
    m_notices.removeIf([&](const Notice &n) { return n.message == notice.message; });
    m_notices.prepend(notice);
    if (m_notices.size() > maxWaiting)
        m_notices.removeLast();
    showTop();
}

void NoticeBar::dismiss()
{
    if (m_notices.isEmpty() || m_notices.constFirst().lasting)
        return;
    m_notices.removeFirst();
    showTop();
}

void NoticeBar::retract(const QString &message)
{
    if (m_notices.removeIf([&](const Notice &notice) { return notice.message == message; }) > 0)
        showTop();
}

QString NoticeBar::message() const
{
    return m_notices.isEmpty() ? QString() : m_notices.constFirst().message;
}

void NoticeBar::showTop()
{
    qDeleteAll(findChildren<QPushButton *>(QStringLiteral("noticeAction"), Qt::FindDirectChildrenOnly));
    if (m_notices.isEmpty()) {
        hide();
        return;
    }
    const Notice &notice = m_notices.constFirst();
    const bool problem = notice.kind == NoticeKind::Problem;
    const Theme &theme = Theme::instance();
    m_icon->setPixmap(theme.icon(problem ? QStringLiteral("warning") : QStringLiteral("info"),
                                 problem ? Token::Violation : Token::Accent)
                          .pixmap(theme.iconSize()));
    const QString head = problem ? theme.color(Token::Violation).name() : theme.color(Token::Text).name();
    QString text = QStringLiteral("<span style='color:%1'>%2</span>").arg(head, notice.message.toHtmlEscaped());
    if (!notice.remedy.isEmpty())
        text += QLatin1Char(' ') + notice.remedy.toHtmlEscaped();
    m_text->setText(text);
    static_cast<BalancedLabel *>(m_text)->balance();
    m_detail->setText(notice.detail);
    m_details->setChecked(false);
    m_details->setVisible(!notice.detail.isEmpty());
    m_close->setVisible(!notice.lasting);
    m_more->setVisible(m_notices.size() > 1);
    m_more->setText(tr("%n more", nullptr, static_cast<int>(m_notices.size() - 1)));

    for (const NoticeAction &action : notice.actions) {
        auto *button = new QPushButton(action.text, this);
        button->setObjectName(QStringLiteral("noticeAction"));
        m_actions->addWidget(button);
        // Queued: running it may show another notice, which deletes this button.
        connect(button, &QPushButton::clicked, this, [this, run = action.run] {
            dismiss();
            run();
        }, Qt::QueuedConnection);
    }
    setVisible(true);
}

} // namespace wsw::desktop
