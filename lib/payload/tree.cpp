#include "payload/tree.h"

#include "payload/formats.h"
#include "payload/jsonwriter.h"

#include <algorithm>
#include <utility>

namespace wsw::payload {

namespace {

Tree::Kind kindOf(const QString &plain)
{
    const QChar first = plain.isEmpty() ? QChar() : plain.front();
    if (plain == QLatin1String("true") || plain == QLatin1String("false") || plain == QLatin1String("null") || plain == QLatin1String("undefined"))
        return Tree::Kind::Word;
    const bool isNumber = first.isDigit() || (first == u'-' && plain.size() > 1) || plain == QLatin1String("NaN") || plain == QLatin1String("Infinity");
    return isNumber ? Tree::Kind::Plain : Tree::Kind::Other;
}

/// Written without quotes it reads as a name that is no text, as "1", "null", "h'ff'", "[1,2]" or "(field 3)" do.
bool readsAsPlain(QStringView name)
{
    const auto isLetter = [](QChar c) { return c.isLetter() || c == u'_' || c == u'$' || c == u'@'; };
    const bool isWord = name == u"true" || name == u"false" || name == u"null" || name == u"undefined" || name == u"NaN" || name == u"Infinity";
    return name.isEmpty() || isWord || !isLetter(name.front()) || name.contains(u'(') || name.contains(u'\'');
}

QString escaped(QString step)
{
    return step.replace(u'~', QLatin1String("~0")).replace(u'/', QLatin1String("~1"));
}

} // namespace

QString Tree::name(Number value) const
{
    const Value &one = m_values[value];
    if (one.parent != whole && kind(one.parent) == Kind::Array)
        return QString::number(one.row);
    return m_texts.sliced(one.nameAt, one.nameSize);
}

QString Tree::pointer(Number value) const
{
    QString pointer;
    for (; value != whole && parent(value) != whole; value = parent(value))
        pointer.prepend(u'/' + escaped(name(value)));
    return pointer;
}

bool Tree::nameNeedsQuotes(Number value) const
{
    const Value &one = m_values[value];
    if (!isMember(value) || one.hasPlainName)
        return false;
    const QStringView name = nameIn(one);
    const bool hasControls = std::any_of(name.begin(), name.end(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
    return hasControls || (m_hasPlainNames && readsAsPlain(name));
}

bool Tree::isLastOfItsName(Number value) const
{
    if (!isMember(value))
        return true;
    const QStringView name = nameIn(m_values[value]);
    for (int row = rowOf(value) + 1; row < childCount(parent(value)); ++row) {
        if (nameIn(m_values[child(parent(value), row)]) == name)
            return false;
    }
    return true;
}

Result<QString> Tree::text(Number value) const
{
    JsonWriter writer;
    if (write(value, writer))
        return writer.take();
    return Error{ErrorKind::Limit, QStringLiteral("Laid out, this value would be more than %1 characters.").arg(mostText),
                 QStringLiteral("Take a value inside it, or save the message to a file."), {}};
}

bool Tree::write(Number value, ValueSink &sink) const
{
    if (!isContainer(value)) {
        kind(value) == Kind::Text ? sink.text(this->value(value).toString()) : sink.plain(this->value(value).toString());
        return true;
    }
    const QStringView tagged = this->value(value);
    const QStringList tags = tagged.isEmpty() ? QStringList() : tagged.toString().split(u' ');
    for (const QString &tag : tags)
        sink.beginTag(tag);
    const bool isObject = kind(value) == Kind::Object;
    isObject ? sink.beginObject() : sink.beginArray();
    for (int row = 0; row < childCount(value); ++row) {
        if (sink.isFull())
            return false;
        const Number inside = child(value, row);
        if (isObject)
            m_values[inside].hasPlainName ? sink.plainName(name(inside)) : sink.name(name(inside));
        if (!write(inside, sink))
            return false;
    }
    isObject ? sink.endObject() : sink.endArray();
    for (qsizetype i = 0; i < tags.size(); ++i)
        sink.endTag();
    return true;
}

TreeBuilder::TreeBuilder() : m_tree(new Tree), m_open{Tree::whole}
{
    m_tree->m_values.push_back({});
}

void TreeBuilder::name(const QString &name)
{
    m_name = name;
    m_hasPlainName = false;
}

void TreeBuilder::plainName(const QString &name)
{
    m_name = name;
    m_hasPlainName = true;
}

void TreeBuilder::beginTag(const QString &tag)
{
    m_tags.append(tag);
}

void TreeBuilder::endTag()
{
}

bool TreeBuilder::isFull() const noexcept
{
    return m_tree->size() > Tree::mostValues || m_tree->m_texts.size() > mostText;
}

Error TreeBuilder::whyFull() const
{
    const bool isMany = m_tree->size() > Tree::mostValues;
    return {ErrorKind::Limit,
            isMany ? QStringLiteral("This message has more than %1 values: too many for a tree.").arg(Tree::mostValues)
                   : QStringLiteral("The names and values of this message have more than %1 characters: too many for a tree.").arg(mostText),
            QStringLiteral("Read it as text, or save it to a file."), {}};
}

void TreeBuilder::text(const QString &text)
{
    m_tags.isEmpty() ? add(Tree::Kind::Text, text) : addTagged(jsonQuoted(text));
}

void TreeBuilder::plain(const QString &value)
{
    m_tags.isEmpty() ? add(kindOf(value), value) : addTagged(value);
}

void TreeBuilder::addTagged(QString written)
{
    // A tag makes something else of what it stands before: of a number or a text a date, as it may be.
    for (auto tag = m_tags.crbegin(); tag != m_tags.crend(); ++tag)
        written = *tag + u'(' + written + u')';
    add(Tree::Kind::Other, written);
}

void TreeBuilder::begin(Tree::Kind kind)
{
    add(kind, m_tags.join(u' '));
    m_open.push_back(static_cast<Tree::Number>(m_tree->size()));
}

void TreeBuilder::add(Tree::Kind kind, const QString &value)
{
    const Tree::Number parent = m_open.back();
    Tree::Value one;
    one.kind = kind;
    one.hasPlainName = m_hasPlainName;
    m_tree->m_hasPlainNames = m_tree->m_hasPlainNames || (m_hasPlainName && parent != Tree::whole);
    one.parent = parent;
    one.row = m_tree->m_values[parent].childCount++;
    one.nameAt = static_cast<qint32>(m_tree->m_texts.size());
    one.nameSize = static_cast<qint32>(m_name.size());
    m_tree->m_texts += m_name;
    one.valueAt = static_cast<qint32>(m_tree->m_texts.size());
    one.valueSize = static_cast<qint32>(value.size());
    m_tree->m_texts += value;
    m_tree->m_values.push_back(one);
    m_name.clear();
    m_hasPlainName = false;
    m_tags.clear();
}

std::shared_ptr<const Tree> TreeBuilder::take()
{
    Tree &tree = *m_tree;
    quint32 before = 0;
    for (Tree::Value &value : tree.m_values) {
        value.firstChild = before;
        before += value.childCount;
    }
    // Parents stand before their children, and those of one parent in their order.
    tree.m_children.resize(before);
    for (Tree::Number number = 1; number < tree.m_values.size(); ++number) {
        const Tree::Value &value = tree.m_values[number];
        tree.m_children[tree.m_values[value.parent].firstChild + value.row] = number;
    }
    m_open = {Tree::whole};
    return std::shared_ptr<const Tree>(std::move(m_tree));
}

Result<std::shared_ptr<const Tree>> treeOf(QByteArrayView payload, Format format)
{
    TreeBuilder builder;
    builder.beginRoot(formatName(format));
    const auto read = readValues(payload, format, builder);
    if (builder.isFull())
        return builder.whyFull();
    if (!read)
        return read.error();
    return builder.take();
}

} // namespace wsw::payload
