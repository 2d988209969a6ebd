#pragma once

#include "payload/protoreader.h"

#include <QString>

namespace google::protobuf {
class Descriptor;
class DescriptorPool;
class FieldDescriptor;
}

namespace wsw::payload {

/// Gives the fields of one Protobuf message to a sink by the names that its type has for them; for ProtoSchema.
class ProtoMessage final
{
public:
    using Type = google::protobuf::Descriptor;
    using Field = google::protobuf::FieldDescriptor;

    ProtoMessage(const google::protobuf::DescriptorPool *pool, ValueSink &sink) : m_pool(pool), m_sink(sink) {}

    /// All of it, as an object.
    void read(QByteArrayView payload, const Type *type);
    [[nodiscard]] qsizetype unknownFields() const noexcept { return m_unknown; }
    /// The first byte, counted from the beginning of the outermost message, that fits nothing; -1: there is none.
    [[nodiscard]] qsizetype wrongAt() const noexcept { return m_wrongAt; }
    /// Without its full stop.
    [[nodiscard]] const QString &why() const noexcept { return m_why; }

private:
    /// Fields up to the end or that of group @p group. False where what follows fits nothing.
    bool readFields(ProtoReader &reader, const Type *type, quint64 group);
    bool readField(ProtoReader &reader, const Field *field, WireType type);
    bool readInner(ProtoReader &reader, const Field *field, WireType type);
    bool readPacked(ProtoReader &reader, const Field *field);
    /// One number, as the field means its bits.
    bool readNumber(ProtoReader &reader, const Field *field);
    bool readText(ProtoReader &reader, const Field *field);
    bool readUnknown(ProtoReader &reader, quint64 number, WireType type);
    void readObject(QByteArrayView payload, const Type *type);
    /// What is left of a message, as bytes.
    void tellRest(const ProtoReader &reader, const QString &why);
    void note(qsizetype at, const QString &why);
    [[nodiscard]] qsizetype placeOf(QByteArrayView bytes) const { return bytes.data() - m_whole.data(); }

    const google::protobuf::DescriptorPool *m_pool;
    ValueSink &m_sink;
    QByteArrayView m_whole;
    int m_depth = 0;
    qsizetype m_unknown = 0;
    qsizetype m_wrongAt = -1;
    QString m_why;
};

} // namespace wsw::payload
