#include "support/certificate.h"

#include "support/program.h"

using namespace Qt::StringLiterals;

namespace wsw::test {

Certificate makeCertificate(const QString &folder)
{
    const Certificate made{folder + u"/certificate.pem"_s, folder + u"/key.pem"_s};
    const std::unique_ptr<Program> openssl = runToEnd(
        u"openssl"_s,
        {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s, u"-nodes"_s,
         u"-days"_s, u"2"_s, u"-subj"_s, u"/CN=localhost"_s, u"-addext"_s,
         u"subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"_s, u"-keyout"_s, made.keyFile, u"-out"_s, made.certificateFile});
    return openssl->exitCode() == 0 ? made : Certificate{};
}

} // namespace wsw::test
