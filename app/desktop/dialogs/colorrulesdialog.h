#pragma once

#include "models/colorrule.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QPushButton;
class QToolButton;

namespace wsw::desktop {

class FilterEdit;

/// The colouring rules: which there are, in which order, and what each says. What is changed is in force at once.
class ColorRulesDialog final : public QDialog
{
    Q_OBJECT
public:
    ColorRulesDialog(ColorRules *rules, QWidget *parent);
    void done(int result) override;

private:
    QToolButton *makeButton(const char *name, const char *icon, const QString &tip);
    void fill();
    void showRule();
    /// Takes what the fields say into the rule that they show.
    void edit();
    void add();
    void remove();
    void move(int step);
    void takeOrder();
    void onItemChanged(const QListWidgetItem *item);
    void apply(const QList<ColorRule> &rules);
    void dress(QListWidgetItem *item, const ColorRule &rule) const;

    ColorRules *m_rules;
    QListWidget *m_list;
    QToolButton *m_add = nullptr;
    QToolButton *m_remove = nullptr;
    QToolButton *m_up = nullptr;
    QToolButton *m_down = nullptr;
    QLineEdit *m_name;
    FilterEdit *m_filter;
    QLabel *m_problem;
    QComboBox *m_color;
    int m_shown = -1;       ///< the rule that the fields show; -1: none
    bool m_isFilling = false;
};

} // namespace wsw::desktop
