#include "panes/anatomyview.h"

#include "models/recordtext.h"
#include "panes/inspection.h"
#include "theme/theme.h"
#include "widgets/anatomywidget.h"
#include "widgets/chip.h"
#include "widgets/columnscroll.h"
#include "widgets/elidedlabel.h"
#include "widgets/emptypage.h"
#include "widgets/explanationcard.h"
#include "widgets/flowlayout.h"
#include "widgets/framebyteswidget.h"
#include "widgets/unmaskcard.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace wsw::desktop {

using lesson::HeaderPart;

namespace {

QString keyText(const wire::FrameHeader &frame)
{
    return frame.masked ? lesson::partValue(frame, HeaderPart::MaskingKey) : AnatomyView::tr("none, this frame is not masked");
}

} // namespace

AnatomyView::AnatomyView(Inspection *inspection, QWidget *parent)
    : QStackedWidget(parent), m_inspection(inspection), m_empty(new EmptyPage({}, this)),
      m_toHandshake(new QPushButton(tr("Show the handshake"), m_empty))
{
    setRole(this, "panel");
    m_content = makeContent();
    m_empty->addAction(m_toHandshake);
    addWidget(m_empty);
    addWidget(m_content);
    connect(m_toHandshake, &QPushButton::clicked, this, &AnatomyView::handshakeRequested);
    connect(inspection, &Inspection::recordChanged, this, &AnatomyView::showRecord);
    connect(inspection, &Inspection::partChanged, this, &AnatomyView::showPart);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_key->setFont(Theme::instance().font(FontRole::Mono));
        m_inflated->setFont(Theme::instance().font(FontRole::Mono));
    });
    showRecord();
}

QWidget *AnatomyView::makeContent()
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    column->setSpacing(metrics::space12);

    m_anatomy = new AnatomyWidget(page);
    m_card = new ExplanationCard(QStringLiteral("explanation"), page);
    m_card->setAccented(true);
    m_unmask = new UnmaskCard(page);
    auto *figure = new QVBoxLayout;
    figure->setSpacing(metrics::space8);
    figure->addWidget(makeHead());
    figure->addWidget(m_anatomy);
    column->addLayout(figure);
    column->addWidget(makeBytesCard());
    column->addWidget(m_card);
    column->addWidget(m_unmask);
    column->addWidget(makeButtons());
    column->addStretch(1);
    auto *scroll = new ColumnScroll(page, this);

    connect(m_anatomy, &AnatomyWidget::partSelected, m_inspection, &Inspection::selectPart);
    connect(m_bytes, &FrameBytesWidget::partSelected, m_inspection, &Inspection::selectPart);
    connect(m_anatomy, &AnatomyWidget::partHovered, this, &AnatomyView::setHovered);
    connect(m_bytes, &FrameBytesWidget::partHovered, this, &AnatomyView::setHovered);
    connect(m_unmask, &UnmaskCard::stepped, m_bytes, &FrameBytesWidget::setStep);
    connect(m_unmask, &UnmaskCard::closed, this, [this] {
        setUnmasking(false);
        m_unmaskButton->setFocus();
    });
    return scroll;
}

QWidget *AnatomyView::makeHead()
{
    auto *head = new QWidget(this);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::space8);
    m_number = new QLabel(head);
    m_number->setObjectName(QStringLiteral("frameNumber"));
    setRole(m_number, "title");
    m_chip = new Chip(head);
    m_sizes = new QLabel(head);
    m_sizes->setObjectName(QStringLiteral("frameSizes"));
    setRole(m_sizes, "secondary");
    m_sizes->setWordWrap(true);     // large sizes in a narrow pane
    row->addWidget(m_number);
    row->addWidget(m_chip);
    row->addWidget(m_sizes, 1);
    return head;
}

QWidget *AnatomyView::makeBytesCard()
{
    auto *card = new QFrame(this);
    setRole(card, "card");
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(metrics::space12, metrics::space8, metrics::space12, metrics::space8);
    column->setSpacing(metrics::space4);
    m_bytes = new FrameBytesWidget(card);
    column->addWidget(m_bytes);

    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::space8);
    auto *caption = new QLabel(tr("Masking key"), card);
    setRole(caption, "caption");
    m_key = new QLabel(card);
    m_key->setObjectName(QStringLiteral("maskKeyLabel"));
    m_key->setAccessibleName(tr("Masking key"));
    m_key->setWordWrap(true);   // what it says where there is none must not make the window wider
    m_key->setFont(Theme::instance().font(FontRole::Mono));
    m_key->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    row->addWidget(caption);
    row->addWidget(m_key, 1);
    column->addLayout(row);

    m_inflatedRow = new QWidget(card);
    auto *inflatedLine = new QHBoxLayout(m_inflatedRow);
    inflatedLine->setContentsMargins(0, 0, 0, 0);
    inflatedLine->setSpacing(metrics::space8);
    auto *inflatedCaption = new QLabel(tr("Inflated"), m_inflatedRow);
    setRole(inflatedCaption, "caption");
    m_inflated = new ElidedLabel(m_inflatedRow);
    m_inflated->setObjectName(QStringLiteral("inflatedLabel"));
    m_inflated->setAccessibleName(tr("Payload, inflated"));
    m_inflated->setFont(Theme::instance().font(FontRole::Mono));
    inflatedLine->addWidget(inflatedCaption);
    inflatedLine->addWidget(m_inflated, 1);
    column->addWidget(m_inflatedRow);
    return card;
}

QWidget *AnatomyView::makeButtons()
{
    auto *bar = new QWidget(this);
    auto *row = new FlowLayout(metrics::space8, metrics::space8);
    bar->setLayout(row);
    m_unmaskButton = new QPushButton(Theme::instance().icon(QStringLiteral("play"), Token::Text), tr("Unmask step by step"), bar);
    m_unmaskButton->setObjectName(QStringLiteral("unmaskButton"));
    auto *edit = new QPushButton(Theme::instance().icon(QStringLiteral("pen"), Token::Text), tr("Edit and send again"), bar);
    edit->setObjectName(QStringLiteral("editAndSendButton"));
    row->addWidget(m_unmaskButton);
    row->addWidget(edit);
    connect(m_unmaskButton, &QPushButton::clicked, this, [this] { setUnmasking(m_unmask->isHidden()); });
    connect(edit, &QPushButton::clicked, this, &AnatomyView::editAndSendRequested);
    return bar;
}

void AnatomyView::showRecord()
{
    if (m_inspection->isFrame())
        showFrame();
    else
        showOtherRecord();
}

void AnatomyView::showOtherRecord()
{
    setCurrentWidget(m_empty);
    m_toHandshake->setVisible(false);
    switch (m_inspection->state()) {
    case Inspection::State::Nothing: m_empty->setSentence(tr("Select a frame in the log to see every bit of it.")); return;
    case Inspection::State::Loading: m_empty->setSentence(tr("Reading the frame…")); return;
    case Inspection::State::Ready: break;
    }
    if (m_inspection->record().header.integrity == capture::Integrity::Lost) {
        m_empty->setSentence(tr("This record lies in a damaged part of the capture file, or in an archive that is not beside it. Only its number is known."));
        return;
    }
    m_toHandshake->setVisible(true);
    switch (m_inspection->record().header.kind) {
    case wire::RecordKind::RequestHead:
    case wire::RecordKind::ResponseHead:
        m_empty->setSentence(tr("This is a head of the opening handshake: lines of text, not a frame. The Handshake tab explains each line."));
        return;
    case wire::RecordKind::Body:
        m_empty->setSentence(tr("This is the body of an ordinary web answer, not a frame. The Handshake tab shows why the server did not switch."));
        return;
    case wire::RecordKind::Raw:
        m_empty->setSentence(tr("These bytes are neither a head nor a frame. The Bytes tab shows them as they are."));
        return;
    case wire::RecordKind::End:
        m_empty->setSentence(tr("Here TCP ended; there are no more bits to show. The Explain tab says how it ended."));
        return;
    case wire::RecordKind::Frame: return;
    }
}

void AnatomyView::showFrame()
{
    const capture::Record &record = m_inspection->record();
    const wire::FrameHeader &frame = record.header.frame;
    m_number->setText(tr("Frame %1").arg(groupedNumber(record.header.id.value())));
    const bool sent = record.header.direction == Direction::Sent;
    const Meaning meaning = meaningOf(record);
    QString glyph = Theme::glyph(sent ? Meaning::Sent : Meaning::Received);
    if (meaning != Meaning::Sent && meaning != Meaning::Received)
        glyph.prepend(Theme::glyph(meaning));
    m_chip->set(QStringLiteral("%1 %2 · %3").arg(glyph, sent ? tr("sent") : tr("received"), frameName(record)), meaning);
    const QString sizes = tr("%1 bytes on the wire, %2 of payload").arg(groupedNumber(frame.wireSize()), groupedNumber(frame.length));
    const bool compressed = record.header.isCompressed();
    m_sizes->setText(compressed ? sizes + tr(", inflated to %1").arg(groupedNumber(record.header.inflatedLength)) : sizes);
    m_sizes->setToolTip(m_sizes->text());
    m_anatomy->setFrame(record, m_inspection->context());
    m_bytes->setFrame(record);
    m_key->setText(keyText(frame));
    m_inflatedRow->setVisible(compressed);
    m_inflated->setText(compressed ? previewText(record) : QString());
    m_unmaskButton->setEnabled(frame.masked && !record.payload.isEmpty());
    setUnmasking(!m_unmask->isHidden() && m_unmaskButton->isEnabled() && currentWidget() == m_content);
    showPart();
    setCurrentWidget(m_content);
}

void AnatomyView::showPart()
{
    if (!m_inspection->isFrame())
        return;
    m_anatomy->setPart(m_inspection->part());
    m_bytes->setPart(m_inspection->part());
    m_card->setExplanation(m_inspection->explanationOf(m_inspection->part()));
}

void AnatomyView::setHovered(std::optional<HeaderPart> part)
{
    if (!m_inspection->isFrame())
        return;
    m_bytes->setHovered(part);
    m_card->setExplanation(m_inspection->explanationOf(part.value_or(m_inspection->part())));
    m_card->setAccented(!part || *part == m_inspection->part());
}

void AnatomyView::setUnmasking(bool on)
{
    m_unmask->setVisible(on);
    if (on) {
        m_unmask->setFrame(m_inspection->record());
        m_unmask->setFocus();
    }
    m_bytes->setStep(on ? std::optional<qsizetype>(m_unmask->current()) : std::nullopt);
}

} // namespace wsw::desktop
