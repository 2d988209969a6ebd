#pragma once

#include "panes/forms/endpointform.h"

class QComboBox;
class QLabel;

namespace wsw::desktop {

class CompressionFields;
class PortField;
class TlsClientFields;
class UrlEdit;
class ViaField;

/// Starts a proxy: clients connect here, everything is recorded and passed on to the target.
class ProxyPane final : public EndpointForm
{
    Q_OBJECT
public:
    explicit ProxyPane(Workspace *workspace, QWidget *parent = nullptr);

    void focusFirst() override;

protected:
    [[nodiscard]] Result<EndpointId> start(session::Workbench &workbench) override;
    [[nodiscard]] QWidget *fieldInTrouble() const override;
    void started(const session::EndpointInfo &info) override;
    void failed(const session::EndpointInfo &info) override;

private:
    void showState();

    PortField *m_port;
    UrlEdit *m_target;
    QLabel *m_targetProblem;
    QLabel *m_explanation;
    QComboBox *m_address;
    CompressionFields *m_compression;
    ViaField *m_via;
    TlsClientFields *m_tls;
};

} // namespace wsw::desktop
