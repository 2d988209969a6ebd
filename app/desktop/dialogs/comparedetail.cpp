// The selected row of a comparison: both messages whole, and in words how they differ. A worker reads them.

#include "dialogs/comparedialog.h"

#include "models/diffmodel.h"
#include "payload/jsontext.h"
#include "payload/reading.h"
#include "scans.h"
#include "widgets/plaintextview.h"
#include "workspace.h"

#include <QLabel>
#include <QTableView>

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

void CompareDialog::showDetail()
{
    const quint64 asked = ++m_details;
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
        [comparison, entry](const std::atomic_bool &) {
            Detail detail;
            detail.difference = comparison->difference(entry);
            detail.left = textOf(comparison->leftOf(entry), comparison->leftPayload(entry));
            detail.right = textOf(comparison->rightOf(entry), comparison->rightPayload(entry));
            return detail;
        },
        [this, asked, kind = entry.kind](const Detail &detail) {
            if (asked != m_details)
                return;
            const QString words = DiffModel::glyph(kind) + QLatin1Char(' ') + DiffModel::words(kind);
            m_difference->setText(detail.difference.isEmpty() ? words : words + QStringLiteral(":  ") + detail.difference);
            m_leftText->setText(detail.left);
            m_rightText->setText(detail.right);
        });
}

} // namespace wsw::desktop
