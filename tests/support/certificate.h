#pragma once

#include <QString>

namespace wsw::test {

/// A certificate for localhost, 127.0.0.1 and ::1, and its key, made by the openssl program for one test. It is its own authority.
struct Certificate
{
    QString certificateFile;    ///< PEM; empty where it could not be made
    QString keyFile;            ///< PEM
};
/// Makes both files in @p folder.
[[nodiscard]] Certificate makeCertificate(const QString &folder);

} // namespace wsw::test
