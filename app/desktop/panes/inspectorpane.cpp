#include "panes/inspectorpane.h"

#include "models/recordtext.h"
#include "panes/anatomyview.h"
#include "panes/bytesview.h"
#include "panes/explainview.h"
#include "panes/handshakeview.h"
#include "panes/inspection.h"
#include "panes/messageview.h"
#include "theme/theme.h"
#include "widgets/panetabs.h"
#include "workspace.h"

#include <QLabel>
#include <QVBoxLayout>

namespace wsw::desktop {

InspectorPane::InspectorPane(Workspace *workspace, QWidget *parent)
    : QWidget(parent), m_inspection(new Inspection(workspace, this)), m_hidden(new QLabel(this)), m_tabs(new PaneTabs(this))
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
    column->setSpacing(0);
    column->addWidget(m_hidden);
    column->addWidget(m_tabs);

    m_hidden->setObjectName(QStringLiteral("selectionHidden"));
    setRole(m_hidden, "secondary");
    m_hidden->setWordWrap(true);
    m_hidden->setContentsMargins(metrics::space12, metrics::space4, metrics::space12, metrics::space4);
    m_hidden->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_hidden->hide();
    connect(m_hidden, &QLabel::linkActivated, this, [this] { Q_EMIT rowWanted(m_inspection->workspace()->currentRecord()); });
    connect(workspace, &Workspace::currentRecordChanged, this, &InspectorPane::showHidden);
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

void InspectorPane::setHidden(bool isHidden)
{
    m_isHidden = isHidden;
    showHidden();
}

void InspectorPane::showHidden()
{
    const RecordId record = m_inspection->workspace()->currentRecord();
    m_hidden->setText(tr("This is frame %1. The log leaves it out. <a href=\"#\">Show it</a>").arg(groupedNumber(record.value())));
    m_hidden->setVisible(m_isHidden && record.isValid());
}

} // namespace wsw::desktop
