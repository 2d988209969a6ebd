#include "exchange/harevents.h"

#include <QIODevice>

#include <nlohmann/json.hpp>

#include <array>
#include <istream>
#include <streambuf>
#include <string>
#include <vector>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

/// Ends early where one value goes on for too long.
class DeviceBuffer final : public std::streambuf
{
public:
    explicit DeviceBuffer(QIODevice &device) : m_device(device) {}
    void valueSeen() noexcept { m_sinceValue = 0; }
    [[nodiscard]] bool tooLong() const noexcept { return m_sinceValue > longestJsonValue; }

protected:
    int_type underflow() override
    {
        const qint64 got = tooLong() ? 0 : m_device.read(m_bytes.data(), qint64(m_bytes.size()));
        if (got <= 0)
            return traits_type::eof();
        m_sinceValue += got;
        setg(m_bytes.data(), m_bytes.data(), m_bytes.data() + got);
        return traits_type::to_int_type(*gptr());
    }

private:
    QIODevice &m_device;
    std::array<char, 64 * 1024> m_bytes{};
    qint64 m_sinceValue = 0;
};

class Handler final : public nlohmann::json_sax<nlohmann::json>
{
public:
    Handler(const JsonEvents &events, DeviceBuffer &buffer) : m_events(events), m_buffer(buffer) {}

    bool null() override { return give("null"); }
    bool boolean(bool value) override { return give(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return give(QByteArray::number(qlonglong(value))); }
    bool number_unsigned(number_unsigned_t value) override { return give(QByteArray::number(qulonglong(value))); }
    bool number_float(number_float_t, const string_t &text) override { return give(view(text)); }
    bool string(string_t &text) override { return give(view(text)); }
    bool binary(binary_t &) override { return false; }
    bool start_object(std::size_t) override { return enter() && proceed(m_events.begin(m_path)); }
    bool end_object() override
    {
        leave();
        return proceed(m_events.end(m_path));
    }
    bool start_array(std::size_t) override { return enter(); }
    bool end_array() override
    {
        leave();
        return true;
    }
    bool key(string_t &name) override
    {
        m_path.truncate(m_levels.back());
        if (!m_path.isEmpty())
            m_path += '.';
        // Nobody asks for such names; they need not cost more than others.
        m_path += view(name).first(std::min<qsizetype>(qsizetype(name.size()), 100));
        return true;
    }
    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &) override
    {
        m_problem = m_buffer.tooLong() ? u"a value is too long"_s : u"it is no JSON at byte %1"_s.arg(qulonglong(position));
        return false;
    }
    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] bool stopped() const noexcept { return m_stopped; }

private:
    static QByteArrayView view(const std::string &text) { return {text.data(), qsizetype(text.size())}; }
    bool give(QByteArrayView value)
    {
        m_buffer.valueSeen();
        m_events.value(m_path, value);
        return true;
    }
    bool enter()
    {
        m_levels.push_back(m_path.size());
        if (m_levels.size() <= deepestJson)
            return true;
        m_problem = u"its values lie too deep"_s;
        return false;
    }
    void leave()
    {
        m_path.truncate(m_levels.back());
        m_levels.pop_back();
    }
    bool proceed(bool wanted)
    {
        m_stopped = m_stopped || !wanted;
        return wanted;
    }

    const JsonEvents &m_events;
    DeviceBuffer &m_buffer;
    QByteArray m_path;
    std::vector<qsizetype> m_levels;    ///< lengths of the path outside of each
    QString m_problem;
    bool m_stopped = false;
};

} // namespace

Result<> readJson(QIODevice &device, const JsonEvents &events)
{
    DeviceBuffer buffer(device);
    std::istream stream(&buffer);
    Handler handler(events, buffer);
    if (nlohmann::json::sax_parse(stream, &handler))
        return {};
    if (handler.stopped())
        return Error{ErrorKind::Cancelled, u"The import was cancelled."_s, {}, {}};
    return Error{ErrorKind::NotACapture, u"The file cannot be read as HAR: %1."_s.arg(handler.problem()), u"Export it again."_s, {}};
}

} // namespace wsw::exchange
