#pragma once

#include "capture/record.h"
#include "models/messagecontent.h"
#include "models/termplaces.h"

#include <QString>

/// The words of the Message tab. Pure; any thread.
namespace wsw::desktop {

/// "13 bytes, 13 characters", "2 048 bytes, PNG picture".
[[nodiscard]] QString messageFacts(const LoadedMessage &message, const capture::RecordHeader &frame,
                                   MessageContent::Language language = MessageContent::Language::None);
/// "Fragment 2 of 3; the whole message stands below." Empty for a message in one frame.
[[nodiscard]] QString fragmentFacts(const LoadedMessage &message);
/// The message as it can be read: text as it is, a Close as code and reason, other bytes as a short dump in hex and text.
[[nodiscard]] QString messageBody(const LoadedMessage &message, const capture::RecordHeader &frame);
/// Whether messageBody() is such a dump.
[[nodiscard]] bool isDumped(const LoadedMessage &message, const capture::RecordHeader &frame);
/// Places of a binary message's bytes where messageBody() shows them: each in hex and as characters, on as many lines as it goes on. Those
/// beyond what it shows are left out.
[[nodiscard]] Marks marksInDump(const Places &bytes, qsizetype size);
/// What bytes seem to be by how they begin: "PNG picture", "gzip"; empty where nothing is known.
[[nodiscard]] QString contentGuess(const QByteArray &bytes);

} // namespace wsw::desktop
