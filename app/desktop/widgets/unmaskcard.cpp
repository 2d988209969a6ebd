#include "widgets/unmaskcard.h"

#include "models/bytestext.h"
#include "theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace wsw::desktop {

namespace {

QString hex(uchar byte)
{
    return QStringLiteral("%1").arg(byte, 2, 16, QLatin1Char('0'));
}

QString bits(uchar byte)
{
    const QString all = QStringLiteral("%1").arg(byte, 8, 2, QLatin1Char('0'));
    return all.left(4) + QLatin1Char(' ') + all.right(4);
}

/// One line of the sum, in the colour of @p token.
QString row(const QString &what, uchar byte, const QString &note, const QColor &color)
{
    return QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td style=\"color:%5\">%2&nbsp;&nbsp;&nbsp;</td>"
                          "<td style=\"color:%5\">%3&nbsp;&nbsp;&nbsp;</td><td>%4</td></tr>")
        .arg(what.toHtmlEscaped(), hex(byte), bits(byte), note.toHtmlEscaped(), color.name());
}

} // namespace

UnmaskCard::UnmaskCard(QWidget *parent)
    : QFrame(parent), m_title(new QLabel(this)), m_steps(new QLabel(this)),
      m_back(new QPushButton(tr("Back"), this)), m_next(new QPushButton(tr("Next byte"), this))
{
    setObjectName(QStringLiteral("unmaskCard"));
    setRole(this, "card");
    setRole(m_title, "title");
    setFocusPolicy(Qt::StrongFocus);
    m_title->setObjectName(QStringLiteral("unmaskTitle"));
    m_steps->setObjectName(QStringLiteral("unmaskSteps"));
    m_steps->setTextFormat(Qt::RichText);
    m_next->setObjectName(QStringLiteral("unmaskNext"));
    m_back->setObjectName(QStringLiteral("unmaskBack"));
    auto *close = new QPushButton(tr("Done"), this);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metrics::space8);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    column->setSpacing(metrics::space8);
    column->addWidget(m_title);
    column->addWidget(m_steps);
    column->addLayout(buttons);

    connect(m_back, &QPushButton::clicked, this, [this] { goTo(m_at - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] { goTo(m_at + 1); });
    connect(close, &QPushButton::clicked, this, &UnmaskCard::closed);
    connect(&Theme::instance(), &Theme::changed, this, &UnmaskCard::render);
}

void UnmaskCard::setFrame(const capture::Record &frame)
{
    m_plain = frame.payload;
    m_total = std::max(frame.header.payloadStored, static_cast<quint64>(m_plain.size()));
    m_key = frame.header.frame.key;
    m_at = 0;
    render();
}

void UnmaskCard::goTo(qsizetype payloadByte)
{
    const qsizetype next = std::clamp<qsizetype>(payloadByte, 0, std::max<qsizetype>(0, m_plain.size() - 1));
    if (next != m_at) {
        m_at = next;
        render();
    }
    Q_EMIT stepped(m_at);
}

void UnmaskCard::render()
{
    m_back->setEnabled(m_at > 0);
    m_next->setEnabled(m_at + 1 < m_plain.size());
    if (m_plain.isEmpty()) {
        m_steps->clear();
        return;
    }
    const Theme &theme = Theme::instance();
    m_steps->setFont(theme.font(FontRole::Mono));
    const auto plain = static_cast<uchar>(m_plain.at(m_at));
    const uchar key = m_key[static_cast<size_t>(m_at % 4)];
    const auto masked = static_cast<uchar>(plain ^ key);
    m_title->setText(tr("Payload byte %1 of %2").arg(m_at + 1).arg(m_total));
    m_steps->setText(QStringLiteral("<table cellspacing=\"0\" cellpadding=\"1\">%1%2%3</table>")
                         .arg(row(tr("masked"), masked, tr("as on the wire"), theme.color(Token::Text)),
                              row(tr("XOR key"), key, tr("key byte %1 = %2 modulo 4").arg(m_at % 4).arg(m_at), theme.foreground(Meaning::Crafted)),
                              row(tr("= plain"), plain, QStringLiteral("“%1”").arg(plain == ' ' ? QStringLiteral("␣") : QString(byteCharacter(plain))),
                                  theme.foreground(Meaning::Sent))));
    setAccessibleName(m_title->text());
    setAccessibleDescription(tr("%1 XOR %2 is %3").arg(hex(masked), hex(key), hex(plain)));
}

void UnmaskCard::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left: goTo(m_at - 1); break;
    case Qt::Key_Right: goTo(m_at + 1); break;
    case Qt::Key_Home: goTo(0); break;
    case Qt::Key_End: goTo(m_plain.size() - 1); break;
    case Qt::Key_Escape: Q_EMIT closed(); break;
    default: QFrame::keyPressEvent(event); break;
    }
}

} // namespace wsw::desktop
