#include "exchange/htmltext.h"

#include <algorithm>

namespace wsw::exchange {

namespace {

constexpr QByteArrayView style = R"(
:root { color-scheme: light dark; --window: #f4f5f7; --panel: #fff; --line: #dde1e6; --text: #1b1f24; --quiet: #5b6570;
  --sent: #0b63a5; --received: #0a7a58; --control: #8a3d78; --crafted: #8a5800; --violation: #b8390e; --chosen: #dbe8fd; }
@media (prefers-color-scheme: dark) { :root { --window: #15181c; --panel: #1c2025; --line: #30363e; --text: #e4e8ec; --quiet: #a0aab5;
  --sent: #66b8f0; --received: #45c99a; --control: #d995c4; --crafted: #eab54d; --violation: #ff8a5e; --chosen: #263a5a; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 24px; background: var(--window); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 20px; } h2 { margin: 24px 0 8px; font-size: 15px; } p { margin: 4px 0; } .quiet { color: var(--quiet); }
table { border-collapse: collapse; } th { text-align: left; font-weight: 600; } th, td { padding: 4px 16px 4px 0; vertical-align: top; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 8px 16px; overflow-x: auto; }
.log { padding: 0; }
summary, .names { display: grid; grid-template-columns: 64px 130px 88px 48px 24px 190px 80px minmax(120px, 1fr); gap: 8px; padding: 3px 16px;
  list-style: none; white-space: nowrap; align-items: baseline; }
summary { cursor: pointer; } summary::-webkit-details-marker { display: none; } summary:hover, details[open] > summary { background: var(--chosen); }
summary > *, .names > * { overflow: hidden; text-overflow: ellipsis; } .names { color: var(--quiet); border-bottom: 1px solid var(--line); }
details { border-bottom: 1px solid var(--line); } details:last-child { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; } code, pre { font: 12px/1.5 ui-monospace, monospace; } bdi { unicode-bidi: isolate; }
.sent .way { color: var(--sent); } .received .way { color: var(--received); } .control .way { color: var(--control); }
.crafted .what { color: var(--crafted); } .broken .what, .wrong { color: var(--violation); font-weight: 600; } .unusual { color: var(--crafted); font-weight: 600; }
.noted { color: var(--control); font-weight: 600; white-space: pre-wrap; } summary .noted { white-space: nowrap; }
.body { padding: 8px 16px 16px 88px; } .body h3 { margin: 12px 0 4px; font-size: 13px; } pre { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { body { padding: 0; } details > .body { display: block; } }
)";

/// What HTML would take for its own, or does not allow; empty: it stands for itself.
QByteArrayView replacementOf(char c) noexcept
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return {};
    }
}

} // namespace

void appendHtml(QByteArray &to, QStringView text)
{
    appendHtml(to, QByteArrayView(text.toUtf8()));
}

void appendHtml(QByteArray &to, QByteArrayView text)
{
    // Through UTF-16 and back, so that what is no UTF-8 becomes replacement characters.
    const QByteArray sound = QString::fromUtf8(text).toUtf8();
    for (qsizetype at = 0; at < sound.size(); ++at) {
        const char c = sound.at(at);
        const auto byte = static_cast<uchar>(c);
        if (c == '\r' && at + 1 < sound.size() && sound.at(at + 1) == '\n')
            continue;
        if (const QByteArrayView replacement = replacementOf(c); !replacement.isEmpty())
            to += replacement;
        else if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f)
            to += QString(QChar(byte == 0x7f ? 0x2421 : 0x2400 + byte)).toUtf8();
        else
            to += c;
    }
}

void appendHexDump(QByteArray &to, QByteArrayView bytes)
{
    constexpr qsizetype perLine = 16;
    for (qsizetype at = 0; at < bytes.size(); at += perLine) {
        const QByteArrayView line = bytes.sliced(at, std::min(perLine, bytes.size() - at));
        to += QByteArray::number(at, 16).rightJustified(6, '0') + "  ";
        to += line.toByteArray().toHex(' ').leftJustified(3 * perLine, ' ') + ' ';
        QByteArray printable = line.toByteArray();
        std::ranges::replace_if(printable, [](char c) { return c < 0x20 || c > 0x7e; }, '.');
        appendHtml(to, QByteArrayView(printable));
        to += '\n';
    }
}

QByteArrayView reportStyle() noexcept { return style; }

} // namespace wsw::exchange
