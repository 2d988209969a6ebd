#include "wire/head.h"

#include "wire/httptext.h"

#include <algorithm>

namespace wsw::wire {

namespace {

/// Appends the members of one comma-separated value; a comma within a quoted string separates nothing (RFC 9110, 5.6.4).
void appendMembers(QList<QByteArray> &members, const QByteArray &value)
{
    bool quoted = false;
    bool escaped = false;
    qsizetype start = 0;
    const auto end = [&](qsizetype at) {
        QByteArray member = trimmedWhite(QByteArrayView(value).sliced(start, at - start));
        if (!member.isEmpty())
            members.append(std::move(member));
        start = at + 1;
    };
    for (qsizetype at = 0; at < value.size(); ++at) {
        const char c = value[at];
        if (escaped)
            escaped = false;
        else if (quoted && c == '\\')
            escaped = true;
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            end(at);
    }
    end(value.size());
}

} // namespace

std::optional<QByteArray> Head::value(QByteArrayView name) const
{
    for (const HeaderField &field : fields) {
        if (sameName(field.name, name))
            return field.value;
    }
    return std::nullopt;
}

QList<QByteArray> Head::values(QByteArrayView name) const
{
    QList<QByteArray> found;
    for (const HeaderField &field : fields) {
        if (sameName(field.name, name))
            found.append(field.value);
    }
    return found;
}

QList<QByteArray> Head::list(QByteArrayView name) const
{
    QList<QByteArray> members;
    for (const HeaderField &field : fields) {
        if (sameName(field.name, name))
            appendMembers(members, field.value);
    }
    return members;
}

bool Head::hasToken(QByteArrayView name, QByteArrayView token) const
{
    const QList<QByteArray> members = list(name);
    return std::ranges::any_of(members, [token](const QByteArray &member) { return sameName(member, token); });
}

} // namespace wsw::wire
