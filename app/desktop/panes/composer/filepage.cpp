#include "panes/composer/filepage.h"

#include "stats/durationtext.h"
#include "theme/theme.h"
#include "widgets/exacttext.h"
#include "wire/utf8.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QVBoxLayout>
#include <QtConcurrentRun>

namespace wsw::desktop {

namespace {

using Kind = session::Outgoing::Kind;

/// A message lies in memory whole while it is sent, several times over; more than this is no message any more.
constexpr qint64 largestFile = qint64{1} << 30;

/// For a worker: a folder may lie on a slow disk.
QString factsOf(const QString &path)
{
    const QFileInfo file(path);
    if (!file.exists())
        return FilePage::tr("There is no such file.");
    return file.isFile() ? stats::sizeText(static_cast<quint64>(file.size())) : FilePage::tr("This is no file.");
}

Result<session::Outgoing> readFile(const QString &path, Kind kind)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{file.exists() ? ErrorKind::Permission : ErrorKind::NotFound,
                     FilePage::tr("%1 cannot be read: %2.").arg(path, file.errorString()),
                     FilePage::tr("Choose another file, or change its permissions."), {}};
    }
    if (file.size() > largestFile) {
        return Error{ErrorKind::Limit, FilePage::tr("%1 has %2.").arg(path, stats::sizeText(static_cast<quint64>(file.size()))),
                     FilePage::tr("A message of more than 1 GiB is not sent; choose a smaller file."), {}};
    }
    session::Outgoing outgoing;
    outgoing.kind = kind;
    outgoing.payload = file.readAll();
    if (file.error() != QFileDevice::NoError) {
        return Error{ErrorKind::Io, FilePage::tr("%1 could not be read to its end: %2.").arg(path, file.errorString()),
                     FilePage::tr("Nothing was sent; try again."), {}};
    }
    if (kind == Kind::Text) {
        wire::Utf8Validator utf8;
        if (!utf8.feed(outgoing.payload) || !utf8.atBoundary()) {
            const qint64 place = utf8.badOffset() >= 0 ? utf8.badOffset() : outgoing.payload.size() - utf8.openBytes();
            return Error{ErrorKind::Usage, FilePage::tr("%1 is no UTF-8: the byte at offset %2 breaks it.").arg(path).arg(place),
                         FilePage::tr("Send it as binary."), {}};
        }
    }
    return outgoing;
}

} // namespace

FilePage::FilePage(QWidget *parent)
    : ComposerPage(parent)
    , m_path(new QLineEdit(this))
    , m_kind(new QComboBox(this))
    , m_size(new QLabel(this))
{
    setAcceptDrops(true);
    m_path->setObjectName(QStringLiteral("composerFile"));
    m_path->setPlaceholderText(tr("Choose a file, or drop one here"));
    m_path->setAccessibleName(tr("File to send"));
    m_path->setAcceptDrops(false);
    m_kind->setObjectName(QStringLiteral("composerFileKind"));
    m_kind->addItem(tr("as binary"), static_cast<int>(Kind::Binary));
    m_kind->addItem(tr("as text"), static_cast<int>(Kind::Text));
    m_kind->setAccessibleName(tr("Message type"));
    m_size->setObjectName(QStringLiteral("composerFileSize"));
    setRole(m_size, "caption");
    auto *choose = new QPushButton(tr("Choose…"), this);

    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::space8);
    row->addWidget(m_path, 1);
    row->addWidget(choose);
    row->addWidget(m_kind);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    all->setSpacing(metrics::space8);
    all->addLayout(row);
    all->addWidget(m_size);
    all->addStretch(1);

    connect(choose, &QPushButton::clicked, this, &FilePage::browse);
    connect(m_path, &QLineEdit::textChanged, this, &FilePage::showSize);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &FilePage::changed);
    showSize();
}

void FilePage::compose(const Done &done)
{
    const QString path = m_path->text().trimmed();
    if (path.isEmpty()) {
        done(Error{ErrorKind::Usage, tr("No file is chosen."), tr("Choose one, or drop one on this pane."), {}});
        return;
    }
    const auto kind = static_cast<Kind>(m_kind->currentData().toInt());
    QtConcurrent::run(&readFile, path, kind).then(this, [done](const Result<session::Outgoing> &read) { done(read); });
}

QJsonObject FilePage::save() const
{
    return {{QStringLiteral("path"), m_path->text()}, {QStringLiteral("text"), m_kind->currentIndex() == 1}};
}

void FilePage::load(const QJsonObject &content)
{
    replaceText(m_path, content.value(QStringLiteral("path")).toString());
    m_kind->setCurrentIndex(content.value(QStringLiteral("text")).toBool() ? 1 : 0);
}

QString FilePage::summary() const
{
    return QFileInfo(m_path->text()).fileName();
}

void FilePage::focusFirst()
{
    m_path->setFocus();
}

void FilePage::dragEnterEvent(QDragEnterEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty() && urls.first().isLocalFile())
        event->acceptProposedAction();
}

void FilePage::dropEvent(QDropEvent *event)
{
    replaceText(m_path, event->mimeData()->urls().constFirst().toLocalFile());
    event->acceptProposedAction();
}

void FilePage::browse()
{
    auto *dialog = new QFileDialog(this, tr("File to send"), QFileInfo(m_path->text()).absolutePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) { replaceText(m_path, path); });
    dialog->open();
}

void FilePage::showSize()
{
    const QString path = m_path->text().trimmed();
    const quint64 question = ++m_sizeQuestions;
    if (path.isEmpty())
        m_size->setText(tr("The file is read when it is sent."));
    else
        QtConcurrent::run(&factsOf, path).then(this, [this, question](const QString &facts) {
            if (question == m_sizeQuestions)
                m_size->setText(facts);
        });
    Q_EMIT changed();
}

} // namespace wsw::desktop
