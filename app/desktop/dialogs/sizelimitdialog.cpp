#include "dialogs/sizelimitdialog.h"

#include "theme/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

constexpr qint64 megabyte = 1024 * 1024;
constexpr int mostMegabytes = 1024 * 1024;  // a terabyte
/// Some hours of busy traffic, and small enough to be sent.
constexpr int usualMegabytes = 1024;

} // namespace

SizeLimitDialog::SizeLimitDialog(qint64 bytes, QWidget *parent)
    : QDialog(parent), m_limited(new QCheckBox(tr("Keep the file of a capture below"), this)), m_megabytes(new QSpinBox(this))
{
    setWindowTitle(tr("Size limit"));
    m_limited->setObjectName(QStringLiteral("sizeLimited"));
    m_limited->setChecked(bytes > 0);
    m_megabytes->setObjectName(QStringLiteral("sizeLimit"));
    m_megabytes->setAccessibleName(tr("Limit in MB"));
    m_megabytes->setRange(1, mostMegabytes);
    m_megabytes->setSuffix(tr(" MB"));
    m_megabytes->setValue(bytes > 0 ? static_cast<int>(bytes / megabyte) : usualMegabytes);
    auto *meaning = new QLabel(this);
    setRole(meaning, "caption");
    meaning->setWordWrap(true);
    meaning->setText(tr("When a capture that is being recorded is larger, its oldest frames go to an archive beside it. Nothing is thrown away: the log "
                          "shows them as before, as long as the archive lies there. Without a limit a capture grows as long as there is room on the disk."));
    meaning->setFixedWidth(Theme::instance().scaled(400));
    meaning->setMinimumHeight(meaning->heightForWidth(meaning->width()));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton *set = buttons->addButton(tr("Set"), QDialogButtonBox::AcceptRole);
    set->setObjectName(QStringLiteral("sizeLimitSet"));
    set->setDefault(true);
    setRole(set, "primary");

    auto *line = new QHBoxLayout;
    line->addWidget(m_limited);
    line->addWidget(m_megabytes);
    line->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space16, metrics::space16, metrics::space16, metrics::space16);
    column->addLayout(line);
    column->addWidget(meaning);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_limited, &QCheckBox::toggled, m_megabytes, &QWidget::setEnabled);
    m_megabytes->setEnabled(m_limited->isChecked());
}

qint64 SizeLimitDialog::bytes() const
{
    return m_limited->isChecked() ? m_megabytes->value() * megabyte : 0;
}

} // namespace wsw::desktop
