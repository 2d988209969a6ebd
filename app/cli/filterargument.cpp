#include "filterargument.h"

namespace wsw::cli {

Result<capture::Filter> readFilter(const QString &text)
{
    capture::Filter::ParseError problem;
    const std::optional<capture::Filter> filter = capture::Filter::parse(text, &problem);
    if (filter)
        return *filter;
    const QString marker = QString(problem.position, u' ') + QString(qMax<qsizetype>(problem.length, 1), u'^');
    return Error{ErrorKind::Usage, problem.message, {}, text + u'\n' + marker};
}

} // namespace wsw::cli
