#include "sections.h"

#include <QtGlobal>

namespace wsw::test {

bool isFullRun()
{
    return qEnvironmentVariableIsSet("WSW_CONFORMANCE_FULL");
}

QList<Case> conformanceCases(Extent extent)
{
    const QList<Case> cases = framingCases() + pingCases() + reservedCases() + fragmentCases() + utf8Cases() + closingCases()
        + limitCases(isFullRun() ? 5000 : 1000);
    return extent == Extent::Small ? withoutLarge(cases) : cases;
}

QList<Case> withoutLarge(QList<Case> cases)
{
    cases.removeIf([](const Case &each) { return each.size == Case::Size::Large; });
    return cases;
}

} // namespace wsw::test
