#include "models/pointerfilter.h"

#include "capture/filter.h"

namespace wsw::desktop {

namespace {

constexpr qsizetype longestText = 1000;

/// Filters see of several members with one name the last.
bool isSeenByFilters(const payload::Tree &tree, payload::Tree::Number value)
{
    for (; value != payload::Tree::whole; value = tree.parent(value)) {
        if (!tree.isLastOfItsName(value))
            return false;
    }
    return true;
}

} // namespace

QString filterOnValue(const payload::Tree &tree, payload::Tree::Number value)
{
    using Kind = payload::Tree::Kind;
    const QString pointer = tree.pointer(value);
    const QStringView text = tree.value(value);
    if (pointer.isEmpty() || text.size() > longestText || !isSeenByFilters(tree, value))
        return {};
    const QString field = QStringLiteral("json.") + capture::Filter::quoted(pointer);
    QString filter;
    switch (tree.kind(value)) {
    case Kind::Object:
    case Kind::Array: filter = field; break;
    case Kind::Text: filter = QStringLiteral("%1 == %2").arg(field, capture::Filter::quoted(text.toString())); break;
    case Kind::Plain:
    case Kind::Word: filter = QStringLiteral("%1 == %2").arg(field, text); break;
    case Kind::Other: break;
    }
    return capture::Filter::parse(filter, nullptr) ? filter : QString();
}

} // namespace wsw::desktop
