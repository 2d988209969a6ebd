#include "lesson/acceptsteps.h"

#include "wire/handshake.h"

namespace wsw::lesson {

AcceptSteps acceptSteps(QByteArrayView key)
{
    AcceptSteps steps;
    steps.key = key.toByteArray().trimmed();
    steps.guid = wire::acceptGuid.toByteArray();
    steps.joined = steps.key + steps.guid;
    steps.digest = wire::acceptDigest(steps.key);
    steps.accept = wire::acceptValue(steps.key);
    return steps;
}

} // namespace wsw::lesson
