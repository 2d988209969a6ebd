#pragma once

#include <QWidget>

class QToolButton;

namespace wsw::desktop {

/// A heading that folds what stands below it away; folded at first.
class FoldSection final : public QWidget
{
    Q_OBJECT
public:
    /// @p content becomes a child.
    FoldSection(const QString &title, QWidget *content, QWidget *parent = nullptr);

    void setTitle(const QString &title);
    [[nodiscard]] bool isExpanded() const;
    void setExpanded(bool on);

Q_SIGNALS:
    void expandedChanged(bool on);

private:
    QToolButton *m_head;
    QWidget *m_content;
};

} // namespace wsw::desktop
