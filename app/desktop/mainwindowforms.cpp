#include "mainwindow.h"

#include "panes/composerpane.h"
#include "panes/connectpane.h"
#include "panes/endpointspane.h"
#include "panes/hostpane.h"
#include "panes/proxypane.h"
#include "theme/theme.h"
#include "widgets/panedock.h"
#include "workspace.h"

#include <QApplication>
#include <QLayout>
#include <QTimer>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace wsw::desktop {

namespace {

constexpr QSize formSize{300, 440};
/// In a narrower window a form has the place of the panes at the right until it is done.
constexpr int narrowWindow = 1000;

} // namespace

// The forms for Host, Connect and Proxy, in docks that come and go.

void MainWindow::putForms()
{
    const auto put = [this](PaneDock *dock, auto *form) {
        using Form = std::remove_pointer_t<decltype(form)>;
        dock->setPane(form);
        connect(form, &EndpointForm::done, this, [this, dock](EndpointId running) { onFormDone(dock, running); });
        connect(dock, &PaneDock::focusWanted, form, &Form::focusFirst);
        connect(dock, &QDockWidget::visibilityChanged, this, [this](bool visible) {
            // Later: another form may be taking its place.
            if (!visible)
                QTimer::singleShot(0, this, &MainWindow::onFormHidden);
        });
    };
    put(m_docks.host, new HostPane(m_workspace, m_docks.host));
    put(m_docks.connect, new ConnectPane(m_workspace, m_docks.connect));
    put(m_docks.proxy, new ProxyPane(m_workspace, m_docks.proxy));
}

void MainWindow::openForm(PaneDock *dock)
{
    if (!isFormOpen())
        m_withoutForm = sideWidths();
    makeRoomForForm();
    for (PaneDock *form : forms()) {
        if (form != dock && !form->isFloating())
            form->hide();
    }
    const bool opens = !dock->isVisible();
    dock->show();
    dock->raise();
    if (opens && !dock->isFloating()) {
        // A form wants more room than the tree beside which it stands.
        layout()->activate();
        const Theme &theme = Theme::instance();
        resizeDocks({dock}, {qMax(m_withoutForm.left, theme.scaled(formSize.width()))}, Qt::Horizontal);
        const int column = m_docks.endpoints->height() + dock->height();
        const int height = qMin(theme.scaled(formSize.height()), column * 2 / 3);
        resizeDocks({m_docks.endpoints, dock}, {column - height, height}, Qt::Vertical);
        layout()->activate();
        m_withForm = sideWidths();
    }
    Q_EMIT dock->focusWanted();
}

void MainWindow::makeRoomForForm()
{
    if (width() >= Theme::instance().scaled(narrowWindow))
        return;
    for (PaneDock *dock : {m_docks.inspector, m_docks.latency}) {
        if (!dock->isVisible() || dock->isFloating())
            continue;
        dock->hide();
        m_givenWay.append(dock);
    }
}

void MainWindow::onFormDone(PaneDock *dock, EndpointId running)
{
    const bool hadFocus = dock->isAncestorOf(QApplication::focusWidget());
    dock->hide();
    if (!hadFocus)
        return;
    // To where one goes on: with what was connected one talks, what was started is in the tree.
    // (It is selected a moment later, when its connection has been told of.)
    if (dock == m_docks.connect && running.isValid() && m_docks.composer->isVisible())
        Q_EMIT m_docks.composer->focusWanted();
    else
        m_endpoints->focusTree();
}

void MainWindow::onFormHidden()
{
    if (isFormOpen() || !isVisible())
        return;
    for (PaneDock *dock : std::exchange(m_givenWay, {}))
        dock->show();
    const auto [left, right] = std::exchange(m_withoutForm, {});
    const SideWidths now = sideWidths();
    // Sides that the user has made wider or narrower meanwhile stay so.
    if (left > 0 && !isUsersOwn(now.left))
        resizeDocks({m_docks.endpoints}, {left}, Qt::Horizontal);
    if (right > 0 && (m_withForm.right == 0 || std::abs(now.right - m_withForm.right) <= 1))
        resizeDocks({m_docks.inspector}, {right}, Qt::Horizontal);
}

bool MainWindow::isUsersOwn(int leftWidth) const
{
    // A form is as wide as it was opened, or as a section that has been unfolded made it.
    const QList<PaneDock *> all = forms();
    return std::abs(leftWidth - m_withForm.left) > 1 && std::none_of(all.cbegin(), all.cend(), [leftWidth](const PaneDock *form) {
        return std::abs(form->pane()->minimumSizeHint().width() - leftWidth) <= 1;
    });
}

void MainWindow::closeForms()
{
    for (PaneDock *form : forms())
        form->hide();
    layout()->activate();
    onFormHidden();
}

bool MainWindow::isFormOpen() const
{
    const QList<PaneDock *> all = forms();
    return std::any_of(all.cbegin(), all.cend(), [](const PaneDock *form) { return form->isVisible(); });
}

bool MainWindow::isWatchedByForm(EndpointId endpoint) const
{
    const QList<PaneDock *> all = forms();
    return std::any_of(all.cbegin(), all.cend(), [endpoint](const PaneDock *dock) {
        return dock->isVisible() && static_cast<const EndpointForm *>(dock->pane())->watches(endpoint);
    });
}

MainWindow::SideWidths MainWindow::sideWidths() const
{
    const auto widthOf = [](const PaneDock *dock) { return dock->isVisible() && !dock->isFloating() ? dock->width() : 0; };
    return {widthOf(m_docks.endpoints), widthOf(m_docks.inspector)};
}

void MainWindow::openHostForm()
{
    openForm(m_docks.host);
}

void MainWindow::openConnectForm()
{
    openForm(m_docks.connect);
}

void MainWindow::openProxyForm()
{
    openForm(m_docks.proxy);
}

} // namespace wsw::desktop
