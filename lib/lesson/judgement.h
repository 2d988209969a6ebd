#pragma once

#include "lesson/explain.h"

namespace wsw::lesson {

/// Right, unusual or wrong, and why: the part of an Explanation that speaks of this one.
struct Judgement
{
    Verdict verdict = Verdict::Info;
    QString why;    ///< one sentence that reads on after "Right: "; empty for a mere Info
};

[[nodiscard]] inline Judgement info(const QString &why = {}) { return {Verdict::Info, why}; }
[[nodiscard]] inline Judgement right(const QString &why) { return {Verdict::Right, why}; }
[[nodiscard]] inline Judgement unusual(const QString &why) { return {Verdict::Unusual, why}; }
[[nodiscard]] inline Judgement wrong(const QString &why) { return {Verdict::Wrong, why}; }

/// The tables hold UTF-8 literals, so that they cost nothing before they are read.
[[nodiscard]] inline QString words(const char *utf8) { return QString::fromUtf8(utf8); }

/// What came over the wire, as it can be shown.
[[nodiscard]] inline QString shown(const QByteArray &bytes) { return QString::fromUtf8(bytes); }

/// Puts a judgement into an explanation.
inline void apply(Explanation &explanation, const Judgement &judgement)
{
    explanation.verdict = judgement.verdict;
    explanation.judgement = judgement.why;
}

} // namespace wsw::lesson
