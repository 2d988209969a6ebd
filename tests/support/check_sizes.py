#!/usr/bin/python3
"""Checks that no source grows past what one can hold in mind: 500 lines.

check_sizes.py SOURCE_DIR
"""

import sys
from pathlib import Path

LIMIT = 500
# File -> how long it may be, and why it is one file all the same.
EXCEPTIONS = {
}
SUFFIXES = {".h", ".cpp", ".py", ".mjs", ".cmake", ""}


def main():
    source_dir = Path(sys.argv[1])
    problems, count = [], 0
    for top in ("lib", "app", "tests", "packaging"):
        for path in sorted((source_dir / top).rglob("*")):
            if not path.is_file() or path.suffix not in SUFFIXES or "tests/data" in str(path) or "tests/fuzz/" in str(path):
                continue
            name, count = str(path.relative_to(source_dir)), count + 1
            limit = EXCEPTIONS.get(name, (LIMIT,))[0]
            lines = path.read_bytes().count(b"\n")
            if lines > limit:
                problems.append(f"{name}: {lines} lines, more than {limit}: it wants to be two files")
            elif name in EXCEPTIONS and lines <= LIMIT:
                problems.append(f"{name}: {lines} lines; take it out of the exceptions")
    print("\n".join(problems) if problems else f"{count} files are short enough")
    return 1 if problems or count == 0 else 0


sys.exit(main())
