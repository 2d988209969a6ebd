#pragma once

#include "panes/forms/endpointform.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace wsw::desktop {

class CompressionFields;
class FileField;
class FoldSection;
class PortField;

/// Starts a server: where it listens and what it does with a message.
class HostPane final : public EndpointForm
{
    Q_OBJECT
public:
    explicit HostPane(Workspace *workspace, QWidget *parent = nullptr);

    void focusFirst() override;

protected:
    [[nodiscard]] Result<EndpointId> start(session::Workbench &workbench) override;
    void started(const session::EndpointInfo &info) override;
    void failed(const session::EndpointInfo &info) override;

private:
    void build();
    [[nodiscard]] QWidget *buildAdvanced();
    void recall();
    void remember() const;
    void showConsequences();
    [[nodiscard]] Result<session::HostOptions> options() const;

    QComboBox *m_address;
    QLabel *m_reach;
    PortField *m_port;
    QComboBox *m_behaviour;
    CompressionFields *m_compression;
    QComboBox *m_strictness;
    QLineEdit *m_prefix;
    QWidget *m_prefixRow = nullptr;
    QLineEdit *m_name;
    QLineEdit *m_subprotocols;
    FoldSection *m_advanced = nullptr;
    FileField *m_certificate;
    FileField *m_key;
};

} // namespace wsw::desktop
