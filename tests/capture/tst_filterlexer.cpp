#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/filterlexer.h"

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// The tokens of a filter and where they stand.
class tst_FilterLexer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void tokens();
    void quotes();
    void positions();
};

namespace {

QList<TokenKind> kinds(const char *text)
{
    const QString whole = QString::fromUtf8(text);
    FilterLexer lexer(whole);
    QList<TokenKind> found;
    for (Token token = lexer.next(); token.kind != TokenKind::End; token = lexer.next())
        found.append(token.kind);
    return found;
}

} // namespace

void tst_FilterLexer::tokens()
{
    QCOMPARE(kinds("a == b && (c or !d) in {1,2}"),
             (QList<TokenKind>{TokenKind::Word, TokenKind::Compare, TokenKind::Word, TokenKind::And, TokenKind::OpenBracket,
                               TokenKind::Word, TokenKind::Or, TokenKind::Not, TokenKind::Word, TokenKind::CloseBracket,
                               TokenKind::Word, TokenKind::OpenBrace, TokenKind::Word, TokenKind::Comma, TokenKind::Word,
                               TokenKind::CloseBrace}));
    QCOMPARE(kinds("  "), QList<TokenKind>());
    QCOMPARE(kinds("close.code>=rsv2-set"), (QList<TokenKind>{TokenKind::Word, TokenKind::Compare, TokenKind::Word}));
}

void tst_FilterLexer::quotes()
{
    QCOMPARE(FilterLexer(u"'a \\'b\\' \"c\"'").next().text, QStringLiteral("a 'b' \"c\""));
    QCOMPARE(FilterLexer(u"\"\\d+\\n\\\\\"").next().text, QStringLiteral("\\d+\n\\"));
    QCOMPARE(FilterLexer(u"\"open").next().kind, TokenKind::Wrong);
    QCOMPARE(FilterLexer(u"\"open\\").next().kind, TokenKind::Wrong);
    QCOMPARE(FilterLexer(u"''").next().kind, TokenKind::Quoted);
}

void tst_FilterLexer::positions()
{
    FilterLexer lexer(u"  ab  'c d'");
    const Token word = lexer.next();
    QCOMPARE(word.position, qsizetype{2});
    QCOMPARE(word.length, qsizetype{2});
    const Token quoted = lexer.next();
    QCOMPARE(quoted.position, qsizetype{6});
    QCOMPARE(quoted.length, qsizetype{5});
    QCOMPARE(lexer.next().position, qsizetype{11});
    QCOMPARE(lexer.next().kind, TokenKind::End);
}

QTEST_GUILESS_MAIN(tst_FilterLexer)
#include "tst_filterlexer.moc"
