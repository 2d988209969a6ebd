#include "panes/composer/editableframe.h"

#include "capture/document.h"
#include "panes/composer/bytetext.h"
#include "widgets/exacttext.h"

#include <QCoreApplication>

namespace wsw::desktop {

namespace {

/// More than this is not brought into a text field.
constexpr quint64 largestEdited = quint64{4} * 1024 * 1024;

QString tr(const char *text)
{
    return QCoreApplication::translate("EditableFrame", text);
}

} // namespace

EditableFrame::Fits fitOf(const capture::RecordHeader &header, const QByteArray &payload)
{
    const wire::FrameHeader &frame = header.frame;
    const wire::RecordFlags notPlain = wire::RecordFlag::Compressed | wire::RecordFlag::NotMinimal | wire::RecordFlag::Crafted
                                       | wire::RecordFlag::Truncated;
    const bool plain = frame.fin && !frame.rsv1 && !frame.rsv2 && !frame.rsv3 && header.violation == wire::Violation::None
                       && !(header.flags & notPlain);
    if (plain && frame.opcode == wire::Opcode::Binary)
        return EditableFrame::Fits::Binary;
    if (plain && frame.opcode == wire::Opcode::Text) {
        const auto text = writeBytes(payload, ByteFormat::Text);
        if (text && isKeptExactly(*text))
            return EditableFrame::Fits::Text;
    }
    return EditableFrame::Fits::FrameOnly;
}

Result<EditableFrame> readForEditing(const std::shared_ptr<capture::Document> &document, RecordId record)
{
    auto read = document->read(record);
    if (!read)
        return read.error();
    const capture::RecordHeader &header = read->header;
    if (header.kind != wire::RecordKind::Frame)
        return Error{ErrorKind::Usage, tr("This row is no frame."), tr("Select a frame of the conversation to edit it."), {}};
    if (header.payloadStored > largestEdited) {
        return Error{ErrorKind::Limit, tr("This frame's payload is too large to edit here."),
                     tr("Frames up to 4 MiB can be edited; send larger ones from a file."), {}};
    }
    QByteArray payload = read->payload;
    if (header.flags & wire::RecordFlag::Chunked) {
        auto whole = document->readPayload(record, 0, static_cast<qsizetype>(header.payloadStored));
        if (!whole)
            return whole.error();
        payload = std::move(whole).value();
    }
    return EditableFrame{fitOf(header, payload), header.frame, payload};
}

} // namespace wsw::desktop
