#include "models/messagefinds.h"

#include "models/messagetext.h"

namespace wsw::desktop {

namespace {

QList<payload::Tree::Number> findInTree(const payload::Tree &tree, const SearchTerm &term, const std::atomic_bool &cancelled)
{
    const SearchMarker marker(term, SearchMarker::Effort::InWorker);
    QList<payload::Tree::Number> found;
    for (payload::Tree::Number value = 1; value <= tree.size() && found.size() < mostPlaces && !cancelled; ++value) {
        // Elements of arrays and what stands outermost have no names of their own.
        const bool hasName = tree.kind(tree.parent(value)) == payload::Tree::Kind::Object;
        const bool isFound = !marker.placesIn(tree.value(value).toString(), 1).isEmpty() || (hasName && !marker.placesIn(tree.name(value), 1).isEmpty());
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
    const bool isDecoded = isText && term.kind == SearchTerm::Kind::Hex;
    Places inRaw;
    if (raw.isDump) {
        const Places bytes = placesInBytes(term, message.bytes);
        finds.bytes = bytes.size();
        finds.raw = marksInDump(bytes, message.bytes.size());
    } else {
        inRaw = isDecoded ? placesDecoded(placesInBytes(term, message.bytes), message.bytes) : placesInText(term, raw.text);
        finds.raw = marksOf(inRaw);
    }
    if (content.pretty && !cancelled) {
        const auto laid = raw.isDump ? std::nullopt : placesLaidOut(inRaw, raw.text, *content.pretty);
        finds.pretty = marksOf(laid ? *laid : placesInText(term, *content.pretty));
    }
    if (content.tree && !cancelled)
        finds.values = findInTree(*content.tree, term, cancelled);
    return finds;
}

} // namespace wsw::desktop
