#pragma once

#include <QRegularExpression>
#include <QTest>


namespace wsw::test {

/// Makes every warning that a test has not announced with QTest::ignoreMessage() a failure.
inline void failOnWarnings()
{
    // Qt's offscreen platform says this of pop-ups, size limits and the like; it is how GUI tests run.
    QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
}

} // namespace wsw::test
