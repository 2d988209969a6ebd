#include "panes/inspectorpane.h"

#include "panes/anatomyview.h"
#include "panes/bytesview.h"
#include "panes/explainview.h"
#include "panes/handshakeview.h"
#include "panes/inspection.h"
#include "panes/messageview.h"
#include "theme/theme.h"
#include "widgets/panetabs.h"

#include <QVBoxLayout>

namespace wsw::desktop {

InspectorPane::InspectorPane(Workspace *workspace, QWidget *parent)
    : QWidget(parent), m_inspection(new Inspection(workspace, this)), m_tabs(new PaneTabs(this))
{
    setRole(this, "panel");
    m_tabs->setObjectName(QStringLiteral("inspectorTabs"));
    m_tabs->setDocumentMode(true);
    auto *anatomy = new AnatomyView(m_inspection, this);
    // In the order of Tab.
    m_tabs->addTab(new MessageView(m_inspection, this), tr("Message"));
    m_tabs->addTab(anatomy, tr("Anatomy"));
    m_tabs->addTab(new BytesView(m_inspection, this), tr("Bytes"));
    m_tabs->addTab(new HandshakeView(m_inspection, this), tr("Handshake"));
    m_tabs->addTab(new ExplainView(m_inspection, this), tr("Explain"));
    showTab(Tab::Anatomy);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_tabs);

    connect(anatomy, &AnatomyView::handshakeRequested, this, [this] { showTab(Tab::Handshake); });
    connect(anatomy, &AnatomyView::editAndSendRequested, this, [this] {
        if (m_inspection->isFrame())
            Q_EMIT editAndSendRequested(m_inspection->record().header.id);
    });
}

void InspectorPane::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(static_cast<int>(tab));
}

} // namespace wsw::desktop
