#include "net/relayextensions.h"

#include "wire/extensions.h"

namespace wsw::net {

QByteArray withExtensions(QByteArrayView raw, QByteArrayView value)
{
    const qsizetype emptyLine = raw.endsWith("\r\n") ? 2 : 1; // RFC 9112, 2.2: a bare LF may end a line
    QByteArray head = raw.chopped(emptyLine).toByteArray();
    head += wire::extensionsName;
    head += ": ";
    head += value;
    head += "\r\n";
    head += raw.last(emptyLine);
    return head;
}

QByteArray withoutExtensions(const wire::Head &head)
{
    QByteArray rest;
    qsizetype from = 0;
    for (const wire::HeaderField &field : head.fields) {
        if (QByteArrayView(field.name).compare(wire::extensionsName, Qt::CaseInsensitive) != 0)
            continue;
        rest += head.raw.mid(from, field.offset - from);
        from = field.offset + field.length;
    }
    return rest + head.raw.mid(from);
}

} // namespace wsw::net
