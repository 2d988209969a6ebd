#pragma once

#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

namespace wsw::test {

/// Gives a test program folders of its own for settings and automatic captures, so that it neither sees nor touches the user's.
/// To be made before the first window or document.
class Sandbox final
{
public:
    Sandbox()
    {
        const QByteArray folder = m_folder.path().toLocal8Bit();
        for (const char *variable : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"})
            qputenv(variable, folder);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        QCoreApplication::setOrganizationName(QStringLiteral("websocket-workbench-tests"));
        QCoreApplication::setApplicationName(QStringLiteral("tests"));
    }
    [[nodiscard]] QString path() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
};

} // namespace wsw::test
