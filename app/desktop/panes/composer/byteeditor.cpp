#include "panes/composer/byteeditor.h"

#include "stats/durationtext.h"
#include "theme/theme.h"
#include "widgets/exacttext.h"
#include "widgets/tokentext.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace wsw::desktop {

QString byteFormatName(ByteFormat format)
{
    switch (format) {
    case ByteFormat::Text: return QStringLiteral("text");
    case ByteFormat::Hex: return QStringLiteral("hex");
    case ByteFormat::Base64: return QStringLiteral("base64");
    case ByteFormat::Escaped: return QStringLiteral("escaped");
    }
    Q_UNREACHABLE();
}

ByteFormat byteFormatFromName(const QString &name)
{
    if (name == QLatin1String("text"))
        return ByteFormat::Text;
    if (name == QLatin1String("escaped"))
        return ByteFormat::Escaped;
    return name == QLatin1String("base64") ? ByteFormat::Base64 : ByteFormat::Hex;
}

ByteEditor::ByteEditor(const QList<ByteFormat> &formats, QWidget *parent)
    : QWidget(parent)
    , m_edit(new QPlainTextEdit(this))
    , m_format(new QComboBox(this))
    , m_status(new QLabel(this))
    , m_lastFormat(formats.first())
{
    m_edit->setFont(Theme::instance().font(FontRole::Mono));
    m_edit->setTabChangesFocus(true);
    for (const ByteFormat format : formats)
        m_format->addItem(byteFormatName(format), static_cast<int>(format));
    m_format->setAccessibleName(tr("How the bytes are typed"));
    m_format->setObjectName(QStringLiteral("byteFormat"));
    m_status->setObjectName(QStringLiteral("byteStatus"));
    setRole(m_status, "caption");

    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(metrics::space12, 0, metrics::space12, metrics::space4);
    foot->setSpacing(metrics::space8);
    foot->addWidget(m_format);
    foot->addWidget(m_status, 1);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(metrics::space4);
    all->addWidget(m_edit, 1);
    all->addLayout(foot);

    connect(m_edit, &QPlainTextEdit::textChanged, this, &ByteEditor::read);
    connect(m_format, &QComboBox::activated, this, &ByteEditor::changeFormat);
    connect(&Theme::instance(), &Theme::changed, this, &ByteEditor::showStatus);
    read();
}

ByteFormat ByteEditor::format() const
{
    return static_cast<ByteFormat>(m_format->currentData().toInt());
}

QString ByteEditor::text() const
{
    return exactText(m_edit);
}

void ByteEditor::setBytes(const QByteArray &bytes)
{
    auto text = writeBytes(bytes, format());
    // A text field gives back only what it can hold; everything else is edited as hex.
    const bool lossy = !text || (format() == ByteFormat::Text && !isKeptExactly(*text));
    if (lossy) {
        setText(*writeBytes(bytes, ByteFormat::Hex), ByteFormat::Hex);
        return;
    }
    setText(*text, format());
}

void ByteEditor::setText(const QString &text, ByteFormat format)
{
    const int index = m_format->findData(static_cast<int>(format));
    if (index >= 0)
        m_format->setCurrentIndex(index);
    m_lastFormat = this->format();
    replaceText(m_edit, text);
    read();
}

void ByteEditor::read()
{
    m_content = readBytes(text(), format());
    showStatus();
    Q_EMIT changed();
}

void ByteEditor::changeFormat()
{
    const ByteText before = readBytes(text(), m_lastFormat);
    const auto rewritten = before.ok() ? writeBytes(before.bytes, format()) : std::nullopt;
    m_lastFormat = format();
    // What cannot be carried over stays as typed, and is judged in the new format.
    if (rewritten && isKeptExactly(*rewritten))
        replaceText(m_edit, *rewritten);
    read();
}

void ByteEditor::showStatus()
{
    QList<QTextEdit::ExtraSelection> marks;
    if (m_content.ok()) {
        m_status->setText(stats::sizeText(static_cast<quint64>(m_content.bytes.size())));
    } else {
        const QString where = tr("Position %1: %2").arg(m_content.position + 1).arg(m_content.problem);
        m_status->setText(inToken(Theme::glyph(Meaning::Violation) + u' ' + where, Token::Violation));
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(m_edit->document());
        mark.cursor.setPosition(static_cast<int>(m_content.position));
        mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
        mark.format.setBackground(Theme::instance().color(Token::ViolationBackground));
        mark.format.setForeground(Theme::instance().color(Token::Violation));
        marks.append(mark);
    }
    m_edit->setExtraSelections(marks);
}

} // namespace wsw::desktop
