// What the composer's pages hold: drafts, history, saved messages, recorded frames to send again.

#include "panes/composerpane.h"

#include "panes/composer/binarypage.h"
#include "panes/composer/editableframe.h"
#include "panes/composer/framepage.h"
#include "panes/composer/textpages.h"
#include "widgets/inlinemessage.h"
#include "workspace.h"

#include <QJsonDocument>
#include <QSettings>
#include <QTabWidget>
#include <QtConcurrentRun>

namespace wsw::desktop {

namespace {

/// A draft above this is not kept between starts.
constexpr qsizetype largestDraft = 64 * 1024;
constexpr qsizetype labelLength = 60;

QString shortened(const QString &text)
{
    if (text.isEmpty())
        return ComposerPane::tr("(empty)");
    return text.size() <= labelLength ? text : text.left(labelLength - 1) + u'…';
}

} // namespace

void ComposerPane::suggest(const QString &text)
{
    if (m_text->summary().isEmpty())
        m_text->setText(text);
}

ComposedMessage ComposerPane::current() const
{
    return {m_pages.at(m_tabs->currentIndex()).first, page()->save(), shortened(page()->summary())};
}

void ComposerPane::recall(const ComposedMessage &message)
{
    for (int i = 0; i < m_pages.size(); ++i) {
        if (m_pages.at(i).first == message.page) {
            m_tabs->setCurrentIndex(i);
            m_pages.at(i).second->load(message.content);
            return;
        }
    }
}

void ComposerPane::editAndSend(RecordId record)
{
    const auto document = m_workspace->document();
    if (!document || !record.isValid())
        return;
    QtConcurrent::run(&readForEditing, document, record).then(this, [this, document](const Result<EditableFrame> &frame) {
        if (document != m_workspace->document())
            return;
        if (frame)
            showForEditing(*frame);
        else
            m_message->showError(frame.error());
    });
}

void ComposerPane::showForEditing(const EditableFrame &frame)
{
    m_message->clear();
    switch (frame.fits) {
    case EditableFrame::Fits::Text:
        m_tabs->setCurrentWidget(m_text);
        m_text->setText(QString::fromUtf8(frame.payload));
        break;
    case EditableFrame::Fits::Binary:
        m_tabs->setCurrentWidget(m_binary);
        m_binary->setBytes(frame.payload);
        break;
    case EditableFrame::Fits::FrameOnly:
        m_tabs->setCurrentWidget(m_frame);
        m_frame->setFrame(frame.header, frame.payload);
        break;
    }
    page()->focusFirst();
}

void ComposerPane::loadDrafts()
{
    const QSettings settings;
    for (const auto &[key, page] : std::as_const(m_pages)) {
        const QByteArray draft = settings.value(QStringLiteral("composer/draft/") + key).toByteArray();
        if (!draft.isEmpty())
            page->load(QJsonDocument::fromJson(draft).object());
        page->disarm();
    }
    // Always on Text: after a start Send must never close or break anything.
    m_tabs->setCurrentWidget(m_text);
}

void ComposerPane::saveDrafts() const
{
    QSettings settings;
    for (const auto &[key, page] : m_pages) {
        const QByteArray draft = QJsonDocument(page->save()).toJson(QJsonDocument::Compact);
        const QString name = QStringLiteral("composer/draft/") + key;
        // One too large to be kept must not bring an older one back.
        if (draft.size() <= largestDraft)
            settings.setValue(name, draft);
        else
            settings.remove(name);
    }
}

} // namespace wsw::desktop
