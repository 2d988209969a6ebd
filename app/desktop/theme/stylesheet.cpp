#include "theme/stylesheet.h"

#include "theme/theme.h"

#include <QHash>
#include <QRegularExpression>

namespace wsw::desktop {

namespace {

// In the rules below {name} stands for a token's colour and {28} for a length at the user's font size. Kinds of control that
// Fusion draws well from the palette (sliders) have no rules. Style sheets cannot tint images: those in icons/sheet are of one grey
// that stands out from both panels, or there is one for each scheme.

const char *const windowRules = R"(
QMainWindow, QDialog { background: {window}; }
QMainWindow::separator { background: {line}; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: {accent}; }
QToolBar#toolbar { background: {panel}; border: none; border-bottom: 1px solid {line}; padding: 0; spacing: 0; }
QWidget#toolbarBody { background: {panel}; }
QDockWidget { background: {panel}; border: none; }
QFrame[role="panel"], QWidget[role="panel"] { background: {panel}; border: none; }
QFrame[role="head"] { background: {panel}; border: none; border-bottom: 1px solid {line}; }
QFrame[role="bar"] { background: {panel}; border: none; border-bottom: 1px solid {line}; }
QFrame[role="card"] { background: {panel.alternate}; border: 1px solid {line}; border-radius: {8}px; }
QTableView[role="card"] { background: {panel.alternate}; border: 1px solid {line}; border-radius: {6}px; padding: 1px; }
QTableView[role="card"] QHeaderView, QTableView[role="card"] QHeaderView::section { background: {panel.alternate}; }
QFrame[role="card"][selected="true"] { border: 1px solid {accent}; }
QFrame[role="line"] { background: {line}; border: none; min-height: 1px; max-height: 1px; }
QStatusBar { background: {panel}; border: none; border-top: 1px solid {line}; min-height: {27}px; max-height: {27}px; }
QStatusBar::item { border: none; }
QToolTip { background: {panel.alternate}; color: {text}; border: 1px solid {line}; padding: {4}px {8}px; }
)";

const char *const labelRules = R"(
QLabel { background: transparent; color: {text}; }
QLabel[role="secondary"] { color: {text.secondary}; }
QLabel[role="faint"] { color: {text.faint}; }
QLabel[role="caption"] { color: {text.secondary}; font-size: {11}px; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="heading"] { font-size: {16}px; font-weight: 600; }
QLabel[role="problem"] { color: {violation}; font-size: {11}px; }
QLabel:disabled { color: {text.faint}; }
)";

const char *const buttonRules = R"(
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton { background: {panel}; color: {text}; border: 1px solid {line}; border-radius: {6}px;
    padding: 0 {12}px; min-height: {26}px; max-height: {26}px; icon-size: {16}px; }
QPushButton:hover { background: {panel.alternate}; border-color: {text.faint}; }
QPushButton:pressed { background: {selection}; }
QPushButton:focus { border-color: {accent}; }
QPushButton:checked { background: {selection}; color: {accent}; border-color: {line}; }
QPushButton:checked:focus { border-color: {accent}; }
QPushButton:disabled { color: {text.faint}; background: {panel}; border-color: {line}; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[role="primary"] { background: {accent}; color: {on.accent}; border-color: {accent}; }
QPushButton[role="primary"]:hover { border-color: {text}; }
QPushButton[role="primary"]:focus { border-color: {text}; }
QPushButton[role="primary"]:disabled { background: {panel.alternate}; color: {text.faint}; border-color: {line}; }
QPushButton[role="quiet"] { border-color: transparent; background: transparent; padding: 0 {8}px; }
QPushButton[role="quiet"]:hover { background: {panel.alternate}; border-color: {line}; }
QPushButton[role="quiet"]:focus { border-color: {accent}; }
QPushButton[role="scope"] { background: {selection}; color: {accent}; border-color: transparent; padding: 0 {8}px; }
QPushButton[role="scope"]:hover { border-color: {accent}; }
QPushButton[role="scope"]:focus { border-color: {accent}; }
QPushButton[role="icon"] { padding: 0 {5}px; }
QPushButton[role="segment"] { border: none; border-radius: {5}px; color: {text}; padding: 0 {12}px; background: transparent; }
QPushButton[role="segment"][brief="true"] { padding: 0 {3}px; }
QPushButton[role="segment"]:hover { background: {panel.alternate}; }
QPushButton[role="segment"]:checked { background: {selection}; color: {accent}; font-weight: 600; }
QPushButton[role="segment"]:focus { border: 1px solid {accent}; padding: 0 {11}px; min-height: {24}px; max-height: {24}px; }
QPushButton[role="segment"][brief="true"]:focus { padding: 0 {2}px; }
QFrame[role="segments"] { background: {panel}; border: 1px solid {line}; border-radius: {6}px; }
QToolButton { background: transparent; color: {text}; border: 1px solid transparent; border-radius: {6}px; padding: {3}px;
    icon-size: {16}px; }
QToolButton:hover { background: {panel.alternate}; border-color: {line}; }
QToolButton:pressed, QToolButton:checked { background: {selection}; }
QToolButton:focus { border-color: {accent}; }
QToolButton[role="fold"] { padding-left: 0; }
QToolButton[role="secondary"] { color: {text.secondary}; }
QToolButton::menu-indicator { image: none; }
)";

const char *const inputRules = R"(
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: {panel.alternate}; color: {text}; border: 1px solid {line};
    border-radius: {6}px; padding: 0 {8}px; min-height: {26}px; max-height: {26}px;
    selection-background-color: {selection}; selection-color: {text}; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border-color: {accent}; }
QSpinBox[role="on"] { color: {accent}; border-color: {accent}; background: {selection}; }
QLineEdit[problem="true"], QSpinBox[problem="true"] { border-color: {violation}; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: {text.faint}; background: {panel}; }
QComboBox { padding-right: {4}px; }
QComboBox::drop-down { border: none; width: {24}px; }
QComboBox::down-arrow { image: url(:/icons/sheet/chevron-down.svg); width: {14}px; height: {14}px; }
QComboBox QAbstractItemView { background: {panel}; color: {text}; border: 1px solid {line}; outline: none;
    selection-background-color: {selection}; selection-color: {text}; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { border: none;
    background: transparent; width: {18}px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(:/icons/sheet/chevron-up.svg); width: {10}px; height: {10}px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(:/icons/sheet/chevron-down.svg); width: {10}px; height: {10}px; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: {panel}; color: {text}; border: none;
    selection-background-color: {selection}; selection-color: {text}; }
QPlainTextEdit[role="card"], QTextEdit[role="card"] { background: {panel.alternate}; border: 1px solid {line};
    border-radius: {6}px; padding: {4}px; }
QPlainTextEdit[role="card"]:focus, QTextEdit[role="card"]:focus { border-color: {accent}; }
QCheckBox, QRadioButton { color: {text}; background: transparent; spacing: {8}px; }
QCheckBox:disabled, QRadioButton:disabled { color: {text.faint}; }
QCheckBox::indicator, QListWidget::indicator { width: {14}px; height: {14}px; border: 1px solid {text.faint}; border-radius: {4}px; background: {panel.alternate}; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: {accent}; }
QCheckBox:focus { color: {accent}; }
QCheckBox::indicator:checked, QListWidget::indicator:checked { background: {accent}; border-color: {accent}; image: url(:/icons/sheet/check-{scheme}.svg); }
QCheckBox::indicator:disabled { border-color: {line}; }
QCheckBox::indicator:checked:disabled { background: {text.faint}; }
QGroupBox { border: none; margin: 0; padding: 0; }
)";

const char *const viewRules = R"(
QTreeView, QTableView, QListView { background: {panel}; color: {text}; border: none; outline: none;
    selection-background-color: {selection}; selection-color: {text}; alternate-background-color: {panel.alternate}; }
QTreeView[role="rows"]::item { height: {24}px; }
QTreeView[role="card"] { background: {panel.alternate}; border: 1px solid {line}; border-radius: {6}px; padding: 1px; }
QTreeView[role="card"]:focus { border-color: {accent}; }
QTreeView[role="card"]::item { height: {22}px; }
QTreeView[role="card"] QHeaderView, QTreeView[role="card"] QHeaderView::section { background: {panel.alternate}; }
QListWidget::item { padding: {3}px {6}px; border: none; }
QListWidget::item:selected { background: {selection}; color: {text}; }
QListView[role="popup"] { border: 1px solid {line}; }
QHeaderView { background: {panel}; border: none; }
QHeaderView::section { background: {panel}; color: {text.secondary}; border: none; border-bottom: 1px solid {line};
    padding: 0 {8}px; }
QHeaderView#frameLogColumns::section { padding: 0 4px; }
QTableCornerButton::section { background: {panel}; border: none; }
QScrollArea { background: {panel}; border: none; }
QScrollArea > QWidget > QWidget { background: {panel}; }
QAbstractScrollArea::corner { background: {panel}; border: none; }
QScrollBar:vertical { background: transparent; width: {10}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: {10}px; margin: 0; }
QScrollBar::handle { background: {line}; border-radius: {3}px; margin: {2}px; }
QScrollBar::handle:hover { background: {text.faint}; }
QScrollBar::handle:vertical { min-height: {24}px; }
QScrollBar::handle:horizontal { min-width: {24}px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QSplitter::handle { background: {line}; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QProgressBar { background: {panel.alternate}; border: 1px solid {line}; border-radius: {4}px; color: {text};
    min-height: {8}px; max-height: {16}px; text-align: center; }
QProgressBar::chunk { background: {accent}; border-radius: {3}px; }
)";

const char *const tabRules = R"(
QTabWidget::pane { border: none; background: {panel}; }
QTabWidget::tab-bar { left: {8}px; }
QTabBar { background: {panel}; qproperty-drawBase: 0; border: none; }
QTabBar::tab { background: transparent; color: {text.secondary}; border: none; border-bottom: 2px solid transparent;
    padding: 0 {10}px; height: {30}px; margin: 0; }
QTabBar::tab:hover { color: {text}; }
QTabBar::tab:selected { color: {text}; font-weight: 600; border-bottom: 2px solid {accent}; }
QTabBar::tab:focus { color: {accent}; }
QTabBar::tear { width: 0; border: none; }
QTabBar::tab:disabled { color: {text.faint}; }
)";

const char *const menuRules = R"(
QMenu { background: {panel}; color: {text}; border: 1px solid {line}; padding: {4}px; }
QMenu::item { padding: {5}px {24}px {5}px {12}px; border-radius: {4}px; background: transparent; }
QMenu::item:selected { background: {selection}; color: {text}; }
QMenu::item:disabled { color: {text.faint}; }
QMenu::separator { height: 1px; background: {line}; margin: {4}px {8}px; }
QMenu::icon { padding-left: {8}px; }
QMenuBar { background: {panel}; color: {text}; }
QMenuBar::item { background: transparent; padding: {4}px {8}px; }
QMenuBar::item:selected { background: {selection}; }
)";

const QHash<QString, Token> &tokenNames()
{
    static const QHash<QString, Token> names{
        {QStringLiteral("window"), Token::Window},
        {QStringLiteral("panel"), Token::Panel},
        {QStringLiteral("panel.alternate"), Token::PanelAlternate},
        {QStringLiteral("line"), Token::Line},
        {QStringLiteral("text"), Token::Text},
        {QStringLiteral("text.secondary"), Token::TextSecondary},
        {QStringLiteral("text.faint"), Token::TextFaint},
        {QStringLiteral("accent"), Token::Accent},
        {QStringLiteral("on.accent"), Token::OnAccent},
        {QStringLiteral("selection"), Token::Selection},
        {QStringLiteral("violation"), Token::Violation},
    };
    return names;
}

/// What stands for one placeholder: a colour, a length, or the scheme's name.
QString substitute(const QString &placeholder, const Theme &theme)
{
    if (placeholder == QLatin1String("scheme"))
        return theme.scheme() == ColorScheme::Dark ? QStringLiteral("dark") : QStringLiteral("light");
    bool isLength = false;
    const int length = placeholder.toInt(&isLength);
    if (isLength)
        return QString::number(theme.scaled(length));
    Q_ASSERT(tokenNames().contains(placeholder));
    return theme.color(tokenNames().value(placeholder)).name();
}

} // namespace

QString makeStyleSheet(const Theme &theme)
{
    QString rules;
    for (const char *part : {windowRules, labelRules, buttonRules, inputRules, viewRules, tabRules, menuRules})
        rules += QLatin1String(part);

    static const QRegularExpression placeholder(QStringLiteral("\\{([a-z0-9.]+)\\}"));
    QString sheet;
    qsizetype end = 0;
    for (auto it = placeholder.globalMatch(rules); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        sheet += QStringView(rules).sliced(end, match.capturedStart() - end);
        sheet += substitute(match.captured(1), theme);
        end = match.capturedEnd();
    }
    sheet += QStringView(rules).sliced(end);
    return sheet;
}

} // namespace wsw::desktop
