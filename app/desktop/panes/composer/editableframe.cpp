#include "panes/composer/editableframe.h"

#include "capture/document.h"
#include "panes/composer/bytetext.h"
#include "widgets/exacttext.h"

#include <QCoreApplication>

#include <algorithm>

namespace wsw::desktop {

namespace {

/// More than this is not brought into a text field.
constexpr qsizetype largestEdited = qsizetype{4} * 1024 * 1024;

QString tr(const char *text)
{
    return QCoreApplication::translate("EditableFrame", text);
}

} // namespace

EditableFrame::Fits fitOf(const capture::RecordHeader &header, const QByteArray &meant)
{
    const wire::FrameHeader &frame = header.frame;
    const wire::RecordFlags notPlain = wire::RecordFlag::NotMinimal | wire::RecordFlag::Crafted | wire::RecordFlag::Truncated;
    // RSV1 says no more than that the message was compressed, which it will be again where it is sent.
    const bool plain = frame.fin && frame.rsv1 == header.isCompressed() && !frame.rsv2 && !frame.rsv3
                       && header.violation == wire::Violation::None && !(header.flags & notPlain);
    if (plain && frame.opcode == wire::Opcode::Binary)
        return EditableFrame::Fits::Binary;
    if (plain && frame.opcode == wire::Opcode::Text) {
        const auto text = writeBytes(meant, ByteFormat::Text);
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
    if (std::max(header.payloadStored, header.inflatedStored) > quint64{largestEdited}) {
        return Error{ErrorKind::Limit, tr("This frame's payload is too large to edit here."),
                     tr("Frames up to 4 MiB can be edited; send larger ones from a file."), {}};
    }
    auto meant = document->readPayload(record, 0, largestEdited, capture::PayloadForm::Meant);
    if (!meant)
        return meant.error();
    const EditableFrame::Fits fits = fitOf(header, *meant);
    if (fits != EditableFrame::Fits::FrameOnly)
        return EditableFrame{fits, header.frame, std::move(meant).value()};
    // Bit by bit it is the bytes of the wire that are edited.
    auto payload = document->readPayload(record, 0, largestEdited);
    if (!payload)
        return payload.error();
    return EditableFrame{fits, header.frame, std::move(payload).value()};
}

} // namespace wsw::desktop
