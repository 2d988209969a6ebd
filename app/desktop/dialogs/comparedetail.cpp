// The selected row of a comparison: both messages whole, and in words how they differ. A worker reads them.

#include "dialogs/comparedialog.h"

#include "models/diffmodel.h"
#include "payload/jsontext.h"
#include "payload/reading.h"
#include "scans.h"
#include "theme/theme.h"
#include "widgets/plaintextview.h"
#include "workspace.h"

#include <QLabel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

/// More of a message is not worth reading beside another.
constexpr qsizetype shownBytes = 64 * 1024;
constexpr qsizetype shownBinaryBytes = 4 * 1024;
constexpr qsizetype bytesALine = 16;

QString hexLines(const QByteArray &bytes)
{
    QStringList lines;
    for (qsizetype at = 0; at < std::min(bytes.size(), shownBinaryBytes); at += bytesALine)
        lines += QString::fromLatin1(bytes.mid(at, std::min(bytesALine, shownBinaryBytes - at)).toHex(' '));
    if (bytes.size() > shownBinaryBytes)
        lines += QStringLiteral("…");
    return lines.join(QLatin1Char('\n'));
}

QString textOf(const replay::MessageRef *message, const Result<QByteArray> &payload)
{
    if (message == nullptr)
        return {};
    if (!payload)
        return payload.error().message;
    if (message->kind == replay::MessageKind::Binary || message->kind == replay::MessageKind::Close)
        return hexLines(*payload);
    if (payload->size() <= shownBytes) {
        const QString text = QString::fromUtf8(*payload);
        return payload::isJson(*payload) ? payload::laidOutJson(text, payload::mostText).value_or(text) : text;
    }
    return QString::fromUtf8(payload->first(shownBytes)) + QStringLiteral("…");
}

} // namespace

void CompareDialog::buildDetail(QVBoxLayout *column)
{
    m_difference = new QLabel(this);
    m_difference->setObjectName(QStringLiteral("compareDifference"));
    m_difference->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_difference->setWordWrap(true);
    m_difference->setTextFormat(Qt::PlainText); // what a peer has said stands in it
    setRole(m_difference, "mono");
    m_texts = new QSplitter(Qt::Horizontal, this);
    m_texts->setChildrenCollapsible(false);
    const auto makeText = [texts = m_texts](const char *name, const QString &says) {
        auto *text = new PlainTextView(texts);
        text->setObjectName(QLatin1String(name));
        text->setAccessibleName(says);
        text->setFont(Theme::instance().font(FontRole::Mono));
        return text;
    };
    m_leftText = makeText("compareLeftText", tr("Message on the left"));
    m_rightText = makeText("compareRightText", tr("Message on the right"));
    column->addWidget(m_difference);
    column->addWidget(m_texts, 2);
}

void CompareDialog::showDetail()
{
    const quint64 asked = ++*m_details;
    const QModelIndex current = m_list->currentIndex();
    const auto comparison = m_model->comparison();
    if (!current.isValid() || !comparison) {
        m_difference->clear();
        m_leftText->setText({});
        m_rightText->setText({});
        return;
    }
    const replay::CompareEntry entry = m_model->entryAt(current.row());
    m_workspace->scans().run(
        this,
        [comparison, entry, asked, latest = m_details](const std::atomic_bool &cancelled) {
            Detail detail;
            // Whoever walks through the list waits for the row where he stops, not for all those before.
            if (cancelled || *latest != asked)
                return detail;
            detail.difference = comparison->difference(entry);
            detail.left = textOf(comparison->leftOf(entry), comparison->leftPayload(entry));
            detail.right = textOf(comparison->rightOf(entry), comparison->rightPayload(entry));
            return detail;
        },
        [this, asked, kind = entry.kind](const Detail &detail) {
            if (asked != *m_details)
                return;
            const QString words = DiffModel::glyph(kind) + QLatin1Char(' ') + DiffModel::words(kind);
            m_difference->setText(detail.difference.isEmpty() ? words : words + QStringLiteral(":  ") + detail.difference);
            m_leftText->setText(detail.left);
            m_rightText->setText(detail.right);
        });
}

} // namespace wsw::desktop
