#include "panes/composer/controlpage.h"

#include "base/limits.h"
#include "panes/composer/byteeditor.h"
#include "theme/theme.h"
#include "widgets/columnscroll.h"
#include "widgets/exacttext.h"
#include "widgets/tokentext.h"
#include "wire/closecode.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

constexpr qsizetype payloadLimit = static_cast<qsizetype>(limits::controlPayloadBytes);
/// A Close carries its code in the first two bytes.
constexpr qsizetype reasonLimit = payloadLimit - 2;
constexpr int narrowestReason = 120;

/// As wide as its widest text where there is room, and narrower where there is not.
class YieldingBox final : public QComboBox
{
public:
    using QComboBox::QComboBox;
    [[nodiscard]] QSize sizeHint() const override
    {
        int widest = 0;
        for (int i = 0; i < count(); ++i)
            widest = qMax(widest, fontMetrics().horizontalAdvance(itemText(i)));
        const int beside = 2 * metrics::space8 + metrics::space24;  // paddings and the arrow
        return {widest + Theme::instance().scaled(beside), QComboBox::sizeHint().height()};
    }
};

QString kindName(session::Outgoing::Kind kind)
{
    switch (kind) {
    case session::Outgoing::Kind::Pong: return QStringLiteral("pong");
    case session::Outgoing::Kind::Close: return QStringLiteral("close");
    default: return QStringLiteral("ping");
    }
}

QPushButton *makeButton(const QString &text, const char *name, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setObjectName(QLatin1String(name));
    return button;
}

QLabel *makeCaption(QWidget *parent)
{
    auto *label = new QLabel(parent);
    setRole(label, "caption");
    return label;
}

QString warning(const QString &text)
{
    return inToken(Theme::glyph(Meaning::Violation) + u' ' + text, Token::Violation);
}

/// Why a close code may not be sent; nothing where it may.
QString codeProblem(quint16 code)
{
    switch (wire::closeCodeClass(code)) {
    case wire::CloseCodeClass::Registered:
    case wire::CloseCodeClass::Library:
    case wire::CloseCodeClass::Private: return {};
    case wire::CloseCodeClass::NeverSent: return ControlPage::tr("%1 stands for something that never crosses the wire").arg(code);
    case wire::CloseCodeClass::Unassigned: return ControlPage::tr("%1 is not registered (1000 to 2999 belong to the protocol)").arg(code);
    case wire::CloseCodeClass::OutOfRange: return ControlPage::tr("%1 lies outside 1000 to 4999").arg(code);
    }
    Q_UNREACHABLE();
}

} // namespace

ControlPage::ControlPage(QWidget *parent)
    : ComposerPage(parent)
    , m_payload(new QLineEdit(this))
    , m_payloadFormat(new QComboBox(this))
    , m_payloadState(makeCaption(this))
    , m_code(new YieldingBox(this))
    , m_reason(new QLineEdit(this))
    , m_closeState(makeCaption(this))
{
    m_payload->setObjectName(QStringLiteral("pingPayload"));
    m_payload->setPlaceholderText(tr("Payload, may be empty"));
    m_payload->setAccessibleName(tr("Payload of the ping or pong"));
    m_payloadFormat->addItem(byteFormatName(ByteFormat::Text), static_cast<int>(ByteFormat::Text));
    m_payloadFormat->addItem(byteFormatName(ByteFormat::Hex), static_cast<int>(ByteFormat::Hex));
    m_payloadFormat->setAccessibleName(tr("How the payload is typed"));
    m_payloadState->setObjectName(QStringLiteral("pingState"));
    m_code->setObjectName(QStringLiteral("closeCode"));
    m_code->setEditable(true);
    m_code->setInsertPolicy(QComboBox::NoInsert);
    m_code->setAccessibleName(tr("Close code"));
    m_code->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_code->setMinimumContentsLength(5);   // room for the number
    // Of a name that does not fit its beginning is seen: the number.
    connect(m_code, &QComboBox::currentIndexChanged, this, [this] { m_code->lineEdit()->setCursorPosition(0); });
    m_code->view()->setMinimumWidth(Theme::instance().scaled(220));
    for (const wire::CloseCodeInfo &info : wire::registeredCloseCodes()) {
        if (wire::closeCodeClass(info.code) == wire::CloseCodeClass::Registered)
            m_code->addItem(QStringLiteral("%1 %2").arg(info.code).arg(QLatin1String(info.name)), info.code);
    }
    m_code->addItem(tr("4001 private use"), 4001);
    m_code->addItem(tr("no code, empty Close"), 0);
    m_reason->setObjectName(QStringLiteral("closeReason"));
    m_reason->setPlaceholderText(tr("Reason, may be empty"));
    m_reason->setAccessibleName(tr("Close reason"));
    m_reason->setMinimumWidth(Theme::instance().scaled(narrowestReason));
    m_closeState->setObjectName(QStringLiteral("closeState"));
    build();
    showState();
}

void ControlPage::build()
{
    auto *ping = makeButton(tr("Ping"), "sendPingButton", this);
    auto *pong = makeButton(tr("Pong"), "sendPongButton", this);
    auto *close = makeButton(tr("Close"), "sendCloseButton", this);

    auto *content = new QWidget;
    auto *grid = new QGridLayout(content);
    grid->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space8);
    grid->setHorizontalSpacing(metrics::space8);
    grid->setVerticalSpacing(metrics::space4);
    grid->addWidget(m_payload, 0, 0, 1, 2);
    grid->addWidget(m_payloadFormat, 0, 2);
    grid->addWidget(ping, 0, 3);
    grid->addWidget(pong, 0, 4);
    grid->addWidget(m_payloadState, 1, 0, 1, 5);
    grid->addWidget(m_code, 2, 0);
    grid->addWidget(m_reason, 2, 1, 1, 2);
    grid->addWidget(close, 2, 3, 1, 2);
    grid->addWidget(m_closeState, 3, 0, 1, 5);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(4, 1);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    m_scroll = new ColumnScroll(content, this);
    all->addWidget(m_scroll);

    connect(ping, &QPushButton::clicked, this, [this] { sendAs(Kind::Ping); });
    connect(pong, &QPushButton::clicked, this, [this] { sendAs(Kind::Pong); });
    connect(close, &QPushButton::clicked, this, [this] { sendAs(Kind::Close); });
    connect(m_payload, &QLineEdit::textChanged, this, &ControlPage::showState);
    connect(m_payloadFormat, &QComboBox::currentIndexChanged, this, &ControlPage::showState);
    connect(m_code, &QComboBox::currentTextChanged, this, &ControlPage::showState);
    connect(m_reason, &QLineEdit::textChanged, this, &ControlPage::showState);
    connect(&Theme::instance(), &Theme::changed, this, &ControlPage::showState);
    for (QWidget *field : {static_cast<QWidget *>(m_payload), static_cast<QWidget *>(m_code), static_cast<QWidget *>(m_reason)})
        field->installEventFilter(this);
}

int ControlPage::wholeHeight() const
{
    return m_scroll->wholeHeight();
}

void ControlPage::compose(const Done &done)
{
    done(m_kind == Kind::Close ? composeClose() : composePing());
}

Result<session::Outgoing> ControlPage::composePing() const
{
    const auto format = static_cast<ByteFormat>(m_payloadFormat->currentData().toInt());
    const ByteText payload = readBytes(m_payload->text(), format);
    if (!payload.ok()) {
        return Error{ErrorKind::Usage, tr("Payload, position %1: %2.").arg(payload.position + 1).arg(payload.problem),
                     tr("Mend it, or choose “text”."), {}};
    }
    if (payload.bytes.size() > payloadLimit) {
        return Error{ErrorKind::Usage, tr("The payload has %1 bytes.").arg(payload.bytes.size()),
                     tr("A control frame carries at most %1 (RFC 6455, 5.5); Frame by frame sends more.").arg(payloadLimit), {}};
    }
    session::Outgoing outgoing;
    outgoing.kind = m_kind;
    outgoing.payload = payload.bytes;
    return outgoing;
}

Result<session::Outgoing> ControlPage::composeClose() const
{
    const auto code = closeCode();
    if (!code) {
        return Error{ErrorKind::Usage, tr("“%1” is no close code.").arg(m_code->currentText().trimmed()),
                     tr("Type a number such as 1000 or 4001, or choose one."), {}};
    }
    const qsizetype bytes = m_reason->text().toUtf8().size();
    if (*code == 0 && bytes > 0)
        return Error{ErrorKind::Usage, tr("A reason needs a code before it."), tr("Choose a code, or empty the reason."), {}};
    if (*code != 0 && !wire::maySendCloseCode(*code)) {
        return Error{ErrorKind::Usage, tr("A Close with this code may not be sent: %1.").arg(codeProblem(*code)),
                     tr("Choose another, or craft it with Frame by frame."), {}};
    }
    if (bytes > reasonLimit) {
        return Error{ErrorKind::Usage, tr("The reason has %1 bytes.").arg(bytes),
                     tr("At most %1 fit beside the code (RFC 6455, 5.5); shorten it.").arg(reasonLimit), {}};
    }
    session::Outgoing outgoing;
    outgoing.kind = Kind::Close;
    outgoing.closeCode = *code;
    outgoing.reason = m_reason->text();
    return outgoing;
}

std::optional<quint16> ControlPage::closeCode() const
{
    const QString text = m_code->currentText();
    const int chosen = m_code->findText(text);
    if (chosen >= 0)
        return static_cast<quint16>(m_code->itemData(chosen).toUInt());
    bool isNumber = false;
    const uint code = text.trimmed().section(u' ', 0, 0).toUInt(&isNumber);
    if (!isNumber || code > 0xffff)
        return std::nullopt;
    return static_cast<quint16>(code);
}

QJsonObject ControlPage::save() const
{
    return {{QStringLiteral("kind"), kindName(m_kind)},
            {QStringLiteral("payload"), m_payload->text()},
            {QStringLiteral("format"), byteFormatName(static_cast<ByteFormat>(m_payloadFormat->currentData().toInt()))},
            {QStringLiteral("code"), m_code->currentText()},
            {QStringLiteral("reason"), m_reason->text()}};
}

void ControlPage::load(const QJsonObject &content)
{
    replaceText(m_payload, content.value(QStringLiteral("payload")).toString());
    const ByteFormat format = byteFormatFromName(content.value(QStringLiteral("format")).toString());
    m_payloadFormat->setCurrentIndex(qMax(0, m_payloadFormat->findData(static_cast<int>(format))));
    const QString code = content.value(QStringLiteral("code")).toString();
    const int index = m_code->findText(code);
    if (index >= 0)
        m_code->setCurrentIndex(index);
    else
        m_code->setEditText(code);
    replaceText(m_reason, content.value(QStringLiteral("reason")).toString());
    const QString kind = content.value(QStringLiteral("kind")).toString();
    choose(kind == kindName(Kind::Close) ? Kind::Close : kind == kindName(Kind::Pong) ? Kind::Pong : Kind::Ping);
}

QString ControlPage::summary() const
{
    const QString what = m_kind == Kind::Close ? m_code->currentText() + u' ' + m_reason->text() : m_payload->text();
    return (kindName(m_kind) + u' ' + what).simplified();
}

QString ControlPage::sendLabel() const
{
    switch (m_kind) {
    case Kind::Pong: return tr("Send pong");
    case Kind::Close: return tr("Send close");
    default: return tr("Send ping");
    }
}

void ControlPage::focusFirst()
{
    m_payload->setFocus();
}

bool ControlPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn) {
        if (watched != m_payload)
            choose(Kind::Close);
        else if (m_kind == Kind::Close)
            choose(Kind::Ping);
    }
    return ComposerPage::eventFilter(watched, event);
}

void ControlPage::choose(Kind kind)
{
    if (m_kind == kind)
        return;
    m_kind = kind;
    Q_EMIT changed();
}

void ControlPage::sendAs(Kind kind)
{
    choose(kind);
    Q_EMIT sendRequested();
}

void ControlPage::showState()
{
    const auto format = static_cast<ByteFormat>(m_payloadFormat->currentData().toInt());
    const ByteText payload = readBytes(m_payload->text(), format);
    const QString count = tr("%1 of %2 bytes").arg(payload.bytes.size()).arg(payloadLimit);
    if (!payload.ok())
        m_payloadState->setText(warning(tr("Position %1: %2").arg(payload.position + 1).arg(payload.problem)));
    else
        m_payloadState->setText(payload.bytes.size() > payloadLimit ? warning(count) : count);

    const auto code = closeCode();
    const qsizetype bytes = m_reason->text().toUtf8().size();
    const QString reason = tr("Reason: %1 of %2 bytes").arg(bytes).arg(reasonLimit);
    if (!code)
        m_closeState->setText(warning(tr("A code is a number from 1000 to 4999")));
    else if (*code != 0 && !wire::maySendCloseCode(*code))
        m_closeState->setText(warning(codeProblem(*code)));
    else if (bytes > reasonLimit || (*code == 0 && bytes > 0))
        m_closeState->setText(warning(*code == 0 ? tr("A reason needs a code before it") : reason));
    else
        m_closeState->setText(*code == 0 ? tr("A Close without a code says 1005 to the peer's program") : reason);
    Q_EMIT changed();
}

} // namespace wsw::desktop
