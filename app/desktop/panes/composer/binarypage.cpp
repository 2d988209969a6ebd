#include "panes/composer/binarypage.h"

#include "panes/composer/byteeditor.h"
#include "theme/theme.h"

#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace wsw::desktop {

BinaryPage::BinaryPage(QWidget *parent)
    : ComposerPage(parent)
    , m_editor(new ByteEditor({ByteFormat::Hex, ByteFormat::Base64}, this))
{
    m_editor->edit()->setObjectName(QStringLiteral("composerBinary"));
    m_editor->edit()->setAccessibleName(tr("Bytes to send"));
    m_editor->edit()->setPlaceholderText(tr("01 02 0a ff, 0x01,0x02 or 01020aff"));
    m_editor->edit()->document()->setDocumentMargin(metrics::space12);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_editor);
    connect(m_editor, &ByteEditor::changed, this, &BinaryPage::changed);
}

void BinaryPage::compose(const Done &done)
{
    const ByteText &content = m_editor->content();
    if (!content.ok()) {
        done(Error{ErrorKind::Usage, tr("Position %1: %2.").arg(content.position + 1).arg(content.problem),
                   tr("Mend the marked place; nothing was sent."), {}});
        return;
    }
    session::Outgoing outgoing;
    outgoing.kind = session::Outgoing::Kind::Binary;
    outgoing.payload = content.bytes;
    done(outgoing);
}

QJsonObject BinaryPage::save() const
{
    return {{QStringLiteral("text"), m_editor->text()}, {QStringLiteral("format"), byteFormatName(m_editor->format())}};
}

void BinaryPage::load(const QJsonObject &content)
{
    m_editor->setText(content.value(QStringLiteral("text")).toString(),
                      byteFormatFromName(content.value(QStringLiteral("format")).toString()));
}

QString BinaryPage::summary() const
{
    return m_editor->text().simplified();
}

void BinaryPage::focusFirst()
{
    m_editor->edit()->setFocus();
}

void BinaryPage::setBytes(const QByteArray &bytes)
{
    m_editor->setBytes(bytes);
}

} // namespace wsw::desktop
