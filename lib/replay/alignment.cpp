#include "replay/alignment.h"

#include <algorithm>
#include <map>
#include <optional>

namespace wsw::replay {

namespace {

/// A part of both runs.
struct Box
{
    size_t left = 0;
    size_t leftEnd = 0;
    size_t right = 0;
    size_t rightEnd = 0;
    [[nodiscard]] bool isEmpty() const noexcept { return left == leftEnd || right == rightEnd; }
};

class Aligner final
{
public:
    Aligner(std::span<const Fingerprint> left, std::span<const Fingerprint> right, int edits, const std::function<bool()> &stop)
        : m_left(left), m_right(right), m_edits(edits), m_stop(stop)
    {
    }

    std::vector<Match> run()
    {
        solve({0, m_left.size(), 0, m_right.size()});
        return std::move(m_matches);
    }

private:
    [[nodiscard]] bool isSame(size_t left, size_t right) const { return m_left[left] == m_right[right]; }

    void solve(Box box)
    {
        for (; !box.isEmpty() && isSame(box.left, box.right); ++box.left, ++box.right)
            m_matches.push_back({box.left, box.right});
        size_t tail = 0;
        for (; !box.isEmpty() && isSame(box.leftEnd - 1, box.rightEnd - 1); ++tail) {
            --box.leftEnd;
            --box.rightEnd;
        }
        if (!box.isEmpty() && !(m_stop && m_stop()) && !solveExactly(box))
            solveByAnchors(box);
        for (size_t i = 0; i < tail; ++i)
            m_matches.push_back({box.leftEnd + i, box.rightEnd + i});
    }

    /// Myers, "An O(ND) Difference Algorithm": how far one comes along each diagonal with 0, 1, 2... differences. False: there are too many.
    bool solveExactly(const Box &box)
    {
        const auto n = static_cast<qint64>(box.leftEnd - box.left);
        const auto m = static_cast<qint64>(box.rightEnd - box.right);
        const qint64 most = std::min<qint64>(m_edits, n + m);
        std::vector<std::vector<qint32>> trace;     // by number of differences: how far, on each diagonal from -d to d
        for (qint64 d = 0; d <= most; ++d) {
            if (m_stop && m_stop())
                return true;
            std::vector<qint32> reached(static_cast<size_t>(2 * d + 1));
            for (qint64 k = -d; k <= d; k += 2) {
                qint64 x = start(trace, d, k);
                if (x > n || x - k > m) {   // beyond an edge: no way leads on from here
                    reached[static_cast<size_t>(k + d)] = static_cast<qint32>(x);
                    continue;
                }
                while (x < n && x - k < m && isSame(box.left + static_cast<size_t>(x), box.right + static_cast<size_t>(x - k)))
                    ++x;
                reached[static_cast<size_t>(k + d)] = static_cast<qint32>(x);
                if (x == n && x - k == m) {
                    trace.push_back(std::move(reached));
                    walkBack(box, trace, k);
                    return true;
                }
            }
            trace.push_back(std::move(reached));
        }
        return false;
    }

    /// Where diagonal @p k is entered with @p d differences: from below or from the left, whichever comes further.
    static qint64 start(const std::vector<std::vector<qint32>> &trace, qint64 d, qint64 k)
    {
        if (d == 0)
            return 0;
        const std::vector<qint32> &before = trace[static_cast<size_t>(d - 1)];
        const auto at = [&before, d](qint64 diagonal) { return qint64{before[static_cast<size_t>(diagonal + d - 1)]}; };
        if (k == -d || (k != d && at(k - 1) < at(k + 1)))
            return at(k + 1);
        return at(k - 1) + 1;
    }

    void walkBack(const Box &box, const std::vector<std::vector<qint32>> &trace, qint64 k)
    {
        const size_t begin = m_matches.size();
        for (auto d = static_cast<qint64>(trace.size()) - 1; d >= 0; --d) {
            const qint64 from = start(trace, d, k);
            const qint64 to = trace[static_cast<size_t>(d)][static_cast<size_t>(k + d)];
            for (qint64 x = to; x-- > from;)
                m_matches.push_back({box.left + static_cast<size_t>(x), box.right + static_cast<size_t>(x - k)});
            if (d == 0)
                break;
            const std::vector<qint32> &before = trace[static_cast<size_t>(d - 1)];
            const auto at = [&before, d](qint64 diagonal) { return before[static_cast<size_t>(diagonal + d - 1)]; };
            k += k == -d || (k != d && at(k - 1) < at(k + 1)) ? 1 : -1;
        }
        std::reverse(m_matches.begin() + static_cast<qptrdiff>(begin), m_matches.end());
    }

    void solveByAnchors(const Box &box)
    {
        Box gap = box;
        for (const Match &anchor : anchorsIn(box)) {
            gap.leftEnd = anchor.left;
            gap.rightEnd = anchor.right;
            solve(gap);
            m_matches.push_back(anchor);
            gap = {anchor.left + 1, box.leftEnd, anchor.right + 1, box.rightEnd};
        }
        if (gap.left != box.left || gap.right != box.right) {
            gap.leftEnd = box.leftEnd;
            gap.rightEnd = box.rightEnd;
            solve(gap);
        }
    }

    /// What occurs once in both, as many as have the same order in both.
    [[nodiscard]] std::vector<Match> anchorsIn(const Box &box) const
    {
        struct Seen
        {
            size_t leftTimes = 0;
            size_t rightTimes = 0;
            Match at;
        };
        std::map<Fingerprint, Seen> seen;
        for (size_t i = box.left; i < box.leftEnd; ++i) {
            Seen &one = seen[m_left[i]];
            ++one.leftTimes;
            one.at.left = i;
        }
        for (size_t i = box.right; i < box.rightEnd; ++i) {
            if (const auto found = seen.find(m_right[i]); found != seen.end()) {
                ++found->second.rightTimes;
                found->second.at.right = i;
            }
        }
        std::vector<Match> unique;
        for (const auto &[_, one] : seen) {
            if (one.leftTimes == 1 && one.rightTimes == 1)
                unique.push_back(one.at);
        }
        std::ranges::sort(unique, {}, &Match::left);
        return longestRising(unique);
    }

    /// Of places in the order of the left run, the longest series that rises in the right one as well (patience sorting).
    static std::vector<Match> longestRising(const std::vector<Match> &all)
    {
        constexpr size_t none = ~size_t{0};
        std::vector<size_t> tops;                           // by length: where the series that ends lowest ends
        std::vector<size_t> previous(all.size(), none);
        for (size_t i = 0; i < all.size(); ++i) {
            const auto pile = std::ranges::lower_bound(tops, all[i].right, {}, [&all](size_t index) { return all[index].right; });
            if (pile != tops.begin())
                previous[i] = *std::prev(pile);
            if (pile == tops.end())
                tops.push_back(i);
            else
                *pile = i;
        }
        std::vector<Match> rising;
        for (size_t i = tops.empty() ? none : tops.back(); i != none; i = previous[i])
            rising.push_back(all[i]);
        std::ranges::reverse(rising);
        return rising;
    }

    std::span<const Fingerprint> m_left;
    std::span<const Fingerprint> m_right;
    int m_edits;
    const std::function<bool()> &m_stop;
    std::vector<Match> m_matches;
};

} // namespace

std::vector<Match> align(std::span<const Fingerprint> left, std::span<const Fingerprint> right, int edits, const std::function<bool()> &stop)
{
    return Aligner(left, right, edits, stop).run();
}

} // namespace wsw::replay
