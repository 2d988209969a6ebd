#include "panes/composer/framepage.h"

#include "base/limits.h"
#include "panes/composer/byteeditor.h"
#include "theme/theme.h"
#include "widgets/columnscroll.h"
#include "widgets/exacttext.h"
#include "widgets/flowlayout.h"
#include "widgets/tokentext.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRandomGenerator>
#include <QScrollArea>
#include <QSplitter>

namespace wsw::desktop {

namespace {

/// Bytes of the payload that the preview shows.
constexpr qsizetype previewBytes = 64;

/// Asks for no more height than it must have: a text field would like many lines, and the page would scroll.
class LowSplitter final : public QSplitter
{
public:
    using QSplitter::QSplitter;
    [[nodiscard]] QSize sizeHint() const override { return {QSplitter::sizeHint().width(), minimumSizeHint().height()}; }
};

QCheckBox *makeBit(const QString &text, const char *name, QWidget *parent)
{
    auto *bit = new QCheckBox(text, parent);
    bit->setObjectName(QLatin1String(name));
    return bit;
}

QString onBackground(const QByteArray &bytes, Token foreground, Token background)
{
    return QStringLiteral("<span style=\"color:%1;background-color:%2\">%3</span> ")
        .arg(Theme::instance().color(foreground).name(), Theme::instance().color(background).name(),
             QString::fromLatin1(bytes.toHex(' ')));
}

} // namespace

FramePage::FramePage(QWidget *parent)
    : ComposerPage(parent)
    , m_judge(m_sender, limits::defaultFrameBytes)
    , m_fin(makeBit(QStringLiteral("FIN"), "frameFin", this))
    , m_opcode(new QComboBox(this))
    , m_masked(makeBit(QStringLiteral("MASK"), "frameMask", this))
    , m_key(new QLineEdit(this))
    , m_lengthForm(new QComboBox(this))
    , m_trueLength(makeBit(tr("true length"), "frameTrueLength", this))
    , m_declared(new QLineEdit(this))
    , m_raw(makeBit(tr("raw bytes, no frame"), "sendRawBytes", this))
    , m_payload(new ByteEditor({ByteFormat::Text, ByteFormat::Hex, ByteFormat::Base64, ByteFormat::Escaped}, this))
    , m_preview(new QLabel(this))
    , m_judgement(new QLabel(this))
{
    for (size_t i = 0; i < m_rsv.size(); ++i)
        m_rsv[i] = makeBit(QStringLiteral("RSV%1").arg(i + 1), QByteArray("frameRsv" + QByteArray::number(static_cast<int>(i) + 1)).constData(), this);
    m_payload->edit()->setObjectName(QStringLiteral("framePayload"));
    m_payload->edit()->document()->setDocumentMargin(metrics::space12);

    auto *split = new LowSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(m_payload);
    split->addWidget(buildPreview());
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    split->setSizes({3, 2});
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, metrics::space8, 0, 0);
    column->setSpacing(metrics::space8);
    column->addWidget(buildHeaderRows());
    column->addWidget(split, 1);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    m_scroll = new ColumnScroll(content, this);
    all->addWidget(m_scroll);

    m_fin->setChecked(true);
    m_trueLength->setChecked(true);
    m_masked->setChecked(true);
    m_opcode->setCurrentIndex(static_cast<int>(wire::Opcode::Text));
    randomizeKey();
    listen();
    update();
}

int FramePage::wholeHeight() const
{
    return m_scroll->wholeHeight();
}

QWidget *FramePage::buildHeaderRows()
{
    m_opcode->setObjectName(QStringLiteral("frameOpcode"));
    m_opcode->setAccessibleName(tr("Opcode"));
    for (quint8 code = 0; code < 16; ++code)
        m_opcode->addItem(QStringLiteral("%1 %2").arg(code, 1, 16).arg(wire::opcodeName(static_cast<wire::Opcode>(code))), code);
    m_key->setObjectName(QStringLiteral("frameKey"));
    m_key->setFont(Theme::instance().font(FontRole::Mono));
    m_key->setAccessibleName(tr("Masking key, four bytes in hex"));
    m_key->setMaximumWidth(Theme::instance().scaled(110));
    m_lengthForm->setObjectName(QStringLiteral("frameLengthForm"));
    m_lengthForm->setAccessibleName(tr("How the length is written"));
    m_lengthForm->addItem(tr("shortest form"), -1);
    m_lengthForm->addItem(tr("7 bits"), static_cast<int>(wire::LengthForm::Bits7));
    m_lengthForm->addItem(tr("16 bits"), static_cast<int>(wire::LengthForm::Bits16));
    m_lengthForm->addItem(tr("64 bits"), static_cast<int>(wire::LengthForm::Bits64));
    m_declared->setObjectName(QStringLiteral("frameDeclared"));
    m_declared->setAccessibleName(tr("Declared length in bytes"));
    m_declared->setMaximumWidth(Theme::instance().scaled(150));
    auto *random = new QPushButton(tr("New key"), this);
    random->setObjectName(QStringLiteral("frameNewKey"));
    setRole(random, "quiet");
    connect(random, &QPushButton::clicked, this, &FramePage::randomizeKey);

    m_raw->setToolTip(tr("Writes the bytes below as they are, without a header and without a mask"));
    m_headerParts = {m_fin, m_rsv[0], m_rsv[1], m_rsv[2], m_opcode, m_masked, random, m_lengthForm, m_trueLength, m_declared};

    auto *rows = new QWidget(this);
    auto *grid = new QVBoxLayout(rows);
    grid->setContentsMargins(metrics::space12, 0, metrics::space12, 0);
    grid->setSpacing(metrics::space8);
    const auto addRow = [grid](std::initializer_list<QWidget *> widgets) {
        auto *row = new FlowLayout(metrics::space12, metrics::space8);
        for (QWidget *widget : widgets)
            row->addWidget(widget);
        grid->addLayout(row);
    };
    addRow({m_fin, m_rsv[0], m_rsv[1], m_rsv[2], m_opcode, m_raw});
    addRow({m_masked, m_key, random, m_lengthForm, m_trueLength, m_declared});
    return rows;
}

QWidget *FramePage::buildPreview()
{
    m_preview->setObjectName(QStringLiteral("framePreview"));
    m_preview->setFont(Theme::instance().font(FontRole::Mono));
    m_preview->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_judgement->setObjectName(QStringLiteral("frameJudgement"));
    for (QLabel *label : {m_preview, m_judgement}) {
        label->setTextFormat(Qt::RichText);
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    }
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(metrics::space12, metrics::space4, metrics::space12, metrics::space4);
    column->setSpacing(metrics::space8);
    column->addWidget(m_preview);
    column->addWidget(m_judgement);
    column->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    scroll->setMinimumWidth(Theme::instance().scaled(170));
    return scroll;
}

void FramePage::listen()
{
    QList<QCheckBox *> bits{m_fin, m_masked, m_trueLength};
    bits.append(QList<QCheckBox *>(m_rsv.begin(), m_rsv.end()));
    for (QCheckBox *bit : std::as_const(bits))
        connect(bit, &QCheckBox::toggled, this, &FramePage::update);
    connect(m_raw, &QCheckBox::toggled, this, &FramePage::setRaw);
    connect(m_opcode, &QComboBox::currentIndexChanged, this, &FramePage::update);
    connect(m_lengthForm, &QComboBox::currentIndexChanged, this, &FramePage::update);
    connect(m_key, &QLineEdit::textChanged, this, &FramePage::update);
    connect(m_declared, &QLineEdit::textEdited, this, &FramePage::update);
    connect(m_payload, &ByteEditor::changed, this, &FramePage::update);
    connect(&Theme::instance(), &Theme::changed, this, &FramePage::update);
}

std::optional<wire::MaskingKey> FramePage::key() const
{
    const ByteText bytes = readBytes(m_key->text(), ByteFormat::Hex);
    wire::MaskingKey key{};
    if (!bytes.ok() || bytes.bytes.size() != static_cast<qsizetype>(key.size()))
        return std::nullopt;
    std::copy(bytes.bytes.cbegin(), bytes.bytes.cend(), key.begin());
    return key;
}

FrameDraft FramePage::draft() const
{
    FrameDraft draft;
    draft.header.fin = m_fin->isChecked();
    draft.header.rsv1 = m_rsv[0]->isChecked();
    draft.header.rsv2 = m_rsv[1]->isChecked();
    draft.header.rsv3 = m_rsv[2]->isChecked();
    draft.header.opcode = static_cast<wire::Opcode>(m_opcode->currentData().toInt());
    draft.header.masked = m_masked->isChecked();
    if (draft.header.masked)
        draft.header.key = key().value_or(wire::MaskingKey{});
    const int form = m_lengthForm->currentData().toInt();
    if (form >= 0)
        draft.lengthForm = static_cast<wire::LengthForm>(form);
    if (!m_trueLength->isChecked())
        draft.declaredLength = m_declared->text().trimmed().toULongLong();
    draft.payload = m_payload->content().bytes;
    return draft;
}

void FramePage::compose(const Done &done)
{
    if (!m_payload->content().ok()) {
        done(Error{ErrorKind::Usage, tr("Payload, position %1: %2.").arg(m_payload->content().position + 1).arg(m_payload->content().problem),
                   tr("Mend the marked place; nothing was sent."), {}});
        return;
    }
    if (!isRaw()) {
        done(composeFrame());
        return;
    }
    session::Outgoing outgoing;
    outgoing.kind = session::Outgoing::Kind::RawBytes;
    outgoing.payload = m_payload->content().bytes;
    if (outgoing.payload.isEmpty())
        done(Error{ErrorKind::Usage, tr("There are no bytes to send."), tr("Type them as hex, or a head as text with \\r\\n in the format “escaped”."), {}});
    else
        done(outgoing);
}

Result<session::Outgoing> FramePage::composeFrame() const
{
    if (m_masked->isChecked() && !key())
        return Error{ErrorKind::Usage, tr("The masking key is not four bytes."), tr("Type eight hex digits, such as 1f 8a 04 c9."), {}};
    bool isNumber = true;
    if (!m_trueLength->isChecked())
        static_cast<void>(m_declared->text().trimmed().toULongLong(&isNumber));
    if (!isNumber)
        return Error{ErrorKind::Usage, tr("“%1” is no length.").arg(m_declared->text()), tr("Type a number of bytes."), {}};
    const FrameDraft draft = this->draft();
    const FrameDraft::Finished finished = draft.finished();
    if (!finished.problem.isEmpty())
        return Error{ErrorKind::Usage, finished.problem, tr("Choose a longer form."), {}};
    session::Outgoing outgoing;
    outgoing.kind = session::Outgoing::Kind::Frame;
    outgoing.header = finished.header;
    outgoing.payload = draft.payload;
    return outgoing;
}

QString FramePage::sendLabel() const
{
    return isRaw() ? tr("Send bytes") : tr("Send frame");
}

bool FramePage::isRaw() const
{
    return m_raw->isChecked();
}

void FramePage::setRaw(bool raw)
{
    // Hex is how bytes without a meaning of their own are mostly written; what is typed already stays as it is.
    if (raw && m_payload->text().isEmpty())
        m_payload->setText({}, ByteFormat::Hex);
    update();
}

void FramePage::showRaw()
{
    const QByteArray &bytes = m_payload->content().bytes;
    m_preview->setText(QString::fromLatin1(bytes.first(qMin(bytes.size(), previewBytes)).toHex(' '))
                       + (bytes.size() > previewBytes ? tr(" … %1 bytes in all").arg(bytes.size()) : QString()));
    m_judgement->setText(tr("Written to the connection as they are: no header, no mask, nothing checked. The format “escaped” "
                            "takes a head as text with \\r\\n at the end of each line.").toHtmlEscaped());
    Q_EMIT changed();
}

void FramePage::update()
{
    const bool raw = isRaw();
    for (QWidget *part : std::as_const(m_headerParts))
        part->setEnabled(!raw);
    m_payload->edit()->setPlaceholderText(raw ? tr("Bytes as they go out") : tr("Payload, unmasked"));
    m_key->setEnabled(!raw && m_masked->isChecked());
    if (raw) {
        showRaw();
        return;
    }
    m_declared->setVisible(!m_trueLength->isChecked());
    const FrameDraft draft = this->draft();
    const FrameDraft::Finished finished = draft.finished();
    QStringList problems;
    if (!finished.problem.isEmpty())
        problems.append(finished.problem);
    if (m_masked->isChecked() && !key())
        problems.append(tr("The masking key takes four bytes, such as 1f 8a 04 c9."));
    if (problems.isEmpty()) {
        wire::FrameJudge judge = m_judge;
        problems = judgeCrafted(finished.header, draft.payload, judge);
    }
    m_preview->setText(previewOf(finished.header, draft.payload));
    if (problems.isEmpty()) {
        m_judgement->setText(inToken(tr("✓ A lawful frame from this side."), Token::Received));
    } else {
        QStringList lines;
        for (const QString &problem : std::as_const(problems))
            lines.append(inToken(Theme::glyph(Meaning::Violation) + u' ' + problem, Token::Violation));
        m_judgement->setText(lines.join(QStringLiteral("<br>")));
    }
    Q_EMIT changed();
}

QString FramePage::previewOf(const wire::FrameHeader &header, const QByteArray &payload) const
{
    const QByteArray shown = wire::serializeFrame(header, QByteArrayView(payload).first(qMin(payload.size(), previewBytes)));
    const qsizetype keyBytes = header.masked ? 4 : 0;
    const qsizetype fixed = header.headerSize() - keyBytes;
    QString html = onBackground(shown.left(1), Token::Control, Token::ControlBackground)
                   + onBackground(shown.mid(1, fixed - 1), Token::Received, Token::ReceivedBackground);
    if (keyBytes > 0)
        html += onBackground(shown.mid(fixed, keyBytes), Token::Crafted, Token::CraftedBackground);
    html += QString::fromLatin1(shown.mid(fixed + keyBytes).toHex(' '));
    if (payload.size() > previewBytes)
        html += tr(" … %1 bytes in all").arg(fixed + keyBytes + payload.size());
    return html;
}

QJsonObject FramePage::save() const
{
    return {{QStringLiteral("raw"), isRaw()},
            {QStringLiteral("fin"), m_fin->isChecked()},
            {QStringLiteral("rsv1"), m_rsv[0]->isChecked()},
            {QStringLiteral("rsv2"), m_rsv[1]->isChecked()},
            {QStringLiteral("rsv3"), m_rsv[2]->isChecked()},
            {QStringLiteral("opcode"), m_opcode->currentIndex()},
            {QStringLiteral("masked"), m_masked->isChecked()},
            {QStringLiteral("key"), m_key->text()},
            {QStringLiteral("form"), m_lengthForm->currentIndex()},
            {QStringLiteral("true"), m_trueLength->isChecked()},
            {QStringLiteral("declared"), m_declared->text()},
            {QStringLiteral("text"), m_payload->text()},
            {QStringLiteral("format"), byteFormatName(m_payload->format())}};
}

void FramePage::load(const QJsonObject &content)
{
    const auto flag = [&content](const char *name) { return content.value(QLatin1String(name)).toBool(); };
    m_raw->setChecked(flag("raw"));
    m_fin->setChecked(flag("fin"));
    m_rsv[0]->setChecked(flag("rsv1"));
    m_rsv[1]->setChecked(flag("rsv2"));
    m_rsv[2]->setChecked(flag("rsv3"));
    m_opcode->setCurrentIndex(content.value(QStringLiteral("opcode")).toInt());
    m_masked->setChecked(flag("masked"));
    replaceText(m_key, content.value(QStringLiteral("key")).toString());
    m_lengthForm->setCurrentIndex(content.value(QStringLiteral("form")).toInt());
    m_trueLength->setChecked(flag("true"));
    m_declared->setText(content.value(QStringLiteral("declared")).toString());
    m_payload->setText(content.value(QStringLiteral("text")).toString(),
                       byteFormatFromName(content.value(QStringLiteral("format")).toString()));
    update();
}

QString FramePage::summary() const
{
    if (isRaw())
        return tr("raw bytes %1").arg(m_payload->text()).simplified();
    return QStringLiteral("%1 %2").arg(m_opcode->currentText().section(u' ', 1), m_payload->text()).simplified();
}

void FramePage::focusFirst()
{
    if (isRaw())
        m_payload->edit()->setFocus();
    else
        m_fin->setFocus();
}

void FramePage::setSender(Role sender)
{
    if (m_sender == sender)
        return;
    m_sender = sender;
    // RFC 6455, 5.1: clients mask and servers do not; the lawful choice is the one to start from.
    m_masked->setChecked(sender == Role::Client);
    targetReplaced();
}

void FramePage::targetReplaced()
{
    m_judge = wire::FrameJudge(m_sender, limits::defaultFrameBytes);
    update();
}

void FramePage::sent(const session::Outgoing &outgoing)
{
    if (outgoing.kind != session::Outgoing::Kind::Frame)
        return;
    static_cast<void>(judgeCrafted(outgoing.header, outgoing.payload, m_judge));
    update();
}

void FramePage::setFrame(const wire::FrameHeader &header, const QByteArray &payload)
{
    m_raw->setChecked(false);
    m_fin->setChecked(header.fin);
    m_rsv[0]->setChecked(header.rsv1);
    m_rsv[1]->setChecked(header.rsv2);
    m_rsv[2]->setChecked(header.rsv3);
    m_opcode->setCurrentIndex(static_cast<int>(header.opcode));
    m_masked->setChecked(header.masked);
    if (header.masked) {
        const auto *bytes = reinterpret_cast<const char *>(header.key.data());
        replaceText(m_key, QString::fromLatin1(QByteArray(bytes, static_cast<qsizetype>(header.key.size())).toHex(' ')));
    }
    const bool minimal = header.lengthForm == wire::minimalLengthForm(header.length);
    m_lengthForm->setCurrentIndex(minimal ? 0 : m_lengthForm->findData(static_cast<int>(header.lengthForm)));
    m_trueLength->setChecked(header.length == static_cast<quint64>(payload.size()));
    m_declared->setText(QString::number(header.length));
    m_payload->setBytes(payload);
    update();
}

void FramePage::randomizeKey()
{
    const quint32 key = QRandomGenerator::system()->generate();
    const QByteArray bytes(reinterpret_cast<const char *>(&key), sizeof key);
    replaceText(m_key, QString::fromLatin1(bytes.toHex(' ')));
}

} // namespace wsw::desktop
