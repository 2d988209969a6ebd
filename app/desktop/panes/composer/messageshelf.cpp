#include "panes/composer/messageshelf.h"

#include "theme/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QWidgetAction>

namespace wsw::desktop {

namespace {

constexpr qsizetype historyInMenu = 25;

/// For a menu: an ampersand in a message is no mnemonic.
QString asMenuText(QString text)
{
    return text.replace(u'&', QStringLiteral("&&"));
}

} // namespace

MessageShelf::MessageShelf(std::function<ComposedMessage()> current, QWidget *parent)
    : QWidget(parent)
    , m_current(std::move(current))
{
    auto *saved = new QPushButton(tr("Saved ▾"), this);
    saved->setObjectName(QStringLiteral("savedButton"));
    m_savedMenu = new QMenu(saved);
    saved->setMenu(m_savedMenu);
    auto *history = new QPushButton(tr("History"), this);
    history->setObjectName(QStringLiteral("historyButton"));
    history->setToolTip(tr("What was sent before (Ctrl+Up, Ctrl+Down)"));
    m_historyMenu = new QMenu(history);
    history->setMenu(m_historyMenu);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::space8);
    row->addWidget(saved);
    row->addWidget(history);
    connect(m_savedMenu, &QMenu::aboutToShow, this, &MessageShelf::fillSavedMenu);
    connect(m_historyMenu, &QMenu::aboutToShow, this, &MessageShelf::fillHistoryMenu);
}

void MessageShelf::back()
{
    if (const auto message = m_history.back(m_current()))
        Q_EMIT recalled(*message);
}

void MessageShelf::forth()
{
    if (const auto message = m_history.forth())
        Q_EMIT recalled(*message);
}

void MessageShelf::save(const QString &name)
{
    if (name.isEmpty())
        return;
    ComposedMessage message = m_current();
    message.label = name;
    m_saved.put(message);
    m_savedMenu->close();
}

void MessageShelf::fillSavedMenu()
{
    m_savedMenu->clear();
    auto *name = new QLineEdit;
    name->setObjectName(QStringLiteral("saveName"));
    name->setPlaceholderText(tr("Save this message as…"));
    name->setAccessibleName(tr("Name for the message in the composer"));
    auto *entry = new QWidgetAction(m_savedMenu);
    entry->setDefaultWidget(name);
    m_savedMenu->addAction(entry);
    connect(name, &QLineEdit::returnPressed, m_savedMenu, [this, name] { save(name->text().trimmed()); });
    m_savedMenu->addSeparator();
    if (m_saved.messages().isEmpty()) {
        m_savedMenu->addAction(tr("Nothing saved yet"))->setEnabled(false);
        return;
    }
    auto *remove = new QMenu(tr("Delete"), m_savedMenu);
    for (const ComposedMessage &message : m_saved.messages()) {
        m_savedMenu->addAction(asMenuText(message.label), this, [this, message] { Q_EMIT recalled(message); });
        remove->addAction(asMenuText(message.label), this, [this, label = message.label] { m_saved.remove(label); });
    }
    m_savedMenu->addSeparator();
    m_savedMenu->addMenu(remove);
}

void MessageShelf::fillHistoryMenu()
{
    m_historyMenu->clear();
    const QList<ComposedMessage> &messages = m_history.messages();
    if (messages.isEmpty())
        m_historyMenu->addAction(tr("Nothing sent yet"))->setEnabled(false);
    const qsizetype oldest = qMax<qsizetype>(0, messages.size() - historyInMenu);
    for (qsizetype i = messages.size(); i-- > oldest;) {
        const ComposedMessage message = messages.at(i);
        m_historyMenu->addAction(asMenuText(message.label), this, [this, message] { Q_EMIT recalled(message); });
    }
}

} // namespace wsw::desktop
