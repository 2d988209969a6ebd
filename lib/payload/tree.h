#pragma once

#include "base/result.h"
#include "payload/reading.h"
#include "payload/valuesink.h"

#include <QString>

#include <memory>
#include <vector>

namespace wsw::payload {

/// The values of a message as a tree: containers with their members, each with the name under which it stands. Immutable once built; any
/// thread. A value is known by its number; @c whole, which is none, holds what stands outermost.
class Tree final
{
public:
    using Number = quint32;
    static constexpr Number whole = 0;
    /// More values than these are no tree.
    static constexpr qsizetype mostValues = 500'000;

    enum class Kind : quint8 {
        Object,
        Array,
        Text,
        Plain,      ///< a number
        Word,       ///< true, false, null
        Other,      ///< bytes and whatever else JSON has no form for
    };

    /// How many values there are.
    [[nodiscard]] qsizetype size() const noexcept { return static_cast<qsizetype>(m_values.size()) - 1; }
    [[nodiscard]] Kind kind(Number value) const { return m_values[value].kind; }
    [[nodiscard]] bool isContainer(Number value) const { return kind(value) <= Kind::Array; }
    [[nodiscard]] int childCount(Number value) const { return static_cast<int>(m_values[value].childCount); }
    /// The one in place @p row, which must be below childCount().
    [[nodiscard]] Number child(Number value, int row) const { return m_children[m_values[value].firstChild + static_cast<quint32>(row)]; }
    [[nodiscard]] Number parent(Number value) const { return m_values[value].parent; }
    /// Its place among its parent's children.
    [[nodiscard]] int rowOf(Number value) const { return static_cast<int>(m_values[value].row); }
    /// Of an object's member; of what stands outermost what it was called; of an array's element its index.
    [[nodiscard]] QString name(Number value) const;
    /// A text without quotes and escapes, a number as it is written, ...; of a container the tag in front of it, mostly none.
    [[nodiscard]] QStringView value(Number value) const { return QStringView(m_texts).sliced(m_values[value].valueAt, m_values[value].valueSize); }
    /// The JSON pointer (RFC 6901) that leads to it from what stands outermost: "/user/0/name"; empty for that itself.
    [[nodiscard]] QString pointer(Number value) const;
    /// As JSON writes it, in quotes and with escapes, and with all that is in it laid out; an error where that is more than mostText characters.
    [[nodiscard]] Result<QString> text(Number value) const;
    /// Its name is a text which without quotes might be taken for a name that is none, or takes more than a line.
    [[nodiscard]] bool nameNeedsQuotes(Number value) const;
    /// It is no member of an object, or its object has none of the same name behind it.
    [[nodiscard]] bool isLastOfItsName(Number value) const;

private:
    friend class TreeBuilder;
    struct Value
    {
        Kind kind = Kind::Array;
        bool hasPlainName = false;  ///< a name that is no text
        quint32 parent = 0;
        quint32 row = 0;
        quint32 firstChild = 0;     ///< in m_children
        quint32 childCount = 0;
        qint32 nameAt = 0;          ///< in m_texts
        qint32 nameSize = 0;
        qint32 valueAt = 0;
        qint32 valueSize = 0;
    };
    /// False where the sink is full before the end.
    bool write(Number value, ValueSink &sink) const;
    [[nodiscard]] bool isMember(Number value) const { return parent(value) != whole && kind(parent(value)) == Kind::Object; }
    [[nodiscard]] QStringView nameIn(const Value &value) const { return QStringView(m_texts).sliced(value.nameAt, value.nameSize); }

    std::vector<Value> m_values;        ///< each behind its parent
    std::vector<Number> m_children;     ///< those of one parent beside each other
    QString m_texts;                    ///< all names and values
    bool m_hasPlainNames = false;       ///< some member has a name that is no text
};

/// Makes a tree of the values that it takes; full with more than Tree::mostValues, or mostText characters in them.
class TreeBuilder final : public ValueSink
{
public:
    TreeBuilder();
    /// Before each value that stands outermost: how it is to be called.
    void beginRoot(const QString &name) { plainName(name); }

    void beginObject() override { begin(Tree::Kind::Object); }
    void endObject() override { m_open.pop_back(); }
    void beginArray() override { begin(Tree::Kind::Array); }
    void endArray() override { m_open.pop_back(); }
    void name(const QString &name) override;
    void plainName(const QString &name) override;
    void beginTag(const QString &tag) override;
    void endTag() override;
    void text(const QString &text) override;
    void plain(const QString &value) override;
    [[nodiscard]] bool isFull() const noexcept override;

    /// Of what there is too much; only where it is full.
    [[nodiscard]] Error whyFull() const;
    /// What has been taken; whatever is not ended yet is.
    [[nodiscard]] std::shared_ptr<const Tree> take();

private:
    void begin(Tree::Kind kind);
    void add(Tree::Kind kind, const QString &value);
    /// A value as it is written, with the tags before it: it is nothing that JSON has a form for.
    void addTagged(QString written);

    std::unique_ptr<Tree> m_tree;
    std::vector<Tree::Number> m_open;
    QString m_name;
    bool m_hasPlainName = false;
    QStringList m_tags;     ///< before the value that comes next
};

/// The values of @p payload, read as @p format; an error for what has none (XML, plain text), and where it is no such thing. Any thread.
[[nodiscard]] Result<std::shared_ptr<const Tree>> treeOf(QByteArrayView payload, Format format);

} // namespace wsw::payload
