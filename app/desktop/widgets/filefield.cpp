#include "widgets/filefield.h"

#include "theme/theme.h"
#include "widgets/exacttext.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace wsw::desktop {

FileField::FileField(const QString &name, const QString &title, const QString &filter, QWidget *parent)
    : QWidget(parent)
    , m_path(new QLineEdit(this))
    , m_title(title)
    , m_filter(filter)
{
    m_path->setObjectName(name);
    m_path->setAccessibleName(title);
    auto *button = new QToolButton(this);
    button->setIcon(Theme::instance().icon(QStringLiteral("open")));
    button->setToolTip(tr("Choose a file"));
    button->setAccessibleName(tr("Choose: %1").arg(title));
    button->setFocusPolicy(Qt::TabFocus);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::space4);
    row->addWidget(m_path, 1);
    row->addWidget(button);
    setFocusProxy(m_path);
    connect(button, &QToolButton::clicked, this, &FileField::browse);
}

QString FileField::path() const
{
    return m_path->text().trimmed();
}

void FileField::setPath(const QString &path)
{
    replaceText(m_path, path);
}

void FileField::browse()
{
    auto *dialog = new QFileDialog(this, m_title, QFileInfo(path()).absolutePath(), m_filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &FileField::setPath);
    dialog->open();
}

} // namespace wsw::desktop
