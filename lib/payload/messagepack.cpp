#include "payload/formats.h"
#include "payload/jsonwriter.h"

#include <nlohmann/json.hpp>

namespace wsw::payload {

namespace {

using Json = nlohmann::json;

/// The reader's number for a text that was expected: only names must be texts.
constexpr int stringExpected = 113;

/// Writes what the reader finds, so that nothing is kept but the text.
class Sax final : public Json::json_sax_t
{
public:
    bool null() override { return plain(QStringLiteral("null")); }
    bool boolean(bool value) override { return plain(value ? QStringLiteral("true") : QStringLiteral("false")); }
    bool number_integer(number_integer_t value) override { return plain(QString::number(value)); }
    bool number_unsigned(number_unsigned_t value) override { return plain(QString::number(value)); }
    bool number_float(number_float_t value, const string_t &) override
    {
        m_writer.number(value);
        return goesOn();
    }
    bool string(string_t &value) override
    {
        m_writer.text(QString::fromStdString(value));
        return goesOn();
    }
    bool binary(binary_t &value) override
    {
        const QByteArrayView bytes(value.data(), static_cast<qsizetype>(value.size()));
        const QString notation = bytesNotation(bytes);
        return plain(value.has_subtype() ? QStringLiteral("ext(%1, %2)").arg(static_cast<qint8>(value.subtype())).arg(notation) : notation);
    }
    bool start_object(std::size_t) override
    {
        m_writer.beginObject();
        return isShallow();
    }
    bool key(string_t &value) override
    {
        m_writer.name(QString::fromStdString(value));
        return true;
    }
    bool end_object() override
    {
        m_writer.endObject();
        return true;
    }
    bool start_array(std::size_t) override
    {
        m_writer.beginArray();
        return isShallow();
    }
    bool end_array() override
    {
        m_writer.endArray();
        return true;
    }
    bool parse_error(std::size_t position, const std::string &, const Json::exception &error) override
    {
        // The reader has counted the byte that does not fit as well.
        m_wrongAt = position > 0 ? position - 1 : 0;
        m_hasOtherKey = error.id == stringExpected;
        return false;
    }

    [[nodiscard]] bool isTooDeep() const noexcept { return m_isTooDeep; }
    [[nodiscard]] bool isTooLong() const noexcept { return m_writer.isFull(); }
    [[nodiscard]] bool hasOtherKey() const noexcept { return m_hasOtherKey; }
    [[nodiscard]] std::size_t wrongAt() const noexcept { return m_wrongAt; }
    [[nodiscard]] QString take() { return m_writer.take(); }

private:
    bool plain(const QString &value)
    {
        m_writer.plain(value);
        return goesOn();
    }
    [[nodiscard]] bool goesOn() const noexcept { return !m_writer.isFull(); }
    /// The reader goes into itself for each container: it is stopped before the stack is full.
    bool isShallow()
    {
        m_isTooDeep = m_writer.depth() > mostDepth;
        return !m_isTooDeep && goesOn();
    }

    JsonWriter m_writer;
    std::size_t m_wrongAt = 0;
    bool m_isTooDeep = false;
    bool m_hasOtherKey = false;
};

} // namespace

Result<QString> layOutMessagePack(QByteArrayView payload)
{
    Sax sax;
    if (Json::sax_parse(payload.begin(), payload.end(), &sax, Json::input_format_t::msgpack, true))
        return sax.take();
    if (sax.isTooDeep())
        return tooDeep(Format::MessagePack);
    if (sax.isTooLong())
        return tooLong(Format::MessagePack);
    if (sax.hasOtherKey()) {
        return Error{ErrorKind::Usage, QStringLiteral("This is no MessagePack, or one with a key that is no text, at byte %1.").arg(sax.wrongAt()),
                     QStringLiteral("Maps with such keys cannot be shown; choose another format, or Bytes."), {}};
    }
    return isNone(Format::MessagePack, static_cast<qsizetype>(sax.wrongAt()));
}

} // namespace wsw::payload
