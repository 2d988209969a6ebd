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

    /// The options, or the first file that is not there.
    [[nodiscard]] Result<session::TlsClientOptions> options() const;

private:
    FileField *m_authority;
    FileField *m_certificate;
    FileField *m_key;
    QLineEdit *m_serverName;
    QCheckBox *m_ignoreErrors;
};

/// Nothing where @p path is empty or a readable file; else an Error that names it as @p what.
[[nodiscard]] Result<> checkReadable(const QString &path, const QString &what);

} // namespace wsw::desktop
