#include "models/messagefinds.h"

#include "models/messagetext.h"

namespace wsw::desktop {

namespace {

QList<payload::Tree::Number> findInTree(const payload::Tree &tree, const SearchTerm &term, const std::atomic_bool &cancelled)
{
    const SearchMarker marker(term, SearchMarker::Effort::InWorker);
    QList<payload::Tree::Number> found;
    for (payload::Tree::Number value = 1; value <= tree.size() && found.size() < mostPlaces && !cancelled; ++value) {
        const bool isFound = !marker.placesIn(tree.value(value).toString(), 1).isEmpty() || (tree.parent(value) != payload::Tree::whole && !marker.placesIn(tree.name(value), 1).isEmpty());
        if (isFound)
            found.append(value);
    }
    return found;
}

} // namespace

MessageFinds findIn(const LoadedMessage &message, const MessageContent &content, const RawText &raw, const SearchTerm &term, const std::atomic_bool &cancelled)
{
    MessageFinds finds;
    if (term.text.isEmpty())
        return finds;
    const bool isText = message.content == LoadedMessage::Content::Text && message.gaps.isEmpty();
    if (raw.isDump) {
        const Places bytes = placesInBytes(term, message.bytes);
        finds.bytes = bytes.size();
        finds.raw = placesInDump(bytes, message.bytes.size());
    } else if (isText && term.kind == SearchTerm::Kind::Hex) {
        finds.raw = placesDecoded(placesInBytes(term, message.bytes), message.bytes, raw.text);
    } else {
        finds.raw = placesInText(term, raw.text);
    }
    if (content.pretty && !cancelled) {
        const auto laid = raw.isDump ? std::nullopt : placesLaidOut(finds.raw, raw.text, *content.pretty);
        finds.pretty = laid ? *laid : placesInText(term, *content.pretty);
    }
    if (content.tree && !cancelled)
        finds.values = findInTree(*content.tree, term, cancelled);
    return finds;
}

} // namespace wsw::desktop
