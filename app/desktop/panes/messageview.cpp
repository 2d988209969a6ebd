#include "panes/messageview.h"

#include "capture/document.h"
#include "models/messagefile.h"
#include "models/messagetext.h"
#include "models/recordsaying.h"
#include "models/recordtext.h"
#include "panes/inspection.h"
#include "panes/messagemarks.h"
#include "panes/messagetree.h"
#include "panes/readingchooser.h"
#include "panes/schemabar.h"
#include "settings.h"
#include "theme/theme.h"
#include "widgets/emptypage.h"
#include "widgets/flowlayout.h"
#include "widgets/jsonhighlighter.h"
#include "widgets/pictureview.h"
#include "widgets/plaintextview.h"
#include "widgets/segments.h"
#include "workspace.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QVBoxLayout>
#include <QtConcurrent>

namespace wsw::desktop {

namespace {

/// A message that comes sooner takes the place of the one before without a flicker between.
constexpr int patienceMs = 200;

/// The form that was chosen last.
const auto formSetting = QStringLiteral("message");

/// What is shown at first, and each time more is asked for.
constexpr quint64 firstBytes = 1024 * 1024;
constexpr quint64 moreFactor = 4;
/// More text than this makes the window slow; a file is the place for it.
constexpr quint64 mostBytes = 16 * 1024 * 1024;

std::optional<payload::Saying> sayingIn(const capture::Document &document, const capture::RecordHeader &frame, const LoadedMessage &message)
{
    const bool isData = frame.kind == wire::RecordKind::Frame && wire::isData(frame.frame.opcode);
    if (!isData || !message.beginFound)
        return std::nullopt;
    return payload::sayingOf(message.bytes, message.content == LoadedMessage::Content::Text, Dialects().of(document, frame.connection),
                             message.isWhole() ? payload::Extent::Whole : payload::Extent::Beginning);
}

} // namespace

MessageView::MessageView(Inspection *inspection, QWidget *parent)
    : QStackedWidget(parent), m_inspection(inspection), m_empty(new EmptyPage({}, this)), m_schemas(std::make_shared<SchemaCache>()),
      m_wanted(static_cast<Form>(qBound(0, settings::tab(formSetting, 0), static_cast<int>(Form::Tree)))), m_wantedBytes(firstBytes)
{
    setRole(this, "panel");
    m_content = makeContent();
    addWidget(m_empty);
    addWidget(m_content);
    m_waiting.setSingleShot(true);
    m_waiting.setInterval(patienceMs);
    connect(&m_waiting, &QTimer::timeout, this, [this] {
        m_empty->setSentence(tr("Reading the message…"));
        setCurrentWidget(m_empty);
    });
    connect(inspection, &Inspection::recordChanged, this, &MessageView::showRecord);
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_text->setFont(Theme::instance().font(FontRole::Mono)); });
    showRecord();
}

MessageView::~MessageView()
{
    cancel();
}

QWidget *MessageView::makeContent()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(metrics::space12, metrics::space8, metrics::space12, metrics::space8);
    column->setSpacing(metrics::space8);
    m_bar = makeBar();
    column->addWidget(m_bar);
    const auto addLine = [page, column](const char *name) {
        auto *line = new QLabel(page);
        line->setObjectName(QLatin1String(name));
        line->setWordWrap(true);
        setRole(line, "secondary");
        column->addWidget(line);
        return line;
    };
    m_fragments = addLine("messageFragments");
    m_compression = addLine("messageCompression");
    m_schema = new SchemaBar(page);
    column->addWidget(m_schema);
    connect(m_schema, &SchemaBar::changed, this, &MessageView::load);
    m_problem = addLine("messageProblem");
    setRole(m_problem, "problem");

    m_text = new PlainTextView(page);
    m_text->setObjectName(QStringLiteral("messageText"));
    m_text->setAccessibleName(tr("Message"));
    setRole(m_text, "card");
    m_text->setFont(Theme::instance().font(FontRole::Mono));
    m_highlighter = new JsonHighlighter(m_text->document());
    m_picture = new PictureView(page);
    m_picture->setObjectName(QStringLiteral("messagePicture"));
    m_pages = new QStackedLayout;
    m_tree = new MessageTree(page);
    connect(m_tree, &MessageTree::filterWanted, m_inspection->workspace(), &Workspace::filterWanted);
    connect(m_tree, &MessageTree::failed, m_inspection->workspace(), &Workspace::notice);
    m_marks = new MessageMarks(m_inspection->workspace(), m_text, m_tree, page);
    column->addWidget(m_marks);
    m_pages->addWidget(m_text);
    m_pages->addWidget(m_tree);
    m_pages->addWidget(m_picture);
    column->addLayout(m_pages, 1);

    m_partBar = new QWidget(page);
    auto *row = new QHBoxLayout(m_partBar);
    row->setContentsMargins(0, 0, 0, 0);
    m_part = new QLabel(m_partBar);
    setRole(m_part, "secondary");
    m_more = new QPushButton(tr("Show more"), m_partBar);
    m_more->setObjectName(QStringLiteral("messageMore"));
    row->addWidget(m_part, 1);
    row->addWidget(m_more);
    column->addWidget(m_partBar);
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_wantedBytes = qMin(m_wantedBytes * moreFactor, mostBytes);
        load();
    });
    return page;
}

QWidget *MessageView::makeBar()
{
    auto *bar = new QWidget(this);
    m_facts = new QLabel(bar);
    m_facts->setObjectName(QStringLiteral("messageFacts"));
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setMinimumWidth(1);    // what does not fit is in the tool tip
    setRole(m_facts, "secondary");
    m_forms = new Segments({tr("Pretty"), tr("Raw"), tr("Tree")}, bar);
    m_forms->setObjectName(QStringLiteral("messageForm"));
    m_forms->setToolTip(tr("Laid out with line breaks, as it was on the wire, or as a tree of values"));
    m_chooser = new ReadingChooser(bar);
    m_copy = new QPushButton(bar);
    m_copy->setObjectName(QStringLiteral("messageCopy"));
    m_copy->setAccessibleName(tr("Copy"));
    m_save = new QPushButton(bar);
    m_save->setObjectName(QStringLiteral("messageSave"));
    m_save->setAccessibleName(tr("Save"));
    auto *row = new FlowLayout(metrics::space8, metrics::space8);
    bar->setLayout(row);
    for (QWidget *widget : {static_cast<QWidget *>(m_facts), static_cast<QWidget *>(m_forms), static_cast<QWidget *>(m_chooser), static_cast<QWidget *>(m_copy), static_cast<QWidget *>(m_save)}) {
        row->addWidget(widget);
        if (widget != m_facts)
            row->setAlignment(widget, Qt::AlignRight);
    }
    connect(m_forms, &Segments::chosen, this, [this](int index) {
        m_wanted = static_cast<Form>(index);
        settings::setTab(formSetting, index);
        showText();
    });
    connect(m_chooser, &ReadingChooser::chosen, this, &MessageView::load);
    connect(m_copy, &QPushButton::clicked, this, &MessageView::copy);
    connect(m_save, &QPushButton::clicked, this, &MessageView::save);
    showDone(nullptr);
    return bar;
}

void MessageView::showDone(const QPushButton *button)
{
    const Theme &theme = Theme::instance();
    m_copy->setIcon(button == m_copy ? theme.icon(QStringLiteral("check"), Token::Received) : theme.icon(QStringLiteral("copy"), Token::Text));
    m_copy->setToolTip(button == m_copy ? tr("Copied") : tr("Copy the message"));
    m_save->setIcon(button == m_save ? theme.icon(QStringLiteral("check"), Token::Received) : theme.icon(QStringLiteral("save"), Token::Text));
    m_save->setToolTip(button == m_save ? tr("Saved") : tr("Save the message's bytes to a file"));
}

void MessageView::fitBar()
{
    const int room = width() - 2 * metrics::space12;
    const QFontMetrics metrics(m_facts->font());
    const int facts = metrics.horizontalAdvance(m_allFacts);
    m_facts->setText(metrics.elidedText(m_allFacts, Qt::ElideRight, qMax(0, room)));
    m_facts->setToolTip(facts > room ? m_allFacts : QString());
    const auto setWords = [this](bool on) {
        m_copy->setText(on ? tr("Copy") : QString());
        m_save->setText(on ? tr("Save") : QString());
        for (QPushButton *button : {m_copy, m_save}) {
            setRole(button, on ? "" : "icon");
        }
    };
    const auto fits = [this, room, facts] {
        int taken = facts;
        for (const QWidget *widget : {static_cast<QWidget *>(m_forms), static_cast<QWidget *>(m_chooser), static_cast<QWidget *>(m_copy), static_cast<QWidget *>(m_save)})
            taken += widget->isHidden() ? 0 : widget->sizeHint().width() + metrics::space8;
        return taken <= room;
    };
    setWords(true);
    if (fits())
        return;
    setWords(false);
    // With a line of their own they have room for their words.
    if (!fits())
        setWords(true);
}

void MessageView::resizeEvent(QResizeEvent *event)
{
    fitBar();
    QStackedWidget::resizeEvent(event);
}

void MessageView::showRecord()
{
    m_wantedBytes = firstBytes;
    m_stale = true;
    // What is still shown belongs to another frame: nobody must copy or save it as this one's.
    m_bar->setEnabled(false);
    m_waiting.stop();
    if (isVisible())
        load();
}

void MessageView::showEvent(QShowEvent *event)
{
    QStackedWidget::showEvent(event);
    if (m_stale)
        load();
}

void MessageView::cancel()
{
    ++m_generation;
    if (m_cancelled)
        *m_cancelled = true;
}

ReadingChoice MessageView::choice() const
{
    ReadingChoice choice = m_chooser->choice();
    if (choice.kind == ReadingChoice::Kind::Schema) {
        choice.schemaFile = m_schema->file();
        choice.messageType = m_schema->type(m_inspection->record().header.direction);
    }
    return choice;
}

void MessageView::load()
{
    m_stale = false;
    cancel();
    if (m_inspection->state() != Inspection::State::Ready) {
        m_empty->setSentence(m_inspection->state() == Inspection::State::Loading ? tr("Reading the frame…")
                                                                                 : tr("Select a frame in the log to read its message."));
        setCurrentWidget(m_empty);
        return;
    }
    if (m_inspection->record().header.integrity == capture::Integrity::Lost) {
        m_empty->setSentence(tr("This record lies in a damaged part of the capture file, or in an archive that is not beside it. Only its number is known."));
        setCurrentWidget(m_empty);
        return;
    }
    if (!m_bar->isEnabled())
        m_waiting.start();
    m_cancelled = std::make_shared<std::atomic_bool>(false);
    QtConcurrent::run([document = m_inspection->document(), frame = m_inspection->record().header, bytes = m_wantedBytes,
                       choice = choice(), schemas = m_schemas, cancelled = m_cancelled]() -> Result<Shown> {
        auto message = loadReadable(*document, frame, bytes, *cancelled);
        if (!message)
            return message.error();
        auto compression = *cancelled ? std::nullopt : compressionEffect(*document, frame, *message);
        auto saying = sayingIn(*document, frame, *message);
        auto reading = canBeRead(*message, frame) && !*cancelled ? std::optional(readMessage(*message, choice, *schemas)) : std::nullopt;
        auto content = *cancelled ? MessageContent() : contentOf(*message, saying, reading);
        return Shown{std::move(message).value(), std::move(compression), std::move(saying), std::move(reading), std::move(content)};
    }).then(this, [this, generation = m_generation](const Result<Shown> &shown) { take(generation, shown); });
}

void MessageView::take(quint64 generation, const Result<Shown> &shown)
{
    if (generation != m_generation || m_inspection->state() != Inspection::State::Ready)
        return;
    m_waiting.stop();
    if (!shown) {
        m_empty->setSentence(shown.error().message + QLatin1Char(' ') + shown.error().remedy);
        setCurrentWidget(m_empty);
        return;
    }
    m_message = shown->message;
    m_effect = shown->compression;
    m_reading = shown->reading;
    m_read = shown->content;
    m_saying = shown->saying;
    m_bar->setEnabled(true);
    showMessage();
}

void MessageView::showMessage()
{
    const capture::RecordHeader &frame = m_inspection->record().header;
    m_allFacts = messageFacts(m_message, frame, m_read.language);
    if (m_saying)
        m_allFacts += QStringLiteral(", %1: %2").arg(payload::dialectName(m_saying->dialect), m_saying->words);
    showDone(nullptr);
    const QString fragments = fragmentFacts(m_message);
    m_fragments->setText(fragments);
    m_fragments->setVisible(!fragments.isEmpty());
    m_compression->setText(m_effect ? compressionText(*m_effect) : QString());
    m_compression->setVisible(m_effect.has_value());
    showForms();
    m_chooser->setVisible(m_reading.has_value());
    const bool isInside = m_reading && m_reading->isAsItSeems && m_reading->seems.isEmpty() && m_saying && m_read.pretty;
    m_chooser->setSeems(isInside ? tr("%1 with JSON").arg(payload::dialectName(m_saying->dialect)) : m_reading ? m_reading->seems : QString());
    const bool isBySchema = m_reading && m_chooser->choice().kind == ReadingChoice::Kind::Schema;
    m_schema->setVisible(isBySchema);
    if (isBySchema && !m_reading->schemaTypes.isEmpty())
        m_schema->setTypes(m_reading->schemaTypes);
    m_schema->setUnknownFields(isBySchema ? m_reading->unknownFields : 0);
    fitBar();
    const auto shown = static_cast<quint64>(m_message.bytes.size()) + m_message.lostPayload();
    // Of bytes only the first are shown here anyway, and said to be.
    m_partBar->setVisible(shown < m_message.totalBytes && m_message.content == LoadedMessage::Content::Text);
    const bool most = m_wantedBytes >= mostBytes;
    m_more->setVisible(!most);
    m_part->setText(tr("The first %1 of %2 bytes are shown.").arg(groupedNumber(shown), groupedNumber(m_message.totalBytes))
                    + (most ? QLatin1Char(' ') + tr("Save writes all of them to a file.") : QString()));
    // What was found in the message before is nowhere in this one; and what is found in this one may be told at once.
    m_marks->forget();
    showText();
    m_marks->setMessage(std::make_shared<LoadedMessage>(m_message), std::make_shared<MessageContent>(m_read),
                        {messageBody(m_message, frame), isDumped(m_message, frame)});
    setCurrentWidget(m_content);
}

bool MessageView::has(Form form) const
{
    switch (form) {
    case Form::Pretty: return m_read.pretty.has_value();
    case Form::Raw: return !m_read.pretty || m_message.content == LoadedMessage::Content::Text;
    case Form::Tree: return m_read.tree != nullptr;
    }
    Q_UNREACHABLE();
}

MessageForm MessageView::form() const
{
    if (has(m_wanted))
        return m_wanted;
    return has(Form::Pretty) ? Form::Pretty : Form::Raw;
}

void MessageView::showForms()
{
    int count = 0;
    for (const Form each : {Form::Pretty, Form::Raw, Form::Tree}) {
        m_forms->setSegmentVisible(static_cast<int>(each), has(each));
        count += has(each) ? 1 : 0;
    }
    m_forms->setVisible(count > 1);
    m_forms->setCurrent(static_cast<int>(form()));
}

void MessageView::showProblem()
{
    auto problem = m_reading ? m_reading->problem : std::nullopt;
    if (!problem)
        problem = m_wanted == Form::Tree ? m_read.treeProblem : m_wanted == Form::Pretty ? m_read.prettyProblem : std::nullopt;
    m_problem->setText(problem ? QStringLiteral("%1 %2").arg(problem->message, problem->remedy) : QString());
    m_problem->setVisible(problem.has_value());
}

void MessageView::showText()
{
    m_highlighter->setEnabled(form() == Form::Pretty ? m_read.isJsonLike : m_read.language == MessageContent::Language::Json);
    m_text->setPlaceholderText(tr("The payload is empty."));
    m_text->setText(form() == Form::Tree ? QString() : shownText());
    m_tree->setTree(m_read.tree, m_read.whyNoFilter);
    const QImage picture = m_reading ? m_reading->picture : QImage();
    m_picture->setPicture(picture);
    m_pages->setCurrentWidget(!picture.isNull() ? m_picture : form() == Form::Tree ? static_cast<QWidget *>(m_tree) : m_text);
    m_marks->setForm(form());
    showProblem();
}

QString MessageView::shownText() const
{
    // What is copied of a tree is its text.
    if (m_read.pretty && form() != Form::Raw)
        return *m_read.pretty;
    return messageBody(m_message, m_inspection->record().header);
}

void MessageView::copy()
{
    if (m_reading && !m_reading->picture.isNull())
        QGuiApplication::clipboard()->setImage(m_reading->picture);
    else
        QGuiApplication::clipboard()->setText(shownText());
    showDone(m_copy);
}

void MessageView::save()
{
    const auto frame = m_inspection->record().header;
    const bool text = m_message.content == LoadedMessage::Content::Text;
    using Language = MessageContent::Language;
    const QString suffix = m_read.language == Language::Json ? QStringLiteral("json") : m_read.language == Language::Xml ? QStringLiteral("xml") : text ? QStringLiteral("txt") : QStringLiteral("bin");
    auto *dialog = new QFileDialog(this, tr("Save the message's bytes"));
    dialog->setObjectName(QStringLiteral("messageSaveDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(QStringLiteral("message-%1.%2").arg(frame.id.value()).arg(suffix));
    // The frame that was shown when Save was pressed, whatever is selected while the dialog is open.
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, document = m_inspection->document(), frame](const QString &path) { saveTo(path, document, frame); });
    dialog->open();
}

void MessageView::saveTo(const QString &path, const std::shared_ptr<capture::Document> &document, const capture::RecordHeader &frame)
{
    // A save goes on when another frame is selected.
    QtConcurrent::run([document, frame, path] { return writeMessage(*document, frame, path); }).then(this, [this](const Result<> &done) {
        if (done)
            showDone(m_save);
        else
            Q_EMIT m_inspection->workspace()->notice(done.error());
    });
}

} // namespace wsw::desktop
