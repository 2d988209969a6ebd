#include "panes/forms/viafield.h"

#include "session/types.h"
#include "theme/theme.h"
#include "widgets/urledit.h"

#include <QLabel>
#include <QSettings>
#include <QUrl>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

QString withoutPassword(const QString &via)
{
    const auto proxy = session::parseProxy(via);
    if (!proxy)
        return {};
    QString text = net::proxyText(*proxy);
    if (!proxy->user.isEmpty())
        text.insert(text.indexOf(QLatin1String("://")) + 3, QString::fromLatin1(QUrl::toPercentEncoding(proxy->user)) + u'@');
    return text;
}

} // namespace

ViaField::ViaField(const QString &name, const QString &key, QWidget *parent)
    : QWidget(parent), m_key(key), m_edit(new UrlEdit(this, UrlEdit::Sort::OutgoingProxy)), m_problem(new QLabel(this))
{
    m_edit->setObjectName(name);
    m_edit->setPlaceholderText(tr("None, or http://host:port"));
    m_edit->setToolTip(tr("http://host:port or socks5://host:port; user:password@ before the host where the proxy asks for it"));
    setRole(m_problem, "problem");
    m_problem->setObjectName(name + QStringLiteral("Problem"));
    m_problem->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space4);
    column->addWidget(m_edit);
    column->addWidget(m_problem);
    setFocusProxy(m_edit);
    connect(m_edit, &UrlEdit::checked, this, &ViaField::showProblem);
    m_edit->setText(QSettings().value(key).toString());
    showProblem();
}

void ViaField::showProblem()
{
    const auto &problem = m_edit->problem();
    m_problem->setVisible(problem.has_value());
    m_problem->setText(problem ? QStringLiteral("⚠ %1 %2").arg(problem->message, problem->remedy) : QString());
}

Result<QString> ViaField::via() const
{
    if (m_edit->problem())
        return *m_edit->problem();
    return m_edit->text().trimmed();
}

bool ViaField::isEmpty() const
{
    return m_edit->text().trimmed().isEmpty();
}

void ViaField::remember() const
{
    QSettings().setValue(m_key, isEmpty() ? QString() : withoutPassword(m_edit->text()));
}

} // namespace wsw::desktop
