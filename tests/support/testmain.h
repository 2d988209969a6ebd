#pragma once

#include <QRegularExpression>
#include <QTest>


namespace wsw::test {

/// Makes every warning that a test has not announced with QTest::ignoreMessage() a failure.
inline void failOnWarnings()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".?")));
}

} // namespace wsw::test
