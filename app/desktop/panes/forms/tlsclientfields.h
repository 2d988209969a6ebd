#pragma once

#include "session/types.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;

namespace wsw::desktop {

class FileField;

/// How a TLS connection is checked and presented, as fields.
class TlsClientFields final : public QWidget
{
    Q_OBJECT
public:
    explicit TlsClientFields(QWidget *parent = nullptr);

    /// The options, or what is wrong with them. The files are read where they are used, off this thread.
    [[nodiscard]] Result<session::TlsClientOptions> options() const;
    /// Keeps the files' paths and the server name in the settings; that checks are passed over is asked anew each time.
    void remember(const QString &group) const;
    void recall(const QString &group);
    /// Nothing is chosen that another connection would not have.
    [[nodiscard]] bool isPlain() const;

private:
    /// What is remembered, by name.
    [[nodiscard]] QList<std::pair<QString, QLineEdit *>> lines() const;

    FileField *m_authority;
    FileField *m_certificate;
    FileField *m_key;
    QLineEdit *m_serverName;
    QCheckBox *m_ignoreErrors;
};

} // namespace wsw::desktop
