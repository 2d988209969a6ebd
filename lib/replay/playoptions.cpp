#include "replay/playoptions.h"

#include "stats/durationtext.h"

using namespace Qt::StringLiterals;

namespace wsw::replay {

namespace {

QString counted(quint64 number, const QString &one, const QString &many)
{
    return number == 1 ? u"1 "_s + one : u"%1 %2"_s.arg(number).arg(many);
}

} // namespace

QString timingName(Timing timing)
{
    switch (timing) {
    case Timing::Turns: return u"turns"_s;
    case Timing::Original: return u"original"_s;
    case Timing::Fast: return u"fast"_s;
    }
    Q_UNREACHABLE();
}

std::optional<Timing> timingFromName(QStringView name)
{
    for (const Timing timing : {Timing::Turns, Timing::Original, Timing::Fast}) {
        if (timingName(timing) == name)
            return timing;
    }
    return std::nullopt;
}

QString PlayOutcome::sentence() const
{
    QStringList said;
    const QString sent = u"%1 of %2 (%3)"_s.arg(messages).arg(counted(total, u"message"_s, u"messages"_s), stats::sizeText(bytes));
    switch (end) {
    case End::Done:
        said += u"Replayed %1 (%2) on %3."_s.arg(counted(messages, u"message"_s, u"messages"_s), stats::sizeText(bytes),
                                                  counted(connections, u"connection"_s, u"connections"_s));
        break;
    case End::NotStarted: said += u"Nothing was replayed."_s; break;
    case End::Broken: said += (messages < total ? u"Replayed only %1."_s : u"Replayed %1."_s).arg(sent); break;
    case End::Cancelled: said += u"Stopped after %1."_s.arg(sent); break;
    }
    if (end == End::Done || end == End::Broken) {
        said += answers == answersExpected ? u"%1 came, as recorded."_s.arg(counted(answers, u"answer"_s, u"answers"_s))
                                           : u"%1 came, %2 were recorded."_s.arg(counted(answers, u"answer"_s, u"answers"_s)).arg(answersExpected);
    }
    if (late > 0)
        said += u"%1 no answer came for %2 longer than in the recording."_s.arg(late == 1 ? u"Once"_s : u"%1 times"_s.arg(late), stats::durationText(qint64{waitMs} * nsPerMs));
    if (refused > 0)
        said += u"%1 could not be sent."_s.arg(counted(refused, u"message"_s, u"messages"_s));
    return said.join(u' ');
}

} // namespace wsw::replay
