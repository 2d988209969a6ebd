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

private:
    FileField *m_authority;
    FileField *m_certificate;
    FileField *m_key;
    QLineEdit *m_serverName;
    QCheckBox *m_ignoreErrors;
};

} // namespace wsw::desktop
