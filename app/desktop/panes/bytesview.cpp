#include "panes/bytesview.h"

#include "capture/document.h"
#include "models/payloadsource.h"
#include "models/recordtext.h"
#include "models/wirebytes.h"
#include "panes/inspection.h"
#include "theme/theme.h"
#include "widgets/emptypage.h"
#include "widgets/flowlayout.h"
#include "widgets/hexwidget.h"
#include "widgets/segments.h"
#include "workspace.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>
#include <QtConcurrent>

namespace wsw::desktop {

namespace {

/// More than this on the clipboard helps nobody and stops other programs; Save in the Message tab has no such limit.
constexpr quint64 copyBytes = quint64{16} * 1024 * 1024;

/// Of a larger payload only so much is searched.
constexpr qsizetype searchedBytes = 64 * 1024 * 1024;

/// What is to be copied, as the worker needs it.
struct CopyJob
{
    std::shared_ptr<capture::Document> document;
    capture::RecordHeader record;
    HexWidget::Form form;
    HexWidget::Range range;
    BytesFormat format;
};

/// Bytes of the frame, header first, in the form that is shown. For workers.
Result<QByteArray> readRange(const CopyJob &job)
{
    const bool inflated = job.form == HexWidget::Form::Inflated;
    const bool hasHeader = job.record.kind == wire::RecordKind::Frame && !inflated;
    const QByteArray header = hasHeader ? wire::serializeHeader(job.record.frame) : QByteArray();
    const auto headerSize = static_cast<quint64>(header.size());
    QByteArray result;
    quint64 first = job.range.first;
    quint64 count = job.range.count;
    if (first < headerSize) {
        result = header.mid(static_cast<qsizetype>(first), static_cast<qsizetype>(count));
        count -= static_cast<quint64>(result.size());
        first = headerSize;
    }
    if (count == 0)
        return result;
    auto payload = job.document->readPayload(job.record.id, first - headerSize, static_cast<qsizetype>(count),
                                             inflated ? capture::PayloadForm::Inflated : capture::PayloadForm::Wire);
    if (!payload)
        return payload.error();
    return result + (job.form == HexWidget::Form::Wire ? asOnTheWire(*payload, job.record.frame, first - headerSize) : *payload);
}

QString rangeText(HexWidget::Range range)
{
    return range.count == 1 ? BytesView::tr("byte %1").arg(groupedNumber(range.first))
                            : BytesView::tr("bytes %1 to %2, %3 in all")
                                  .arg(groupedNumber(range.first), groupedNumber(range.first + range.count - 1), groupedNumber(range.count));
}

} // namespace

BytesView::BytesView(Inspection *inspection, QWidget *parent)
    : QStackedWidget(parent), m_inspection(inspection), m_source(new PayloadSource(this)),
      m_empty(new EmptyPage(tr("Select a frame in the log to see its bytes."), this))
{
    setRole(this, "panel");
    m_content = makeContent();
    addWidget(m_empty);
    addWidget(m_content);
    connect(inspection, &Inspection::recordChanged, this, &BytesView::showRecord);
    connect(inspection->workspace(), &Workspace::searchTermChanged, this, &BytesView::look);
    connect(inspection, &Inspection::partChanged, this, [this] {
        m_hex->setPart(m_inspection->part());
        showSelection();
    });
    showRecord();
}

BytesView::~BytesView()
{
    if (m_cancelled)
        *m_cancelled = true;
}

QWidget *BytesView::makeContent()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, metrics::space8, 0, 0);
    column->setSpacing(metrics::space8);

    // In the order of HexWidget::Form.
    m_forms = new Segments({tr("As on the wire"), tr("Unmasked"), tr("Inflated")}, page);
    m_forms->setObjectName(QStringLiteral("bytesForm"));
    m_forms->setCurrent(0);
    auto *copyButton = new QPushButton(Theme::instance().icon(QStringLiteral("copy"), Token::Text), tr("Copy as"), page);
    copyButton->setObjectName(QStringLiteral("bytesCopyButton"));
    auto *menu = new QMenu(tr("Copy bytes"), copyButton);
    for (const BytesFormat format : {BytesFormat::Hex, BytesFormat::Text, BytesFormat::Base64, BytesFormat::CArray})
        menu->addAction(formatName(format), this, [this, format] { copy(format); });
    copyButton->setMenu(menu);
    // In a narrow pane one below the other.
    auto *row = new FlowLayout(metrics::space8, metrics::space8);
    row->setContentsMargins(metrics::space12, 0, metrics::space12, 0);
    row->addWidget(m_forms);
    row->addWidget(copyButton);
    column->addLayout(row);

    m_hex = new HexWidget(m_source, page);
    column->addWidget(m_hex, 1);
    m_status = new QLabel(page);
    m_status->setObjectName(QStringLiteral("bytesStatus"));
    setRole(m_status, "caption");
    m_status->setContentsMargins(metrics::space12, 0, metrics::space12, metrics::space8);
    column->addWidget(m_status);

    connect(m_forms, &Segments::chosen, this, [this](int index) {
        m_wanted = static_cast<HexWidget::Form>(index);
        if (m_inspection->state() == Inspection::State::Ready)
            showBytes();
    });
    connect(m_hex, &HexWidget::partSelected, m_inspection, &Inspection::selectPart);
    connect(m_hex, &HexWidget::selectionChanged, this, &BytesView::showSelection);
    connect(m_hex, &HexWidget::copyRequested, this, [this] { copy(BytesFormat::Hex); });
    connect(m_source, &PayloadSource::failed, this, [this](const Error &error) { m_status->setText(error.message + QLatin1Char(' ') + error.remedy); });
    m_hex->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_hex, &QWidget::customContextMenuRequested, this, [this, menu](QPoint at) { menu->popup(m_hex->mapToGlobal(at)); });
    return page;
}

void BytesView::showRecord()
{
    if (m_inspection->state() != Inspection::State::Ready) {
        m_source->clear();
        m_hex->setRecord({}, HexWidget::Form::Wire);
        m_empty->setSentence(m_inspection->state() == Inspection::State::Loading ? tr("Reading the frame…")
                                                                                 : tr("Select a frame in the log to see its bytes."));
        setCurrentWidget(m_empty);
        return;
    }
    showBytes();
    setCurrentWidget(m_content);
}

void BytesView::showBytes()
{
    const capture::Record &record = m_inspection->record();
    const bool masked = m_inspection->isFrame() && record.header.frame.masked;
    const bool compressed = m_inspection->isFrame() && record.header.isCompressed();
    using Form = HexWidget::Form;
    // What this frame does not have is shown as on the wire; the choice stands for the next one.
    const bool has = m_wanted == Form::Wire || (m_wanted == Form::Unmasked && masked) || (m_wanted == Form::Inflated && compressed);
    const Form form = has ? m_wanted : Form::Wire;
    m_forms->setEnabled(masked || compressed);
    m_forms->setSegmentEnabled(static_cast<int>(Form::Unmasked), masked);
    m_forms->setSegmentEnabled(static_cast<int>(Form::Inflated), compressed);
    m_forms->setCurrent(static_cast<int>(form));
    m_source->setRecord(m_inspection->document(), record,
                        form == Form::Inflated ? capture::PayloadForm::Inflated : capture::PayloadForm::Wire);
    m_hex->setRecord(record.header, form);
    m_hex->setPart(m_inspection->part());
    look();
}

void BytesView::look()
{
    if (m_cancelled)
        *m_cancelled = true;
    m_hex->setMarks({});
    const SearchTerm &term = m_inspection->workspace()->searchTerm();
    const bool isWanted = !term.text.isEmpty() && m_inspection->state() == Inspection::State::Ready;
    m_isToLook = isWanted && !isVisible();
    showSelection();
    if (!isWanted || m_isToLook)
        return;
    const bool isInflated = m_hex->form() == HexWidget::Form::Inflated;
    m_cancelled = std::make_shared<std::atomic_bool>(false);
    QtConcurrent::run([document = m_inspection->document(), id = m_inspection->record().header.id, isInflated, term, cancelled = m_cancelled] {
        if (*cancelled)
            return Places();
        const auto bytes = document->readPayload(id, 0, searchedBytes, isInflated ? capture::PayloadForm::Inflated : capture::PayloadForm::Wire);
        return bytes && !*cancelled ? placesInBytes(term, *bytes) : Places();
    }).then(this, [this, cancelled = m_cancelled](const Places &places) {
        if (*cancelled || places.isEmpty())
            return;
        m_hex->setMarks(places);
        m_hex->showMark(0);
    });
}

void BytesView::showEvent(QShowEvent *event)
{
    QStackedWidget::showEvent(event);
    if (m_isToLook)
        look();
}

bool BytesView::isSearchedInPart() const
{
    const auto form = m_hex->form() == HexWidget::Form::Inflated ? capture::PayloadForm::Inflated : capture::PayloadForm::Wire;
    const bool isLarge = m_inspection->record().header.stored(form) > static_cast<quint64>(searchedBytes);
    return isLarge && !m_inspection->workspace()->searchTerm().text.isEmpty();
}

void BytesView::showSelection()
{
    if (m_inspection->state() != Inspection::State::Ready)
        return;
    const HexWidget::Range range = m_hex->selection();
    if (range.count == 0) {
        m_status->setText(tr("There are no bytes in this record."));
        return;
    }
    QString text = rangeText(range);
    if (m_hex->form() == HexWidget::Form::Inflated) {
        text += QStringLiteral(" · ") + tr("inflated, not on the wire");
    } else if (m_inspection->isFrame()) {
        const lesson::HeaderPart part = m_inspection->part();
        text += QStringLiteral(" · ") + lesson::partName(part);
    }
    if (isSearchedInPart())
        text += QStringLiteral(" · ") + tr("only the first %1 bytes of the payload are searched").arg(groupedNumber(static_cast<quint64>(searchedBytes)));
    m_status->setText(text);
    m_hex->setAccessibleDescription(text + QStringLiteral(": ") + bytesText(m_hex->bytesAt(range.first, 16), BytesFormat::Hex));
}

void BytesView::copy(BytesFormat format)
{
    HexWidget::Range range = m_hex->selection();
    if (m_inspection->state() != Inspection::State::Ready || range.count == 0)
        return;
    // One byte is where the cursor stands, not a choice: the whole record is meant.
    if (range.count == 1)
        range = {0, m_hex->size()};
    const bool cut = range.count > copyBytes;
    range.count = std::min(range.count, copyBytes);
    const CopyJob job{m_inspection->document(), m_inspection->record().header, m_hex->form(), range, format};
    m_status->setText(tr("Copying…"));
    QtConcurrent::run([job]() -> Result<QString> {
        auto bytes = readRange(job);
        if (!bytes)
            return bytes.error();
        return bytesText(*bytes, job.format);
    }).then(this, [this, format, cut, count = range.count](const Result<QString> &text) {
        if (!text) {
            m_status->setText(text.error().message + QLatin1Char(' ') + text.error().remedy);
            return;
        }
        QGuiApplication::clipboard()->setText(*text);
        m_status->setText(cut ? tr("Copied the first %1 bytes as %2: more does not fit on the clipboard.").arg(groupedNumber(count), formatName(format))
                              : tr("Copied %1 bytes as %2.").arg(groupedNumber(count), formatName(format)));
    });
}

} // namespace wsw::desktop
