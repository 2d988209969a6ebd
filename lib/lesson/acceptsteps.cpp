#include "lesson/acceptsteps.h"

#include <QCryptographicHash>

namespace wsw::lesson {

AcceptSteps acceptSteps(QByteArrayView key)
{
    AcceptSteps steps;
    steps.key = key.toByteArray().trimmed();
    steps.guid = QByteArrayLiteral("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    steps.joined = steps.key + steps.guid;
    steps.digest = QCryptographicHash::hash(steps.joined, QCryptographicHash::Sha1);
    steps.accept = steps.digest.toBase64();
    return steps;
}

} // namespace wsw::lesson
