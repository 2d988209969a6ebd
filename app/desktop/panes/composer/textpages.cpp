#include "panes/composer/textpages.h"

#include "payload/jsontext.h"
#include "panes/composer/jsoninput.h"
#include "stats/durationtext.h"
#include "theme/theme.h"
#include "widgets/exacttext.h"
#include "widgets/tokentext.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

const auto textKey = QStringLiteral("text");

QPlainTextEdit *makeEdit(QWidget *parent, const QString &name, const QString &placeholder)
{
    auto *edit = new QPlainTextEdit(parent);
    edit->setObjectName(name);
    edit->setPlaceholderText(placeholder);
    edit->setFont(Theme::instance().font(FontRole::Mono));
    edit->document()->setDocumentMargin(metrics::space12);
    return edit;
}

QString sizeOf(const QString &text)
{
    return stats::sizeText(static_cast<quint64>(text.toUtf8().size()));
}

Result<session::Outgoing> textMessage(const QString &text)
{
    session::Outgoing outgoing;
    outgoing.kind = session::Outgoing::Kind::Text;
    outgoing.payload = text.toUtf8();
    return outgoing;
}

QHBoxLayout *makeFoot()
{
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(metrics::space12, 0, metrics::space12, metrics::space4);
    foot->setSpacing(metrics::space8);
    return foot;
}

} // namespace

TextPage::TextPage(QWidget *parent)
    : ComposerPage(parent)
    , m_edit(makeEdit(this, QStringLiteral("composerText"), tr("Type a message. Ctrl+Enter sends it.")))
    , m_status(new QLabel(this))
{
    m_edit->setAccessibleName(tr("Text to send"));
    setRole(m_status, "caption");
    auto *foot = makeFoot();
    foot->addWidget(m_status);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_edit, 1);
    all->addLayout(foot);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        m_status->setText(sizeOf(exactText(m_edit)));
        Q_EMIT changed();
    });
    m_status->setText(sizeOf({}));
}

void TextPage::compose(const Done &done)
{
    done(textMessage(exactText(m_edit)));
}

QJsonObject TextPage::save() const
{
    return {{textKey, exactText(m_edit)}};
}

void TextPage::load(const QJsonObject &content)
{
    setText(content.value(textKey).toString());
}

QString TextPage::summary() const
{
    return exactText(m_edit).simplified();
}

void TextPage::focusFirst()
{
    m_edit->setFocus();
}

void TextPage::setText(const QString &text)
{
    replaceText(m_edit, text);
}

JsonPage::JsonPage(QWidget *parent)
    : ComposerPage(parent)
    , m_edit(makeEdit(this, QStringLiteral("composerJson"), tr("{ \"type\": \"hello\" }")))
    , m_status(new QLabel(this))
{
    m_edit->setAccessibleName(tr("JSON to send"));
    m_status->setObjectName(QStringLiteral("jsonStatus"));
    setRole(m_status, "caption");
    auto *format = new QPushButton(tr("Format"), this);
    format->setObjectName(QStringLiteral("jsonFormat"));
    format->setToolTip(tr("One member a line; values stay letter for letter"));
    auto *compact = new QPushButton(tr("Compact"), this);
    compact->setObjectName(QStringLiteral("jsonCompact"));
    compact->setToolTip(tr("Removes white space between values"));
    setRole(format, "quiet");
    setRole(compact, "quiet");

    auto *foot = makeFoot();
    foot->addWidget(m_status, 1);
    foot->addWidget(format);
    foot->addWidget(compact);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_edit, 1);
    all->addLayout(foot);

    connect(m_edit, &QPlainTextEdit::textChanged, this, &JsonPage::check);
    connect(format, &QPushButton::clicked, this, [this] { rewrite(&payload::laidOutJson); });
    connect(compact, &QPushButton::clicked, this, [this] { rewrite(&payload::compactJson); });
    connect(&Theme::instance(), &Theme::changed, this, &JsonPage::check);
    check();
}

void JsonPage::compose(const Done &done)
{
    const QString text = exactText(m_edit);
    const JsonProblem problem = checkJson(text);
    if (problem.isNone()) {
        done(textMessage(text));
        return;
    }
    done(Error{ErrorKind::Usage,
               tr("This is not valid JSON: line %1, column %2: %3.").arg(problem.line).arg(problem.column).arg(problem.message),
               tr("Mend it, or send it as it is from the Text tab."), {}});
}

QJsonObject JsonPage::save() const
{
    return {{textKey, exactText(m_edit)}};
}

void JsonPage::load(const QJsonObject &content)
{
    replaceText(m_edit, content.value(textKey).toString());
}

QString JsonPage::summary() const
{
    return exactText(m_edit).simplified();
}

void JsonPage::focusFirst()
{
    m_edit->setFocus();
}

void JsonPage::check()
{
    const QString text = exactText(m_edit);
    const JsonProblem problem = text.isEmpty() ? JsonProblem{} : checkJson(text);
    QList<QTextEdit::ExtraSelection> marks;
    if (problem.isNone()) {
        m_status->setText(text.isEmpty() ? tr("Any JSON value") : tr("Valid JSON, %1").arg(sizeOf(text)));
    } else {
        const QString where = tr("Line %1, column %2: %3").arg(problem.line).arg(problem.column).arg(problem.message);
        m_status->setText(inToken(Theme::glyph(Meaning::Violation) + u' ' + where, Token::Violation));
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(m_edit->document());
        // Behind the last character there is nothing to mark: mark that one.
        mark.cursor.setPosition(static_cast<int>(qMin(problem.position, text.size() - 1)));
        mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
        mark.format.setBackground(Theme::instance().color(Token::ViolationBackground));
        mark.format.setForeground(Theme::instance().color(Token::Violation));
        marks.append(mark);
    }
    m_edit->setExtraSelections(marks);
    Q_EMIT changed();
}

void JsonPage::rewrite(QString (*with)(const QString &))
{
    const QString text = exactText(m_edit);
    if (checkJson(text).isNone())
        replaceText(m_edit, with(text));
    m_edit->setFocus();
}

} // namespace wsw::desktop
