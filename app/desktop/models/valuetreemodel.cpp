#include "models/valuetreemodel.h"

#include "models/recordtext.h"
#include "payload/jsonwriter.h"
#include "theme/theme.h"

namespace wsw::desktop {

namespace {

using payload::Tree;

constexpr float markOpacity = 0.25F;
/// More of a long text is seen in its copy.
constexpr qsizetype shownCharacters = 500;

Token tokenOf(Tree::Kind kind)
{
    switch (kind) {
    case Tree::Kind::Object:
    case Tree::Kind::Array: return Token::TextSecondary;
    case Tree::Kind::Text: return Token::Received;
    case Tree::Kind::Plain: return Token::Crafted;
    case Tree::Kind::Word: return Token::Control;
    case Tree::Kind::Other: return Token::Text;
    }
    Q_UNREACHABLE();
}

QString cut(QStringView text)
{
    return text.size() <= shownCharacters ? text.toString() : text.first(shownCharacters).toString() + u'…';
}

QString count(Tree::Kind kind, int children)
{
    const QString number = groupedNumber(static_cast<quint64>(children));
    if (kind == Tree::Kind::Object)
        return children == 1 ? ValueTreeModel::tr("{ 1 member }") : ValueTreeModel::tr("{ %1 members }").arg(number);
    return children == 1 ? ValueTreeModel::tr("[ 1 element ]") : ValueTreeModel::tr("[ %1 elements ]").arg(number);
}

} // namespace

ValueTreeModel::ValueTreeModel(QObject *parent) : QAbstractItemModel(parent) {}

void ValueTreeModel::setTree(std::shared_ptr<const Tree> tree)
{
    beginResetModel();
    m_tree = std::move(tree);
    m_shown.clear();
    m_marks.clear();
    if (m_tree)
        m_shown.insert(Tree::whole, qMin(batch, m_tree->childCount(Tree::whole)));
    endResetModel();
}

void ValueTreeModel::setMarks(const QSet<Number> &marks)
{
    m_marks = marks;
}

ValueTreeModel::Number ValueTreeModel::valueAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Number>(index.internalId()) : Tree::whole;
}

QModelIndex ValueTreeModel::makeIndex(Number value, int column) const
{
    return value == Tree::whole ? QModelIndex() : createIndex(m_tree->rowOf(value), column, quintptr{value});
}

QModelIndex ValueTreeModel::indexOf(Number value)
{
    if (!m_tree || value > m_tree->size())
        return {};
    for (Number one = value; one != Tree::whole; one = m_tree->parent(one))
        show(m_tree->parent(one), m_tree->rowOf(one) + 1);
    return makeIndex(value);
}

QString ValueTreeModel::shown(Number value, Column column) const
{
    if (column == Name)
        return m_tree->nameNeedsQuotes(value) ? payload::jsonQuoted(cut(m_tree->name(value))) : cut(m_tree->name(value));
    const Tree::Kind kind = m_tree->kind(value);
    const QStringView text = m_tree->value(value);
    if (kind == Tree::Kind::Text)
        return payload::jsonQuoted(cut(text));
    if (!m_tree->isContainer(value))
        return cut(text);
    const QString children = count(kind, m_tree->childCount(value));
    return text.isEmpty() ? children : QStringLiteral("%1 %2").arg(text, children);
}

QModelIndex ValueTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return makeIndex(m_tree->child(valueAt(parent), row), column);
}

QModelIndex ValueTreeModel::parent(const QModelIndex &child) const
{
    return child.isValid() ? makeIndex(m_tree->parent(valueAt(child))) : QModelIndex();
}

int ValueTreeModel::rowCount(const QModelIndex &parent) const
{
    return m_tree && parent.column() <= 0 ? m_shown.value(valueAt(parent)) : 0;
}

int ValueTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

bool ValueTreeModel::hasChildren(const QModelIndex &parent) const
{
    return m_tree && parent.column() <= 0 && m_tree->childCount(valueAt(parent)) > 0;
}

bool ValueTreeModel::canFetchMore(const QModelIndex &parent) const
{
    return hasChildren(parent) && rowCount(parent) < m_tree->childCount(valueAt(parent));
}

void ValueTreeModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        show(valueAt(parent), rowCount(parent) + 1);
}

void ValueTreeModel::show(Number parent, int count)
{
    const int before = m_shown.value(parent);
    if (count <= before)
        return;
    const int now = qMin(m_tree->childCount(parent), (count + batch - 1) / batch * batch);
    beginInsertRows(makeIndex(parent), before, now - 1);
    m_shown.insert(parent, now);
    endInsertRows();
}

QVariant ValueTreeModel::foreground(Number value, int column) const
{
    const Theme &theme = Theme::instance();
    if (column == Value)
        return theme.color(tokenOf(m_tree->kind(value)));
    const bool isElement = m_tree->parent(value) == Tree::whole || m_tree->kind(m_tree->parent(value)) == Tree::Kind::Array;
    return theme.color(isElement ? Token::TextSecondary : Token::Sent);
}

QVariant ValueTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Number value = valueAt(index);
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return shown(value, column);
    case Qt::ToolTipRole: {
        // What was on the wire is shown as it is, not read as HTML.
        const QString pointer = m_tree->pointer(value);
        return (pointer.isEmpty() ? shown(value, Value) : pointer + u'\n' + shown(value, Value)).toHtmlEscaped().replace(u'\n', QLatin1String("<br>"));
    }
    case Qt::ForegroundRole: return foreground(value, column);
    case Qt::FontRole: {
        QFont font = Theme::instance().font(FontRole::Mono);
        // Not by colour alone.
        font.setUnderline(m_marks.contains(value));
        return font;
    }
    case Qt::BackgroundRole: {
        if (!m_marks.contains(value))
            return {};
        QColor behind = Theme::instance().color(Token::Accent);
        behind.setAlphaF(markOpacity);
        return behind;
    }
    default: return {};
    }
}

QVariant ValueTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Name") : tr("Value");
}

} // namespace wsw::desktop
