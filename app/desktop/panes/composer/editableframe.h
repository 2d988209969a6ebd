#pragma once

#include "base/id.h"
#include "base/result.h"
#include "capture/record.h"

#include <QByteArray>

#include <memory>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// A recorded frame as it can be edited and sent again.
struct EditableFrame
{
    /// Where it can be edited without losing anything: sent as a text or binary message it would be this frame again, or only
    /// bit by bit.
    enum class Fits : quint8 { Text, Binary, FrameOnly };
    Fits fits = Fits::FrameOnly;
    wire::FrameHeader header;
    QByteArray payload;         ///< unmasked, whole; inflated unless FrameOnly
};

/// Judges where a record can be edited whose whole payload means @p meant (PayloadForm::Meant).
[[nodiscard]] EditableFrame::Fits fitOf(const capture::RecordHeader &header, const QByteArray &meant);

/// Reads a record for editing. Errors: no frame, over 4 MiB, cannot be read. For a worker.
[[nodiscard]] Result<EditableFrame> readForEditing(const std::shared_ptr<capture::Document> &document, RecordId record);

} // namespace wsw::desktop
