#include "panes/composer/framedraft.h"

#include "wire/frameparser.h"

#include <QCoreApplication>

namespace wsw::desktop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("FrameDraft", text);
}

/// What a false declared length does to the receiver.
QString lengthLie(quint64 declared, quint64 real)
{
    if (declared > real) {
        return tr("%1 bytes are declared and %2 follow: the receiver takes the first %3 of the next frame for payload.")
            .arg(declared).arg(real).arg(declared - real);
    }
    return tr("%1 bytes are declared and %2 follow: the receiver takes the last %3 for the beginning of a frame.")
        .arg(declared).arg(real).arg(real - declared);
}

} // namespace

FrameDraft::Finished FrameDraft::finished() const
{
    Finished result{header, {}};
    const quint64 length = declaredLength.value_or(static_cast<quint64>(payload.size()));
    const wire::LengthForm form = lengthForm.value_or(wire::minimalLengthForm(length));
    result.header.length = length;
    result.header.lengthForm = form;
    // 126 and 127 in the seven bits name the longer forms (RFC 6455, 5.2).
    if (form == wire::LengthForm::Bits7 && length > 125)
        result.problem = tr("Seven bits hold a length of at most 125, this one is %1.").arg(length);
    else if (form == wire::LengthForm::Bits16 && length > 0xffff)
        result.problem = tr("Sixteen bits hold a length of at most 65535, this one is %1.").arg(length);
    return result;
}

QStringList judgeCrafted(const wire::FrameHeader &header, const QByteArray &payload, wire::FrameJudge &judge)
{
    QStringList sentences;
    const auto tell = [&sentences](const wire::Findings &findings) {
        for (const wire::Finding &finding : findings) {
            const wire::ViolationInfo &info = wire::violationInfo(finding.violation);
            QString sentence = QString::fromUtf8(info.sentence);
            if (!finding.note.isEmpty())
                sentence += QStringLiteral(" (%1)").arg(finding.note);
            sentences.append(QStringLiteral("%1 %2").arg(sentence, QLatin1String(info.section)));
        }
    };
    // The same bytes and the same parser as on the wire: what is foretold is what will be found.
    const QByteArray bytes = wire::serializeFrame(header, payload);
    wire::FrameParser parser;
    parser.feed(bytes);
    wire::FramePiece piece;
    // Behind a length that is declared too short the rest is read as further frames; the first one is what is judged.
    if (parser.next(piece))
        tell(judge.judge(piece));
    if (header.length != static_cast<quint64>(payload.size()))
        sentences.append(lengthLie(header.length, static_cast<quint64>(payload.size())));
    return sentences;
}

} // namespace wsw::desktop
