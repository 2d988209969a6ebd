#pragma once

#include "panes/forms/endpointform.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QMenu;
class QSpinBox;

namespace wsw::desktop {

class CompressionFields;
class FoldSection;
class HeaderEditor;
class TlsClientFields;
class UrlEdit;
class ViaField;

/// Connects a client: a URL that is checked as it is typed, and everything else folded away.
class ConnectPane final : public EndpointForm
{
    Q_OBJECT
public:
    explicit ConnectPane(Workspace *workspace, QWidget *parent = nullptr);

    void focusFirst() override;

protected:
    [[nodiscard]] Result<EndpointId> start(session::Workbench &workbench) override;
    [[nodiscard]] QWidget *fieldInTrouble() const override;
    void started(const session::EndpointInfo &info) override;
    void failed(const session::EndpointInfo &info) override;

private:
    void build();
    [[nodiscard]] QWidget *buildUrl();
    [[nodiscard]] QWidget *buildRequest();
    [[nodiscard]] QWidget *buildTimes();
    [[nodiscard]] QWidget *buildRaw();
    void fillRecentMenu();
    void remember() const;
    void recall();
    void showUrlProblem();
    [[nodiscard]] Result<session::ClientOptions> options() const;
    void selectConnectionOf(EndpointId endpoint);

    UrlEdit *m_url;
    QLabel *m_urlProblem;
    QMenu *m_recent = nullptr;
    FoldSection *m_requestSection = nullptr;
    HeaderEditor *m_headers;
    QLineEdit *m_origin;
    QLineEdit *m_subprotocols;
    TlsClientFields *m_tls;
    FoldSection *m_tlsSection = nullptr;
    FoldSection *m_timesSection = nullptr;
    CompressionFields *m_compression;
    QLineEdit *m_dialAddress;
    ViaField *m_via;
    QSpinBox *m_connectTimeout;
    QSpinBox *m_closeTimeout;
    QSpinBox *m_pingInterval;
    QCheckBox *m_raw;
    QCheckBox *m_rawHandshake;
    EndpointId m_toSelect;      ///< opened here, its connection not selected yet
};

} // namespace wsw::desktop
