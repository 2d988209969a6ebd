#include "panes/schemabar.h"

#include "theme/theme.h"
#include "widgets/flowlayout.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>

namespace wsw::desktop {

namespace {

const auto fileKey = QStringLiteral("proto/file");
const auto sentKey = QStringLiteral("proto/sent");
const auto receivedKey = QStringLiteral("proto/received");
/// A name longer than so many characters is cut where it is shown.
constexpr int shownCharacters = 12;

/// Chooses @p type, which the list need not have: it may be known only when the file has been read.
void choose(QComboBox *types, const QString &type)
{
    if (types->findText(type) < 0 && !type.isEmpty())
        types->addItem(type);
    types->setCurrentIndex(type.isEmpty() ? -1 : types->findText(type));
}

} // namespace

SchemaBar::SchemaBar(QWidget *parent) : QWidget(parent), m_file(QSettings().value(fileKey).toString()), m_choose(new QPushButton(this)), m_unknown(new QLabel(this))
{
    setObjectName(QStringLiteral("schemaBar"));
    auto *row = new FlowLayout(metrics::space8, metrics::space8);
    setLayout(row);
    m_choose->setObjectName(QStringLiteral("schemaFile"));
    m_choose->setIcon(Theme::instance().icon(QStringLiteral("file"), Token::Text));
    row->addWidget(m_choose);
    m_sent = addTypes("schemaSent", tr("Sent"), tr("The type of the messages that were sent"));
    m_received = addTypes("schemaReceived", tr("Received"), tr("The type of the messages that were received"));
    setRole(m_unknown, "caption");
    m_unknown->setObjectName(QStringLiteral("schemaUnknown"));
    m_unknown->hide();
    row->addWidget(m_unknown);
    choose(m_sent, QSettings().value(sentKey).toString());
    choose(m_received, QSettings().value(receivedKey).toString());
    showFile();
    connect(m_choose, &QPushButton::clicked, this, &SchemaBar::chooseFile);
}

QComboBox *SchemaBar::addTypes(const char *name, const QString &label, const QString &tip)
{
    auto *box = new QWidget(this);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::space8);
    auto *caption = new QLabel(label, box);
    setRole(caption, "secondary");
    auto *types = new QComboBox(box);
    types->setObjectName(QLatin1String(name));
    types->setAccessibleName(tip);
    types->setToolTip(tip);
    types->setPlaceholderText(tr("Choose a type"));
    types->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    types->setMinimumContentsLength(shownCharacters);
    caption->setBuddy(types);
    row->addWidget(caption);
    row->addWidget(types);
    layout()->addWidget(box);
    connect(types, &QComboBox::activated, this, [this] {
        QSettings().setValue(sentKey, m_sent->currentText());
        QSettings().setValue(receivedKey, m_received->currentText());
        Q_EMIT changed();
    });
    return types;
}

QString SchemaBar::type(Direction direction) const
{
    return (direction == Direction::Sent ? m_sent : m_received)->currentText();
}

void SchemaBar::setTypes(const QStringList &types)
{
    for (QComboBox *box : {m_sent, m_received}) {
        const QString chosen = box->currentText();
        box->clear();
        box->addItems(types);
        // Of one type only that can be meant.
        choose(box, types.size() == 1 && chosen.isEmpty() ? types.constFirst() : chosen);
    }
}

void SchemaBar::setUnknownFields(qsizetype count)
{
    m_unknown->setText(count == 1 ? tr("1 field has no name in this type: its number is shown.") : tr("%1 fields have no name in this type: their numbers are shown.").arg(count));
    m_unknown->setVisible(count > 0);
}

void SchemaBar::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Choose what names the fields"), m_file.isEmpty() ? QString() : QFileInfo(m_file).absolutePath(),
                                   tr("Protobuf (*.proto *.desc *.binpb *.protoset *.pb);;All files (*)"));
    dialog->setObjectName(QStringLiteral("schemaDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &SchemaBar::takeFile);
    dialog->open();
}

void SchemaBar::takeFile(const QString &path)
{
    m_file = path;
    QSettings().setValue(fileKey, path);
    for (QComboBox *box : {m_sent, m_received})
        box->clear();
    QSettings().remove(sentKey);
    QSettings().remove(receivedKey);
    showFile();
    Q_EMIT changed();
}

void SchemaBar::showFile()
{
    m_choose->setText(m_file.isEmpty() ? tr("Choose a .proto file…") : QFileInfo(m_file).fileName());
    m_choose->setToolTip(m_file.isEmpty() ? tr("A .proto file, or a set of descriptors that protoc has written, names the fields of Protobuf messages") : m_file);
    m_choose->setAccessibleName(m_file.isEmpty() ? m_choose->text() : tr("Fields are named by %1; choose another file").arg(m_choose->text()));
}

} // namespace wsw::desktop
