#include "console.h"
#include "filterargument.h"
#include "payloadjson.h"
#include "readable.h"
#include "replay/comparison.h"
#include "transfer.h"
#include "verbs.h"

#include "capture/document.h"

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

using Kind = replay::CompareEntry::Kind;

/// So much of a payload is worth a line.
constexpr qsizetype previewLength = 60;

QString kindWord(Kind kind)
{
    switch (kind) {
    case Kind::Equal: return u"equal"_s;
    case Kind::Changed: return u"changed"_s;
    case Kind::OnlyLeft: return u"onlyLeft"_s;
    case Kind::OnlyRight: return u"onlyRight"_s;
    }
    Q_UNREACHABLE();
}

QString preview(replay::MessageKind kind, const QByteArray &payload)
{
    if (kind == replay::MessageKind::Binary || kind == replay::MessageKind::Close)
        return QString::fromLatin1(payload.left(previewLength / 3).toHex(' ')) + (payload.size() > previewLength / 3 ? u" …"_s : QString());
    const QString text = replay::printable(QString::fromUtf8(payload.left(previewLength * 4)));
    return text.size() > previewLength ? text.left(previewLength) + u'…' : text;
}

/// One of the two files, and the connection of it that is meant.
Result<replay::RunRef> openRun(const Arguments &arguments, qsizetype operand, const QString &option, QStringList &notes, QList<Error> &damage)
{
    const QString file = arguments.operand(operand);
    Result<Readable> opened = Readable::open(file);
    if (!opened)
        return opened.error();
    notes += opened->notes();
    damage += opened->damage();
    const auto readable = std::make_shared<Readable>(std::move(opened).value());
    const std::shared_ptr<const capture::Document> document(readable, &readable->document());
    const QList<capture::ConnectionInfo> all = document->connections();
    const QString remedy = u"`wsw show %1 --connections` shows those that there are."_s.arg(file);
    if (arguments.has(option)) {
        const ConnectionId id(arguments.value(option).toUInt());
        if (!document->connection(id))
            return Error{ErrorKind::Usage, u"There is no connection \"%1\" in \"%2\"."_s.arg(arguments.value(option), file), remedy, {}};
        return replay::RunRef{document, id};
    }
    if (all.size() != 1) {
        const QString holds = all.isEmpty() ? u"\"%1\" holds no connection."_s.arg(file)
                                            : u"\"%1\" holds %2 connections: say with --%3 which one is meant."_s.arg(file, QString::number(all.size()), option);
        return Error{ErrorKind::Usage, holds, remedy, {}};
    }
    return replay::RunRef{document, all.first().id};
}

QJsonObject sideToJson(const replay::MessageRef &message, const Result<QByteArray> &payload)
{
    QJsonObject object{{u"number"_s, static_cast<qint64>(message.first.value())}, {u"opcodeName"_s, replay::kindName(message.kind)}};
    if (payload)
        putPayload(object, *payload, message.kind == replay::MessageKind::Text ? PayloadEncoding::TextIfPossible : PayloadEncoding::Base64);
    return object;
}

QJsonObject entryToJson(const replay::Comparison &comparison, const replay::CompareEntry &entry)
{
    QJsonObject object{{u"type"_s, kindWord(entry.kind)}, {u"speaker"_s, entry.speaker == Role::Client ? u"client"_s : u"server"_s}};
    if (const replay::MessageRef *left = comparison.leftOf(entry))
        object.insert(u"left"_s, sideToJson(*left, comparison.leftPayload(entry)));
    if (const replay::MessageRef *right = comparison.rightOf(entry))
        object.insert(u"right"_s, sideToJson(*right, comparison.rightPayload(entry)));
    if (entry.kind == Kind::Changed)
        object.insert(u"difference"_s, comparison.difference(entry));
    return object;
}

QString entryText(const replay::Comparison &comparison, const replay::CompareEntry &entry)
{
    const QString who = entry.speaker == Role::Client ? u"client"_s : u"server"_s;
    const replay::MessageRef *left = comparison.leftOf(entry);
    const replay::MessageRef *right = comparison.rightOf(entry);
    if (entry.kind == Kind::Changed) {
        return u"~ %1  #%2 | #%3  %4  %5"_s.arg(who).arg(left->first.value()).arg(right->first.value())
            .arg(replay::kindName(left->kind), comparison.difference(entry));
    }
    const replay::MessageRef &only = left != nullptr ? *left : *right;
    const Result<QByteArray> payload = left != nullptr ? comparison.leftPayload(entry) : comparison.rightPayload(entry);
    return u"%1 %2  #%3  %4  %5"_s.arg(left != nullptr ? u"-"_s : u"+"_s, who).arg(only.first.value())
        .arg(replay::kindName(only.kind), payload ? preview(only.kind, *payload) : payload.error().message);
}

void print(const replay::Comparison &comparison, bool json)
{
    for (const replay::CompareEntry &entry : comparison.entries) {
        if (entry.kind == Kind::Equal)
            continue;
        if (!(json ? console::line(entryToJson(comparison, entry)) : console::line(entryText(comparison, entry))))
            return;
    }
    if (!json) {
        console::line(comparison.summary());
        return;
    }
    console::line(QJsonObject{{u"type"_s, u"summary"_s},
                              {u"equal"_s, static_cast<qint64>(comparison.equal)},
                              {u"changed"_s, static_cast<qint64>(comparison.changed)},
                              {u"onlyLeft"_s, static_cast<qint64>(comparison.onlyLeft)},
                              {u"onlyRight"_s, static_cast<qint64>(comparison.onlyRight)},
                              {u"leftOut"_s, static_cast<qint64>(comparison.leftOut)}});
}

Result<replay::CompareOptions> readOptions(const Arguments &arguments)
{
    replay::CompareOptions options;
    const Result<replay::Ignoring> ignoring = replay::Ignoring::make(arguments.values(u"ignore"_s), arguments.values(u"ignore-json"_s));
    const Result<capture::Filter> filter = readFilter(arguments.value(u"filter"_s));
    if (!ignoring || !filter)
        return ignoring ? filter.error() : ignoring.error();
    options.ignoring = *ignoring;
    options.filter = *filter;
    options.controlFrames = !arguments.has(u"ignore-control"_s);
    return options;
}

ExitCode fail(const Error &error)
{
    console::error(error);
    return error.kind == ErrorKind::Cancelled ? ExitCode::Failed : exitCodeForFile(error.kind);
}

} // namespace

CommandSpec diffSpec()
{
    return {
        u"diff"_s,
        u"Compares two recorded conversations message by message, client with client and server with server."_s,
        {u"LEFT"_s, u"RIGHT"_s},
        {
            {u"left-connection"_s, {u"N"_s}, u"Which connection of LEFT; needed where it has several."_s},
            {u"right-connection"_s, {u"N"_s}, u"Which connection of RIGHT. LEFT and RIGHT may be the same file."_s},
            {u"ignore"_s, {u"REGEX"_s}, u"What matches this regular expression counts as the same on both sides; as often as wanted."_s},
            {u"ignore-json"_s, {u"POINTER"_s}, u"What stands there in JSON does not count: a JSON pointer such as /user/id, with * for every member or "
                                                "element; as often as wanted."_s},
            {u"ignore-control"_s, {}, u"Leaves out Ping, Pong and Close."_s},
            {u"filter"_s, {u"EXPRESSION"_s}, u"Compares only messages that match, as in the window's filter bar."_s},
            {u"json"_s, {}, u"Prints one JSON object for each difference, with both payloads, and one with the counts."_s},
        },
        u"Prints what differs: ~ is changed, - is only in LEFT, + only in RIGHT, #N is the number of the frame. Fragments are put together and "
        "compressed messages inflated before. JSON objects and arrays are compared as values: white space, the order of members and the "
        "spelling of numbers do not count. Exit code 0 says that nothing differs, 1 that something does."_s,
    };
}

ExitCode runDiff(const Arguments &arguments)
{
    const Result<replay::CompareOptions> options = readOptions(arguments);
    if (!options)
        return fail(options.error());
    QStringList notes;
    QList<Error> damage;
    const Result<replay::RunRef> left = openRun(arguments, 0, u"left-connection"_s, notes, damage);
    if (!left)
        return fail(left.error());
    const Result<replay::RunRef> right = openRun(arguments, 1, u"right-connection"_s, notes, damage);
    if (!right)
        return fail(right.error());
    const Result<replay::Comparison> comparison = [&] {
        Transfer transfer(u"Comparing"_s);
        return replay::compare(*left, *right, *options, [&transfer](quint64 done, quint64 total) { return transfer.advance(done, total); });
    }();
    if (!comparison)
        return fail(comparison.error());
    console::setBuffering(console::Buffering::Blocks);
    print(*comparison, arguments.has(u"json"_s));
    const bool isPrinted = console::flush();
    for (const QString &note : notes)
        console::note(note);
    if (comparison->leftOut > 0)
        console::note(comparison->leftOut == 1 ? u"1 message is not recorded whole or cannot be read, and was left out."_s
                                               : u"%1 messages are not recorded whole or cannot be read, and were left out."_s.arg(comparison->leftOut));
    damage += comparison->damage;
    for (const Error &each : damage)
        console::error(each);
    return comparison->isEqual() && damage.isEmpty() && isPrinted ? ExitCode::Done : ExitCode::Failed;
}

} // namespace wsw::cli
