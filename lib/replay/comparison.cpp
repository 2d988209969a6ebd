#include "replay/comparison.h"

#include "capture/document.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace wsw::replay {

namespace {

using Kind = CompareEntry::Kind;

Speaker &of(std::array<Speaker, 2> &said, Role speaker) { return said.at(static_cast<size_t>(speaker)); }
const Speaker &of(const std::array<Speaker, 2> &said, Role speaker) { return said.at(static_cast<size_t>(speaker)); }

Error tooMany(const RunRef &run, size_t most)
{
    return {ErrorKind::Limit, u"Connection %1 has more than %2 messages, which are too many to be compared at once."_s.arg(run.connection.value()).arg(most),
            u"Choose some of them with a filter."_s, {}};
}

/// Reads one run and takes each message's fingerprints.
class RunReader final
{
public:
    RunReader(const RunRef &run, const CompareOptions &options) : m_run(run), m_options(options)
    {
        const std::optional<capture::ConnectionInfo> info = run.document->connection(run.connection);
        m_localRole = info ? info->localRole : Role::Client;
    }

    Result<std::array<Speaker, 2>> read(const ReadProgress &progress, Comparison &comparison)
    {
        Choice choice;
        choice.connections = QSet<ConnectionId>{m_run.connection};
        choice.filter = m_options.filter;
        const ReadProgress watched = [&](quint64 done, quint64 total) { return !m_failed && (!progress || progress(done, total)); };
        const Result<> done = forEachMessage(*m_run.document, choice, watched, [this](const PassingMessage &message) { take(message); });
        if (m_failed)
            return *m_failed;
        if (!done && done.error().kind != ErrorKind::Damaged)
            return done.error();
        if (!done)
            m_damage.append(done.error());
        comparison.leftOut += m_leftOut;
        comparison.damage += m_damage;
        return std::move(m_said);
    }

private:
    void take(const PassingMessage &message)
    {
        const MessageKind kind = message.message.kind;
        if (m_failed || !message.chosen || (isControl(kind) && !m_options.controlFrames))
            return;
        if (!message.complete) {
            ++m_leftOut;
            return;
        }
        if (++m_count > m_options.mostMessages) {
            m_failed = tooMany(m_run, m_options.mostMessages);
            return;
        }
        Speaker &speaker = of(m_said, message.direction == Direction::Sent ? m_localRole : other(m_localRole));
        speaker.messages.append(message.message, message.frames);
        const Result<QByteArray> payload = speaker.messages.read(*m_run.document, speaker.messages.size() - 1);
        if (!payload) {
            speaker.messages.removeLast();
            leaveOut(payload.error());
            return;
        }
        const Fingerprints prints = m_options.ignoring.of(kind, *payload);
        speaker.wholes.push_back(prints.whole);
        speaker.shapes.push_back(prints.shape);
    }

    /// What nobody can read is neither equal to anything nor different.
    void leaveOut(const Error &why)
    {
        ++m_leftOut;
        if (std::exchange(m_unreadable, true))
            return;
        m_damage.append(why);
    }

    const RunRef &m_run;
    const CompareOptions &m_options;
    Role m_localRole = Role::Client;
    std::array<Speaker, 2> m_said;
    size_t m_count = 0;
    quint64 m_leftOut = 0;
    bool m_unreadable = false;
    QList<Error> m_damage;
    std::optional<Error> m_failed;
};

/// Lines up what one end said in both runs.
class SpeakerComparison final
{
public:
    SpeakerComparison(Role role, const Speaker &left, const Speaker &right, const std::function<bool()> &stop)
        : m_role(role), m_left(left), m_right(right), m_stop(stop)
    {
    }

    std::vector<CompareEntry> run()
    {
        Match from;
        for (const Match &same : align(m_left.wholes, m_right.wholes, mostEdits, m_stop)) {
            pairByShape(from, same);
            add(Kind::Equal, same.left, same.right);
            from = {same.left + 1, same.right + 1};
        }
        pairByShape(from, {m_left.wholes.size(), m_right.wholes.size()});
        return std::move(m_entries);
    }

private:
    /// As far as the search went, nothing from @p from to @p to is the same: what says something of the same kind belongs together.
    void pairByShape(Match from, Match to)
    {
        const std::span left(m_left.shapes.data() + from.left, to.left - from.left);
        const std::span right(m_right.shapes.data() + from.right, to.right - from.right);
        Match at = from;
        for (const Match &alike : align(left, right, mostEdits, m_stop)) {
            const Match here{from.left + alike.left, from.right + alike.right};
            pairInOrder(at, here);
            addPair(here.left, here.right);
            at = {here.left + 1, here.right + 1};
        }
        pairInOrder(at, to);
    }

    void pairInOrder(Match from, Match to)
    {
        for (; from.left < to.left && from.right < to.right; ++from.left, ++from.right) {
            const MessageKind left = m_left.messages.at(from.left).kind;
            const MessageKind right = m_right.messages.at(from.right).kind;
            if (left == right || (!isControl(left) && !isControl(right))) {
                addPair(from.left, from.right);
            } else {
                add(Kind::OnlyLeft, from.left, CompareEntry::none);
                add(Kind::OnlyRight, CompareEntry::none, from.right);
            }
        }
        for (; from.left < to.left; ++from.left)
            add(Kind::OnlyLeft, from.left, CompareEntry::none);
        for (; from.right < to.right; ++from.right)
            add(Kind::OnlyRight, CompareEntry::none, from.right);
    }

    /// Where there was too much to search through, two may be equal all the same.
    void addPair(size_t left, size_t right)
    {
        add(m_left.wholes[left] == m_right.wholes[right] ? Kind::Equal : Kind::Changed, left, right);
    }
    void add(Kind kind, size_t left, size_t right)
    {
        m_entries.push_back({kind, m_role, static_cast<quint32>(left), static_cast<quint32>(right)});
    }

    Role m_role;
    const Speaker &m_left;
    const Speaker &m_right;
    const std::function<bool()> &m_stop;
    std::vector<CompareEntry> m_entries;
};

/// Puts the lines of both ends together, each end's in order: as they came in the left run and, what is only in the right one, as there.
class Interleaving final
{
public:
    Interleaving(const Comparison &comparison, const std::array<std::vector<CompareEntry>, 2> &of) : m_comparison(comparison), m_of(of) {}

    std::vector<CompareEntry> run()
    {
        std::vector<CompareEntry> all;
        all.reserve(m_of[0].size() + m_of[1].size());
        while (m_at[0] < m_of[0].size() || m_at[1] < m_of[1].size()) {
            const size_t who = m_at[0] == m_of[0].size() || (m_at[1] < m_of[1].size() && isSecondFirst()) ? 1 : 0;
            all.push_back(m_of[who][m_at[who]++]);
        }
        return all;
    }

private:
    [[nodiscard]] bool isSecondFirst() const
    {
        const CompareEntry &one = m_of[0][m_at[0]];
        const CompareEntry &two = m_of[1][m_at[1]];
        const MessageRef *oneLeft = m_comparison.leftOf(one);
        const MessageRef *twoLeft = m_comparison.leftOf(two);
        if (oneLeft != nullptr && twoLeft != nullptr)
            return twoLeft->first < oneLeft->first;
        const MessageRef *oneRight = m_comparison.rightOf(one);
        const MessageRef *twoRight = m_comparison.rightOf(two);
        if (oneRight != nullptr && twoRight != nullptr)
            return twoRight->first < oneRight->first;
        // One is only here, the other only there, and nothing says which was first.
        return twoLeft != nullptr;
    }

    const Comparison &m_comparison;
    const std::array<std::vector<CompareEntry>, 2> &m_of;
    std::array<size_t, 2> m_at{};
};

void count(Comparison &comparison)
{
    for (const CompareEntry &entry : comparison.entries) {
        switch (entry.kind) {
        case Kind::Equal: ++comparison.equal; break;
        case Kind::Changed: ++comparison.changed; break;
        case Kind::OnlyLeft: ++comparison.onlyLeft; break;
        case Kind::OnlyRight: ++comparison.onlyRight; break;
        }
    }
}

QString counted(quint64 number, const QString &what)
{
    return number == 1 ? u"1 message is %1"_s.arg(what) : u"%1 messages are %2"_s.arg(number).arg(what);
}

} // namespace

QString Comparison::summary() const
{
    if (isEqual() && equal == 0)
        return u"Neither has a message."_s;
    if (isEqual())
        return equal == 1 ? u"The only message is equal."_s : u"All %1 messages are equal."_s.arg(equal);
    QStringList parts;
    if (equal > 0)
        parts += counted(equal, u"equal"_s);
    if (changed > 0)
        parts += counted(changed, u"changed"_s);
    if (onlyLeft > 0)
        parts += counted(onlyLeft, u"only on the left"_s);
    if (onlyRight > 0)
        parts += counted(onlyRight, u"only on the right"_s);
    return parts.join(u", "_s) + u'.';
}

const MessageRef *Comparison::leftOf(const CompareEntry &entry) const
{
    return entry.left == CompareEntry::none ? nullptr : &of(leftSaid, entry.speaker).messages.at(entry.left);
}

const MessageRef *Comparison::rightOf(const CompareEntry &entry) const
{
    return entry.right == CompareEntry::none ? nullptr : &of(rightSaid, entry.speaker).messages.at(entry.right);
}

Result<QByteArray> Comparison::leftPayload(const CompareEntry &entry) const
{
    return entry.left == CompareEntry::none ? Result(QByteArray()) : of(leftSaid, entry.speaker).messages.read(*left.document, entry.left);
}

Result<QByteArray> Comparison::rightPayload(const CompareEntry &entry) const
{
    return entry.right == CompareEntry::none ? Result(QByteArray()) : of(rightSaid, entry.speaker).messages.read(*right.document, entry.right);
}

QString Comparison::difference(const CompareEntry &entry) const
{
    if (entry.kind != Kind::Changed)
        return {};
    const Result<QByteArray> one = leftPayload(entry);
    const Result<QByteArray> two = rightPayload(entry);
    if (!one || !two)
        return (one ? two : one).error().message;
    return ignoring.difference(leftOf(entry)->kind, *one, rightOf(entry)->kind, *two);
}

Result<Comparison> compare(const RunRef &left, const RunRef &right, const CompareOptions &options, const ReadProgress &progress)
{
    Comparison comparison;
    comparison.left = left;
    comparison.right = right;
    comparison.ignoring = options.ignoring;
    const quint64 before = left.document->received();
    const quint64 total = before + right.document->received();
    const auto from = [&](quint64 start) {
        return ReadProgress([&progress, start, total](quint64 done, quint64) { return !progress || progress(start + done, total); });
    };
    auto leftSaid = RunReader(left, options).read(from(0), comparison);
    if (!leftSaid)
        return leftSaid.error();
    auto rightSaid = RunReader(right, options).read(from(before), comparison);
    if (!rightSaid)
        return rightSaid.error();
    comparison.leftSaid = std::move(leftSaid).value();
    comparison.rightSaid = std::move(rightSaid).value();

    bool stopped = false;
    const std::function<bool()> stop = [&] { return stopped = stopped || (progress && !progress(total, total)); };
    std::array<std::vector<CompareEntry>, 2> entries;
    for (const Role role : {Role::Client, Role::Server})
        entries.at(static_cast<size_t>(role)) = SpeakerComparison(role, of(comparison.leftSaid, role), of(comparison.rightSaid, role), stop).run();
    if (stopped)
        return Error{ErrorKind::Cancelled, u"The comparison was cancelled."_s, {}, {}};
    comparison.entries = Interleaving(comparison, entries).run();
    count(comparison);
    return comparison;
}

} // namespace wsw::replay
