#pragma once

#include "streampair.h"

#include <QObject>

namespace wsw::test {

/// What every ByteStream must do. A test of an implementation derives from it and names its kinds.
class StreamConformance : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

protected:
    [[nodiscard]] virtual QList<StreamKind> kinds() const = 0;

private Q_SLOTS:
    void initTestCase_data();
    void init();

    void startsWithReadingOff();
    void namesBothEnds();
    void carriesBytesBothWays();
    void keepsTheOrderOfManyWrites();
    void tellsWhenDrained();
    void stampsBetweenSendingAndReading();
    void stopsReadingInsideBytesRead();
    void holdsThePeerBackWhilePaused();
    void writesAllBeforeClosing();
    void endsWritingAndReadsOn();
    void tellsThePeersEnd();
    void abortsWithoutWriting();
    void handsOnWhatHasComeBeforeClosing();
    void handsOnTheRestAfterCloseInsideBytesRead();
    void readsWhileItsLastBytesWait();
    void hearsNothingAfterAbortInsideBytesRead();
    void ignoresWritesAfterTheEnd();
    void canBeDeletedInEveryCallback_data();
    void canBeDeletedInEveryCallback();
    void cutsTheConnectionWhenDeleted();
    void endsWhenThePeerResets();
    void countsWhatItLost();
    void endsWhenThePeerResetsWhilePausedAndBlocked();
    void endsWhenWrittenToAfterAResetWhilePaused();
};

} // namespace wsw::test
