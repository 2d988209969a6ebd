#!/usr/bin/python3
"""Checks that colours are written down in one place: theme/theme.cpp.

check_colors.py SOURCE_DIR
"""

import re
import sys
from pathlib import Path

ALLOWED = {"theme/theme.cpp"}
# "#1b1f24" in a string, QColor and QRgb from numbers or names, Qt's named colours.
LITERAL = re.compile(
    r'"[^"\n]*#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3}(?:[0-9a-fA-F]{2})?)?\b[^"\n]*"'
    r"|\bQColor(?:::fromRgb[AF]*|::fromHsv|::fromHsl)?\s*[({]\s*(?:0x|\d|\"|QStringLiteral)"
    r"|\bqRgba?\s*\("
    r"|\bQt::(?:white|black|red|dark[A-Z]\w+|green|blue|cyan|magenta|yellow|gray|lightGray)\b"
    r"|\b(?:rgb|rgba|hsl|hsv)\(\s*\d"
)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)

SELF_TEST = {
    'f("color: #1b1f24");': 1,
    "QColor(255, 0, 0)": 1,
    'QColor("red")': 1,
    "Qt::white": 1,
    'QStringLiteral("rgb(1, 2, 3)")': 1,
    "theme.color(Token::Text)": 0,
    "// like #ffffff": 0,
    "QColor color": 0,
    'QStringLiteral("#%1")': 0,
}


def literals(text):
    return LITERAL.findall(COMMENT.sub("", text))


def main():
    for text, count in SELF_TEST.items():
        if len(literals(text)) != count:
            sys.exit(f"the check itself is broken: {text!r}")
    root = Path(sys.argv[1]) / "app" / "desktop"
    files, problems = 0, []
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        files += 1
        name = path.relative_to(root).as_posix()
        if name not in ALLOWED:
            problems += [f"app/desktop/{name}: {found}" for found in literals(path.read_text())]
    print("\n".join(problems) if problems else f"{files} files name no colour of their own")
    return 1 if problems or files == 0 else 0


sys.exit(main())
