#include "dialogs/colorrulesdialog.h"
#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"
#include "widgets/rulemark.h"
#include "workspace.h"

#include "desktop/workspaces.h"
#include "recording.h"
#include "support/testmain.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>

#include <cmath>

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;

/// Colouring rules: which row gets which colour, the dialog that makes them, and what is painted.
class TestColorRules final : public QObject
{
    Q_OBJECT

    static constexpr ConnectionId one{1};

    static ColorRule rule(const char *filter, RuleColor color, bool isOn = true)
    {
        return {QLatin1String(filter), QLatin1String(filter), color, isOn};
    }

    static QListWidget *list(const ColorRulesDialog &dialog) { return dialog.findChild<QListWidget *>(QStringLiteral("colorRules")); }
    static void press(const ColorRulesDialog &dialog, const char *name)
    {
        QTest::mouseClick(dialog.findChild<QToolButton *>(QLatin1String(name)), Qt::LeftButton);
    }

    static QStringList filtersOf(const ColorRules &rules)
    {
        QStringList all;
        for (const ColorRule &each : rules.all())
            all.append(each.filter);
        return all;
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_colorrules");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
        QSettings().clear();
    }

    void readyMadeOnesAreThereAndOff()
    {
        const ColorRules rules;
        QVERIFY(rules.all().size() >= 4);
        QVERIFY(rules.filters().isEmpty());
        for (const ColorRule &each : rules.all()) {
            capture::Filter::ParseError error;
            QVERIFY2(capture::Filter::parse(each.filter, &error), qPrintable(each.filter + QStringLiteral(": ") + error.message));
            QVERIFY(!each.isOn);
        }
    }

    void theFirstThatFitsWins_data()
    {
        QTest::addColumn<QList<ColorRule>>("rules");
        QTest::addColumn<QList<int>>("colors"); // of a text, a ping and a long text; -1: none
        const auto text = rule("opcode == text", RuleColor::Blue);
        const auto large = rule("length > 100", RuleColor::Orange);
        const auto all = rule("number >= 1", RuleColor::Grey);
        const int none = -1;
        const int blue = static_cast<int>(RuleColor::Blue);
        const int orange = static_cast<int>(RuleColor::Orange);
        const int grey = static_cast<int>(RuleColor::Grey);
        QTest::newRow("none") << QList<ColorRule>{} << QList{none, none, none};
        QTest::newRow("one") << QList{text} << QList{blue, none, blue};
        QTest::newRow("the narrow one first") << QList{large, text, all} << QList{blue, grey, orange};
        QTest::newRow("the wide one first") << QList{text, large} << QList{blue, none, blue};
        QTest::newRow("off") << QList{rule("opcode == text", RuleColor::Blue, false), large} << QList{none, none, orange};
        QTest::newRow("no filter") << QList{rule("opcode ==", RuleColor::Blue), text} << QList{blue, none, blue};
        QTest::newRow("an empty filter") << QList{rule("", RuleColor::Grey), large} << QList{none, none, orange};
        QTest::newRow("by content") << QList{rule("text contains \"zebra\"", RuleColor::Blue)} << QList{none, none, blue};
    }

    void theFirstThatFitsWins()
    {
        QFETCH(QList<ColorRule>, rules);
        QFETCH(QList<int>, colors);
        test::Recording recording;
        ColorRules all;
        FrameLogModel model;
        model.setColorRules(&all);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Sent, Opcode::Text, "short");
        recording.frame(one, Direction::Sent, Opcode::Ping, "p");
        // Further in than the preview reaches.
        recording.frame(one, Direction::Sent, Opcode::Text, QByteArray(5000, 'x') + "zebra");
        QTRY_COMPARE(model.rowCount(), 3);
        QVERIFY(model.row(0) != nullptr && !model.row(0)->color);
        QSignalSpy recolored(&model, &FrameLogModel::recolored);
        all.set(rules);
        QCOMPARE(recolored.count(), 1);
        for (int row = 0; row < 3; ++row) {
            // What reads payloads is found out by a worker.
            QTRY_VERIFY(model.row(row) != nullptr && model.row(row)->isJudged);
            const LogRow *cells = model.row(row);
            QCOMPARE(cells->color ? static_cast<int>(*cells->color) : -1, colors.at(row));
            QCOMPARE(model.index(row, FrameLogModel::Number).data(Qt::ToolTipRole).toString().isEmpty(), !cells->color);
        }
    }

    void payloadsAreReadByAWorker()
    {
        test::Recording recording;
        ColorRules rules;
        rules.set({rule("opcode == text", RuleColor::Blue)});
        FrameLogModel model;
        model.setColorRules(&rules);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Sent, Opcode::Text, QByteArray(200'000, 'x') + "zebra");
        QTRY_COMPARE(model.rowCount(), 1);
        QVERIFY(model.row(0) != nullptr && model.row(0)->isJudged);
        rules.set({rule("text contains \"zebra\"", RuleColor::Green)});
        QVERIFY(model.row(0) != nullptr && !model.row(0)->isJudged && !model.row(0)->color);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QTRY_VERIFY(!changed.isEmpty());
        QVERIFY(model.row(0)->color == RuleColor::Green);
        // A rule that asks for notes hears of them.
        rules.set({rule("marked && text contains \"x\"", RuleColor::Grey)});
        QTRY_VERIFY(model.row(0) != nullptr && model.row(0)->isJudged);
        QVERIFY(!model.row(0)->color);
        recording.document()->setNote(RecordId(1), QByteArray());
        QTRY_VERIFY(model.row(0) != nullptr && model.row(0)->color == RuleColor::Grey);
    }

    void aMessageIsColouredByAnyOfItsFrames()
    {
        test::Recording recording;
        ColorRules rules;
        rules.set({rule("length == 3", RuleColor::Green), rule("opcode == text", RuleColor::Blue)});
        FrameLogModel model;
        model.setColorRules(&rules);
        model.setRows(FrameLogModel::Rows::Messages);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Sent, Opcode::Text, "ab", 1000, wire::Fin::No, {}, 0, MessageId(1));
        recording.frame(one, Direction::Sent, Opcode::Continuation, "cde", 1000, wire::Fin::Yes, {}, 0, MessageId(1));
        QTRY_COMPARE(model.rowCount(), 1);
        QTRY_VERIFY(model.row(0) != nullptr);
        QTRY_VERIFY(model.row(0)->color == RuleColor::Green);
        rules.set({rule("opcode == text", RuleColor::Blue)});
        QTRY_VERIFY(model.row(0) != nullptr);
        QVERIFY(model.row(0)->color == RuleColor::Blue);
    }

    void rulesAreRemembered()
    {
        const QList<ColorRule> wanted{rule("opcode == text", RuleColor::Yellow), rule("crafted", RuleColor::Purple, false)};
        {
            ColorRules rules;
            rules.set(wanted);
        }
        QCOMPARE(ColorRules().all(), wanted);
        {
            ColorRules rules;
            rules.set({});
        }
        QCOMPARE(ColorRules().all().size(), 0); // not the ready-made ones again
    }

    void settingsWithoutEndAreCutOff()
    {
        QSettings().setValue(QStringLiteral("log/rules/size"), 2'000'000'000);
        QCOMPARE(ColorRules().all().size(), static_cast<qsizetype>(ColorRules::mostRules));
    }

    void theDialogTakesWhatWasTypedAMomentAgo()
    {
        ColorRules rules;
        rules.set({rule("crafted", RuleColor::Blue), rule("violation", RuleColor::Green)});
        ColorRulesDialog dialog(&rules, nullptr);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        auto *filter = dialog.findChild<FilterEdit *>(QStringLiteral("ruleFilter"));
        filter->setText(QStringLiteral("length > 5"));
        list(dialog)->setCurrentRow(1);
        QCOMPARE(filtersOf(rules), (QStringList{QStringLiteral("length > 5"), QStringLiteral("violation")}));
        filter->setText(QStringLiteral("masked"));
        QTest::keyClick(&dialog, Qt::Key_Up, Qt::AltModifier);
        press(dialog, "ruleUp"); // where the key has not come to the dialog; else it is the first one already
        QCOMPARE(filtersOf(rules), (QStringList{QStringLiteral("masked"), QStringLiteral("length > 5")}));
        filter->setText(QStringLiteral("fin"));
        dialog.close();
        QCOMPARE(filtersOf(rules), (QStringList{QStringLiteral("fin"), QStringLiteral("length > 5")}));
    }

    void theDialogWritesRules()
    {
        ColorRules rules;
        rules.set({});
        ColorRulesDialog dialog(&rules, nullptr);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        QApplication::setActiveWindow(&dialog);
        press(dialog, "ruleAdd");
        auto *name = dialog.findChild<QLineEdit *>(QStringLiteral("ruleName"));
        QTest::keyClicks(name, QStringLiteral("Texts"));
        auto *filter = dialog.findChild<FilterEdit *>(QStringLiteral("ruleFilter"));
        filter->setFilterText(QStringLiteral("opcode == text"));
        auto *color = dialog.findChild<QComboBox *>(QStringLiteral("ruleColor"));
        color->setFocus();
        QTest::keyClick(color, Qt::Key_Down);
        Q_EMIT color->activated(color->currentIndex());
        QCOMPARE(rules.all(), (QList<ColorRule>{{QStringLiteral("Texts"), QStringLiteral("opcode == text"), RuleColor::Orange, true}}));
        // What cannot be read is said, and the filter before it stays.
        filter->setFilterText(QStringLiteral("opcode =="));
        auto *problem = dialog.findChild<QLabel *>(QStringLiteral("ruleProblem"));
        QVERIFY(problem->isVisible() && !problem->text().isEmpty());
        QCOMPARE(rules.all().constFirst().filter, QStringLiteral("opcode == text"));
        filter->setFilterText(QStringLiteral("crafted"));
        QCOMPARE(filtersOf(rules), QStringList{QStringLiteral("crafted")});
        // By the keyboard: off with Space, gone with Delete.
        list(dialog)->setFocus();
        QTest::keyClick(list(dialog), Qt::Key_Space);
        QVERIFY(!rules.all().constFirst().isOn);
        QTest::keyClick(list(dialog), Qt::Key_Delete);
        QVERIFY(rules.all().isEmpty());
        QVERIFY(!name->isEnabled());
    }

    void theDialogOrdersRules()
    {
        ColorRules rules;
        rules.set({rule("a == 1", RuleColor::Blue), rule("crafted", RuleColor::Green), rule("violation", RuleColor::Grey)});
        ColorRulesDialog dialog(&rules, nullptr);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        list(dialog)->setCurrentRow(2);
        press(dialog, "ruleUp");
        QCOMPARE(filtersOf(rules), (QStringList{QStringLiteral("a == 1"), QStringLiteral("violation"), QStringLiteral("crafted")}));
        QCOMPARE(list(dialog)->currentRow(), 1);
        QApplication::setActiveWindow(&dialog);
        QTest::keyClick(list(dialog), Qt::Key_Down, Qt::AltModifier);
        press(dialog, "ruleDown"); // it is the last one: nothing more
        QCOMPARE(filtersOf(rules), (QStringList{QStringLiteral("a == 1"), QStringLiteral("crafted"), QStringLiteral("violation")}));
        // As dragging does.
        QVERIFY(list(dialog)->model()->moveRow({}, 2, {}, 0));
        QTRY_COMPARE(filtersOf(rules), (QStringList{QStringLiteral("violation"), QStringLiteral("a == 1"), QStringLiteral("crafted")}));
        QCOMPARE(list(dialog)->count(), 3);
    }

    void coloursCanBeToldApart_data()
    {
        QTest::addColumn<ColorScheme>("scheme");
        QTest::newRow("light") << ColorScheme::Light;
        QTest::newRow("dark") << ColorScheme::Dark;
    }

    /// Machado, Oliveira and Fernandes, 2009: what full protanopia, deuteranopia and tritanopia leave of a colour.
    void coloursCanBeToldApart()
    {
        QFETCH(ColorScheme, scheme);
        using Matrix = std::array<std::array<double, 3>, 3>;
        const std::array<Matrix, 3> sights{{{{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
                                            {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
                                            {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}}};
        const auto seen = [](const QColor &color, const Matrix &sight) {
            const std::array rgb{color.redF(), color.greenF(), color.blueF()};
            std::array<double, 3> out{};
            for (size_t i = 0; i < 3; ++i) {
                for (size_t k = 0; k < 3; ++k)
                    out[i] += sight[i][k] * static_cast<double>(rgb[k]);
            }
            return out;
        };
        for (const Matrix &sight : sights) {
            for (int a = 0; a < ruleColors; ++a) {
                for (int b = a + 1; b < ruleColors; ++b) {
                    const auto left = seen(Theme::color(ruleToken(static_cast<RuleColor>(a)), scheme), sight);
                    const auto right = seen(Theme::color(ruleToken(static_cast<RuleColor>(b)), scheme), sight);
                    const double distance = std::hypot(left[0] - right[0], left[1] - right[1], left[2] - right[2]);
                    QVERIFY2(distance > 0.2, qPrintable(QStringLiteral("%1 and %2: %3").arg(a).arg(b).arg(distance)));
                }
            }
        }
    }

    void shapesDiffer()
    {
        QList<QImage> shapes;
        for (int i = 0; i < ruleColors; ++i) {
            QImage image(24, 24, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::transparent);
            QPainter painter(&image);
            paintRuleMark(&painter, QRectF(4, 4, 16, 16), static_cast<RuleColor>(i));
            painter.end();
            const QImage alone = image.convertToFormat(QImage::Format_Alpha8);
            QVERIFY(!shapes.contains(alone));
            shapes.append(alone);
        }
    }

    void rowsArePainted()
    {
        Workspace workspace;
        QVERIFY(test::beginCapture(workspace).ok());
        FrameLogPane pane(&workspace);
        pane.resize(900, 300);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        for (const Opcode opcode : {Opcode::Text, Opcode::Ping}) {
            wire::TrafficRecord frame;
            frame.connection = one;
            frame.header = wire::legalHeader(opcode, wire::Fin::Yes, 1, Role::Server, {});
            frame.payload = "x";
            workspace.document()->recorder().record(frame);
        }
        QTRY_COMPARE(pane.model()->rowCount(), 2);
        workspace.colorRules()->set({rule("opcode == ping", RuleColor::Green)});
        const QTableView *view = pane.view();
        const auto pixel = [view](int row) {
            const QRect cell = view->visualRect(view->model()->index(row, FrameLogModel::Preview));
            return view->viewport()->grab().toImage().pixelColor(cell.right() - 2, cell.bottom() - 2);
        };
        QCOMPARE(pixel(0), Theme::instance().color(Token::Panel));
        QCOMPARE(pixel(1), Theme::instance().color(Token::RuleGreenBackground));
        workspace.document()->discard();
    }
};

QTEST_MAIN(TestColorRules)
#include "tst_colorrules.moc"
