#include "console.h"

#include "arguments.h"

#include <QJsonDocument>

#include <unistd.h>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace wsw::cli::console {

void setBuffering(Buffering buffering)
{
    std::setvbuf(stdout, nullptr, buffering == Buffering::Lines ? _IOLBF : _IOFBF, 64 * 1024);
}

bool line(const QByteArray &text)
{
    // One call for the line and its end: line buffering would let a part go out at a line end inside the text.
    const QByteArray whole = text + '\n';
    return std::fwrite(whole.constData(), 1, static_cast<size_t>(whole.size()), stdout)
        == static_cast<size_t>(whole.size());
}

bool line(const QString &text)
{
    return line(text.toUtf8());
}

bool line(const QJsonObject &object)
{
    return line(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

bool flush()
{
    return std::fflush(stdout) == 0;
}

void progress(const QString &text)
{
    static const bool isSeen = isatty(STDERR_FILENO) != 0;
    if (isSeen)
        std::fprintf(stderr, "\r%s\033[K", text.toUtf8().constData());
}

void note(const QString &text)
{
    std::fprintf(stderr, "wsw: %s\n", text.toUtf8().constData());
}

void error(const Error &error)
{
    note(error.remedy.isEmpty() ? error.message : error.message + u' ' + error.remedy);
    if (!error.detail.isEmpty()) {
        for (const QString &detail : error.detail.split(u'\n'))
            std::fprintf(stderr, "     %s\n", detail.toUtf8().constData());
    }
}

} // namespace wsw::cli::console
