#!/usr/bin/python3
"""Checks what the documents promise: links lead somewhere, commands exist, wsw's options are ones it has.

check_readme.py SOURCE_DIR [WSW]
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
FENCE = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.M | re.S)


def documents(source_dir):
    for pattern in ("*.md", "lib/**/*.md", "app/**/*.md", "tests/**/*.md", "packaging/**/*.md"):
        yield from sorted(source_dir.glob(pattern))


def check_links(path, text):
    for match in LINK.finditer(text):
        target = (match.group(1) or match.group(2)).split("#")[0]
        if target and not target.startswith(("http:", "https:", "mailto:")) and not (path.parent / target).exists():
            yield f"{path.name}: leads to {target}, which does not exist"


def check_command(path, source_dir, words, wsw):
    program = words[0]
    if program.startswith(("./packaging/", "packaging/")):
        file = source_dir / program
        if not (file.is_file() and file.stat().st_mode & 0o100):
            yield f"{path.name}: {program} is no program"
    elif program.split("/")[-1] == "wsw" and wsw and len(words) > 1 and not words[1].startswith("-"):
        answer = subprocess.run([wsw, words[1], "--help"], capture_output=True, text=True, timeout=20, check=False)
        if answer.returncode != 0:
            yield f"{path.name}: wsw has no verb {words[1]}"
            return
        for option in (word.split("=")[0] for word in words[2:] if word.startswith("--")):
            if not re.search(rf"^\s*{re.escape(option)}\b", answer.stdout, re.M):
                yield f"{path.name}: wsw {words[1]} has no option {option}"


def commands(block):
    """The commands of a shell block, as lists of words."""
    for line in block.replace("\\\n", " ").splitlines():
        words = shlex.split(line.strip().removeprefix("$ "), comments=True)
        while words:
            end = next((i for i, word in enumerate(words) if word in ("|", "&&", ";")), len(words))
            command, words = words[:end], words[end + 1:]
            while command and re.fullmatch(r"\w+=.*", command[0]):
                command = command[1:]
            if command:
                yield command


def check_commands(path, source_dir, text, wsw):
    for block in FENCE.findall(text):
        for command in commands(block):
            yield from check_command(path, source_dir, command, wsw)


def check_rooms(source_dir):
    """Every room is described in a README of its own, and the front page leads there."""
    front = (source_dir / "README.md").read_text()
    for room in sorted(list((source_dir / "lib").iterdir()) + list((source_dir / "app").iterdir())):
        if not room.is_dir():
            continue
        readme = room.relative_to(source_dir) / "README.md"
        if not (source_dir / readme).exists():
            yield f"{readme} does not exist"
        elif str(readme) not in front and f"({readme.parent}/)" not in front:
            yield f"README.md: does not lead to {readme}"


def main():
    source_dir, wsw = Path(sys.argv[1]), (sys.argv[2] if len(sys.argv) > 2 else None)
    problems, count = [], 0
    for path in documents(source_dir):
        text, count = path.read_text(), count + 1
        problems += check_links(path, text)
        problems += check_commands(path, source_dir, text, wsw)
    problems += check_rooms(source_dir)
    print("\n".join(problems) if problems else f"{count} documents keep their promises")
    return 1 if problems or count == 0 else 0


sys.exit(main())
