#pragma once

#include <QSpinBox>

namespace wsw::desktop {

class Workspace;

/// A port to listen on, 0 to 65535; 0: any free one. It is kept under a key of the settings.
class PortField final : public QSpinBox
{
    Q_OBJECT
public:
    PortField(const Workspace *workspace, const QString &settingsKey, int standard, QWidget *parent);

    [[nodiscard]] quint16 port() const { return static_cast<quint16>(value()); }
    /// Goes on to the next port on which no endpoint of this window listens, be it on another address. To be called when the form is opened.
    void propose();
    /// Keeps what the user wants; a port that was only proposed in its place is not kept.
    void remember() const;

private:
    [[nodiscard]] bool isTaken(int port) const;

    const Workspace *m_workspace;
    QString m_settingsKey;
    int m_wanted = 0;
    int m_proposed = 0;
};

} // namespace wsw::desktop
