#include "dialogs/replaydialog.h"

#include "panes/forms/portfield.h"
#include "replayrun.h"
#include "theme/theme.h"
#include "widgets/inlinemessage.h"
#include "widgets/segments.h"
#include "widgets/urledit.h"
#include "workspace.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace wsw::desktop {

namespace {

constexpr int leastWidth = 460;
constexpr int longestWaitMs = 600'000;
const auto portKey = QStringLiteral("replay/port");

QString messagesOf(const replay::PlayProgress &progress)
{
    const QLocale locale;
    return ReplayDialog::tr("%1 of %2 messages, %3 answers").arg(locale.toString(progress.messages), locale.toString(progress.total), locale.toString(progress.answers));
}

} // namespace

ReplayDialog::ReplayDialog(Workspace *workspace, QWidget *parent)
    : QDialog(parent), m_workspace(workspace), m_run(new ReplayRun(workspace, this)), m_fields(new QWidget(this)), m_what(new QComboBox(m_fields)),
      m_side(new Segments({tr("Client"), tr("Server")}, m_fields)), m_url(new UrlEdit(m_fields)),
      m_port(new PortField(workspace, portKey, session::HostOptions().port, m_fields)), m_timing(new QComboBox(m_fields)),
      m_speed(new QDoubleSpinBox(m_fields)), m_wait(new QSpinBox(m_fields)), m_giveUp(new QCheckBox(tr("End when no answer comes"), m_fields)),
      m_control(new QCheckBox(tr("Pings and the recorded Close as well"), m_fields)),
      m_fragments(new QCheckBox(tr("Messages cut into frames as recorded"), m_fields)), m_headers(new QCheckBox(tr("Further headers of the recorded request"), m_fields)),
      m_hint(new QLabel(m_fields)), m_urlProblem(new QLabel(m_fields)), m_status(new QLabel(this)), m_progress(new QProgressBar(this)),
      m_message(new InlineMessage(this)), m_compare(new QPushButton(tr("Compare with the recording"), this)), m_go(new QPushButton(this))
{
    setObjectName(QStringLiteral("replayDialog"));
    setWindowTitle(tr("Replay"));
    auto *form = new QFormLayout(m_fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(metrics::space8);
    buildForm(form);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space16, metrics::space16, metrics::space16, metrics::space16);
    column->setSpacing(metrics::space12);
    column->addWidget(m_fields);
    column->addWidget(m_progress);
    column->addWidget(m_status);
    column->addWidget(m_message);
    column->addStretch(1);
    buildFoot();
    setMinimumWidth(Theme::instance().scaled(leastWidth));

    connect(m_run, &ReplayRun::readingTold, this, [this](int percent) {
        m_progress->setRange(0, 100);
        m_progress->setValue(percent);
    });
    connect(m_run, &ReplayRun::captureNeeded, this, &ReplayDialog::captureNeeded);
    connect(m_run, &ReplayRun::progressed, this, &ReplayDialog::onProgress);
    connect(m_run, &ReplayRun::failed, this, &ReplayDialog::onFailed);
    connect(m_run, &ReplayRun::finished, this, &ReplayDialog::onFinished);
    connect(this, &QDialog::finished, this, &ReplayDialog::forgetOffers);
    showIdle();
}

void ReplayDialog::buildForm(QFormLayout *form)
{
    m_what->setObjectName(QStringLiteral("replayWhat"));
    m_side->setObjectName(QStringLiteral("replaySide"));
    m_side->setCurrent(0);
    // Return starts the replay, wherever the keyboard is.
    for (QPushButton *segment : m_side->findChildren<QPushButton *>())
        segment->setAutoDefault(false);
    m_url->setObjectName(QStringLiteral("replayUrl"));
    m_url->setToolTip(tr("Empty: each connection goes where it went when it was recorded"));
    m_port->setObjectName(QStringLiteral("replayPort"));
    m_timing->setObjectName(QStringLiteral("replayTiming"));
    m_timing->addItem(tr("By turns: after each answer"), static_cast<int>(replay::Timing::Turns));
    m_timing->addItem(tr("With the original pauses"), static_cast<int>(replay::Timing::Original));
    m_timing->addItem(tr("As fast as possible"), static_cast<int>(replay::Timing::Fast));
    m_speed->setObjectName(QStringLiteral("replaySpeed"));
    m_speed->setRange(replay::leastSpeed, replay::greatestSpeed);
    m_speed->setValue(1);
    m_speed->setSingleStep(0.5);
    m_speed->setDecimals(1);
    m_speed->setSuffix(QStringLiteral(" ×"));
    m_speed->setToolTip(tr("2 × is twice as fast as recorded"));
    m_wait->setObjectName(QStringLiteral("replayWait"));
    m_wait->setRange(0, longestWaitMs);
    m_wait->setSingleStep(500);
    m_wait->setValue(replay::answerWaitMs);
    m_wait->setSuffix(tr(" ms"));
    m_wait->setToolTip(tr("How long silence of the other side is waited through where it is its turn, and at the end"));
    m_giveUp->setObjectName(QStringLiteral("replayGiveUp"));
    m_giveUp->setToolTip(tr("Otherwise this is counted, and the next message is sent all the same"));
    m_control->setObjectName(QStringLiteral("replayControl"));
    m_control->setToolTip(tr("Otherwise only messages are sent, and each connection is closed with 1000. Pongs answer Pings by themselves."));
    m_fragments->setObjectName(QStringLiteral("replayFragments"));
    m_fragments->setToolTip(tr("Otherwise each message goes out as one frame. Fragments are written by hand, and are not compressed."));
    m_headers->setObjectName(QStringLiteral("replayHeaders"));
    m_headers->setToolTip(tr("Origin, Authorization, Cookie and whatever there was: mind whom you send them to"));
    setRole(m_hint, "caption");
    m_hint->setWordWrap(true);
    setRole(m_urlProblem, "problem");
    m_urlProblem->setWordWrap(true);
    m_urlProblem->setTextFormat(Qt::PlainText);
    m_hint->setTextFormat(Qt::PlainText);

    form->addRow(tr("What"), m_what);
    form->addRow(tr("Play the"), m_side);
    form->addRow(tr("Connect to"), m_url);
    form->addRow(QString(), m_urlProblem);
    form->addRow(tr("Listen on port"), m_port);
    form->addRow(tr("When"), m_timing);
    form->addRow(tr("Speed"), m_speed);
    form->addRow(tr("Wait for answers"), m_wait);
    form->addRow(QString(), m_giveUp);
    form->addRow(QString(), m_control);
    form->addRow(QString(), m_fragments);
    form->addRow(QString(), m_headers);
    form->addRow(QString(), m_hint);
    connect(m_what, &QComboBox::currentIndexChanged, this, &ReplayDialog::check);
    connect(m_side, &Segments::chosen, this, &ReplayDialog::check);
    connect(m_timing, &QComboBox::currentIndexChanged, this, &ReplayDialog::check);
    connect(m_url, &UrlEdit::checked, this, &ReplayDialog::check);
    connect(m_workspace, &Workspace::documentChanged, this, &ReplayDialog::check);
}

void ReplayDialog::buildFoot()
{
    m_progress->setObjectName(QStringLiteral("replayProgress"));
    m_progress->setTextVisible(false);
    m_status->setObjectName(QStringLiteral("replayStatus"));
    m_status->setWordWrap(true);
    m_status->setTextFormat(Qt::PlainText); // what a peer has said stands in it
    m_message->setObjectName(QStringLiteral("replayMessage"));
    m_go->setObjectName(QStringLiteral("replayGo"));
    m_go->setDefault(true);
    setRole(m_go, "primary");
    m_compare->setObjectName(QStringLiteral("replayCompare"));
    m_compare->setAutoDefault(false);
    auto *closing = new QPushButton(tr("Close"), this);
    closing->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metrics::space8);
    buttons->addWidget(m_compare);
    buttons->addStretch(1);
    buttons->addWidget(closing);
    buttons->addWidget(m_go);
    qobject_cast<QVBoxLayout *>(layout())->addLayout(buttons);
    connect(closing, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &ReplayDialog::go);
    connect(m_compare, &QPushButton::clicked, this, [this] {
        if (m_played)
            Q_EMIT compareWanted(m_played->first, m_played->second);
    });
}

void ReplayDialog::offer(const QList<ReplayOffer> &offers, Role wantedSide)
{
    if (!m_run->isRunning()) {
        m_offers = offers;
        m_what->clear();
        for (const ReplayOffer &each : offers)
            m_what->addItem(each.words);
        m_side->setCurrent(wantedSide == Role::Server ? 1 : 0);
        m_control->setChecked(!offers.isEmpty() && offers.first().control);
        m_port->propose();
        showIdle();
        m_status->hide();
        m_message->clear();
        m_compare->hide();
        check();
    }
    show();
    raise();
    activateWindow();
    m_what->setFocus(Qt::OtherFocusReason);
}

/// What has been offered holds its capture open; nobody can choose it any more.
void ReplayDialog::forgetOffers()
{
    if (m_run->isRunning())
        return;
    m_offers.clear();
    m_what->clear();
}

Role ReplayDialog::side() const
{
    return m_side->current() == 1 ? Role::Server : Role::Client;
}

void ReplayDialog::check()
{
    auto *form = qobject_cast<QFormLayout *>(m_fields->layout());
    const bool isClient = side() == Role::Client;
    const bool urlIsWrong = isClient && !m_url->text().trimmed().isEmpty() && m_url->problem();
    form->setRowVisible(m_url, isClient);
    form->setRowVisible(m_urlProblem, urlIsWrong);
    form->setRowVisible(m_headers, isClient);
    form->setRowVisible(m_port, !isClient);
    m_urlProblem->setText(urlIsWrong ? QStringLiteral("⚠ %1 %2").arg(m_url->problem()->message, m_url->problem()->remedy) : QString());
    const ReplayOffer chosen = m_offers.value(m_what->currentIndex());
    m_url->setPlaceholderText(chosen.url.isEmpty() ? tr("where each connection went") : chosen.url);
    const auto timing = static_cast<replay::Timing>(m_timing->currentData().toInt());
    m_speed->setEnabled(timing == replay::Timing::Original);
    m_giveUp->setEnabled(timing == replay::Timing::Turns);
    QStringList hints;
    if (!isClient)
        hints += tr("Clients that connect are taken in turn, one for each recorded connection.");
    if (chosen.document && chosen.document != m_workspace->document() && m_workspace->workbench() != nullptr)
        hints += tr("What is replayed is in another capture than the one that is shown now. The replay is recorded into that one.");
    if (chosen.document && m_workspace->workbench() == nullptr)
        hints += tr("This capture is only looked at: a new one is begun, and the replay is recorded into that.");
    m_hint->setText(hints.join(QLatin1Char(' ')));
    form->setRowVisible(m_hint, !hints.isEmpty());
    m_go->setEnabled(m_run->isRunning() || (!urlIsWrong && chosen.document));
}

replay::PlayOptions ReplayDialog::options() const
{
    replay::PlayOptions options;
    options.timing = static_cast<replay::Timing>(m_timing->currentData().toInt());
    options.speed = m_speed->value();
    options.waitMs = m_wait->value();
    options.whenLate = m_giveUp->isEnabled() && m_giveUp->isChecked() ? replay::WhenLate::End : replay::WhenLate::GoOn;
    options.recordedFragments = m_fragments->isChecked();
    options.recordedHeaders = m_headers->isChecked();
    options.client.url = m_url->text().trimmed().isEmpty() ? QString() : m_url->url();
    options.host.port = m_port->port();
    return options;
}

void ReplayDialog::go()
{
    if (m_run->isRunning()) {
        m_run->cancel();
        return;
    }
    const ReplayOffer chosen = m_offers.value(m_what->currentIndex());
    replay::ScriptRequest request;
    request.side = side();
    request.choice = chosen.choice;
    request.control = m_control->isChecked() ? replay::ControlFrames::Replayed : replay::ControlFrames::Left;
    if (side() == Role::Server)
        m_port->remember();
    m_played.reset();
    m_shownConnection = {};
    m_message->clear();
    m_compare->hide();
    m_run->start(chosen.document, request, options());
    showBusy(tr("Reading the recording…"));
}

void ReplayDialog::showBusy(const QString &what)
{
    m_fields->setEnabled(false);
    m_progress->setRange(0, 0);
    m_progress->show();
    m_status->setText(what);
    m_status->show();
    m_go->setText(tr("Cancel"));
    setRole(m_go, "");
    m_go->setEnabled(true);
}

void ReplayDialog::showIdle()
{
    m_fields->setEnabled(true);
    m_progress->hide();
    m_go->setText(tr("Replay"));
    setRole(m_go, "primary");
    m_status->setVisible(!m_status->text().isEmpty());
    m_compare->setVisible(m_played.has_value());
    check();
}

void ReplayDialog::onProgress(const replay::PlayProgress &progress)
{
    using Stage = replay::PlayProgress::Stage;
    // Whoever replays wants to see it: once, for then he may look at something else.
    if (progress.connection.isValid() && std::exchange(m_shownConnection, progress.connection) != progress.connection)
        m_workspace->selectConnection(progress.connection);
    m_progress->setRange(0, 1000);
    m_progress->setValue(progress.total == 0 ? 0 : static_cast<int>(1000.0 * static_cast<double>(progress.messages) / static_cast<double>(progress.total)));
    switch (progress.stage) {
    case Stage::Connecting:
        m_status->setText(progress.url.isEmpty() ? tr("Beginning…") : tr("Connecting to %1…").arg(progress.url));
        return;
    case Stage::WaitingForClient:
        m_status->setText(tr("Waiting for a client on %1.").arg(progress.url));
        return;
    case Stage::Playing:
        m_status->setText(progress.waitsForAnswer ? tr("%1. It is the other side's turn.").arg(messagesOf(progress)) : messagesOf(progress) + QLatin1Char('.'));
        return;
    case Stage::Closing:
        m_status->setText(tr("%1. Closing…").arg(messagesOf(progress)));
        return;
    }
}

void ReplayDialog::onFailed(const Error &error)
{
    m_status->clear();
    m_message->showError(error);
    showIdle();
}

void ReplayDialog::onFinished(const replay::PlayOutcome &outcome, const QStringList &remarks)
{
    m_status->setText((QStringList{outcome.sentence()} + remarks).join(QLatin1Char(' ')));
    if (outcome.error)
        m_message->showError(*outcome.error);
    if (!outcome.played.isEmpty()) {
        const auto &[recorded, replayed] = outcome.played.first();
        m_played = {replay::RunRef{m_run->recording(), recorded}, replay::RunRef{m_run->recordedInto(), replayed}};
    }
    showIdle();
}

} // namespace wsw::desktop
