#pragma once

#include "panes/composer/bytetext.h"
#include "wire/frame.h"
#include "wire/framejudge.h"

#include <QJsonObject>
#include <QStringList>

#include <optional>

namespace wsw::desktop {

/// A frame being crafted: every bit of its header free, its declared length true or false.
struct FrameDraft
{
    wire::FrameHeader header;                       ///< .length and .lengthForm are made by finished()
    std::optional<wire::LengthForm> lengthForm;     ///< nothing: the shortest
    std::optional<quint64> declaredLength;          ///< nothing: the true one
    QByteArray payload;

    /// The header as it will be written, or why no such header can be written.
    struct Finished
    {
        wire::FrameHeader header;
        QString problem;                            ///< empty: it can
    };
    [[nodiscard]] Finished finished() const;
};

/// Which rules a crafted frame breaks where @p judge has seen what was sent before; @p judge is left as it is after this frame.
/// Each line is a sentence with its RFC section.
[[nodiscard]] QStringList judgeCrafted(const wire::FrameHeader &header, const QByteArray &payload, wire::FrameJudge &judge);

} // namespace wsw::desktop
