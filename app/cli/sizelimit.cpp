#include "sizelimit.h"

#include "capture/archiver.h"

#include <limits>
#include <optional>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

constexpr qint64 kibibyte = 1024;

/// "500M" in bytes; nothing where it is none.
std::optional<qint64> bytesIn(QStringView text)
{
    constexpr QStringView units = u"KMGT";
    qint64 factor = 1;
    if (const qsizetype unit = text.isEmpty() ? -1 : units.indexOf(text.back().toUpper()); unit >= 0) {
        text.chop(1);
        for (qsizetype i = 0; i <= unit; ++i)
            factor *= kibibyte;
    }
    bool isNumber = false;
    const qint64 number = text.toLongLong(&isNumber);
    if (!isNumber || number < 0 || number > std::numeric_limits<qint64>::max() / factor)
        return std::nullopt;
    return number * factor;
}

} // namespace

OptionSpec sizeLimitSpec()
{
    return {u"size-limit"_s, {u"SIZE"_s},
            u"Keeps the file of --capture below this size, 1M at least (K, M, G, T: powers of 1024): the oldest frames go to archives beside it "
            "(NAME.archive-1.wscapture) and stay readable through it. Without it, there is no limit."_s};
}

Result<qint64> readSizeLimit(const Arguments &arguments)
{
    if (!arguments.has(u"size-limit"_s))
        return qint64{0};
    const QString text = arguments.value(u"size-limit"_s);
    const std::optional<qint64> bytes = bytesIn(text);
    if (!bytes || *bytes < capture::Archiver::leastLimit)
        return Error{ErrorKind::Usage, u"--size-limit cannot be \"%1\"."_s.arg(text), u"Give a size of 1M or more, such as 500M or 2G."_s, {}};
    if (!arguments.has(u"capture"_s)) {
        return Error{ErrorKind::Usage, u"--size-limit says how large the file of --capture may become, and there is none."_s,
                     u"Give --capture FILE as well."_s, {}};
    }
    return *bytes;
}

} // namespace wsw::cli
