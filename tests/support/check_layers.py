#!/usr/bin/python3
"""Checks the rooms against each other: every include in lib and app, and what the programs were linked with.

check_layers.py SOURCE_DIR QT_INCLUDE_DIR [PROGRAM...]

Each PROGRAM must be linked with neither Qt Gui nor Qt Widgets.
"""

import re
import subprocess
import sys
from pathlib import Path

# room -> (rooms it may use beside itself, Qt modules, headers of other libraries by prefix). As lib/*/README.md says.
BELOW_SESSION = ["base", "wire", "capture", "stats", "net"]
LIB = BELOW_SESSION + ["session", "exchange", "replay", "lesson", "payload"]
ROOMS = {
    "lib/base": ([], ["QtCore"], []),
    "lib/wire": (["base"], ["QtCore"], ["zlib"]),
    "lib/capture": (["base", "wire"], ["QtCore", "QtConcurrent"], ["sqlite3", "lz4", "xxhash"]),
    "lib/stats": (["base"], ["QtCore"], []),
    "lib/net": (["base", "wire"], ["QtCore", "QtNetwork"], ["openssl/"]),
    "lib/session": (BELOW_SESSION, ["QtCore", "QtNetwork", "QtWebSockets", "QtConcurrent"], ["openssl/"]),
    "lib/exchange": (["base", "wire", "capture", "stats", "net", "session"], ["QtCore", "QtNetwork"], ["nlohmann/"]),
    "lib/replay": (["base", "wire", "capture", "stats", "session", "exchange"], ["QtCore"], ["nlohmann/"]),
    "lib/lesson": (["base", "wire", "capture", "stats", "session", "exchange"], ["QtCore"], []),
    "lib/payload": (["base", "wire"], ["QtCore"], ["bson/", "google/protobuf/"]),
    "app/cli": (LIB, ["QtCore"], []),
    "app/desktop": (LIB, ["QtCore", "QtGui", "QtWidgets", "QtSvg", "QtPrintSupport", "QtConcurrent", "QtNetwork",
                          "QtDBus"], ["qcustomplot"]),
}
# The operating system's headers: only where the program meets it.
SYSTEM = re.compile(r"^(sys|netinet|arpa|linux)/|^net/if\.h$"
                    r"|^(fcntl|unistd|poll|pwd|signal|netdb|errno|time|termios|pthread|sched)\.h$"
                    r"|^(winsock2|ws2tcpip|windows)\.h$")
SYSTEM_ROOMS = {"lib/base", "lib/capture", "lib/net", "lib/session", "app/cli", "app/desktop"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def qt_modules(include_dir):
    """Header name as written in an include -> Qt module."""
    modules = {}
    for folder in Path(include_dir).iterdir():
        if folder.is_dir() and folder.name.startswith("Qt"):
            for header in folder.iterdir():
                modules.setdefault(header.name, folder.name)
                modules[f"{folder.name}/{header.name}"] = folder.name
    return modules


def room_of(path):
    parts = path.parts
    return "/".join(parts[:2])


def check_include(path, name, quoted, modules, source_dir):
    room = room_of(path)
    rooms, qt, others = ROOMS[room]
    if quoted:
        if (source_dir / path.parent / name).exists() or name.endswith(".moc") or name.startswith(("moc_", "ui_")):
            return None
        other = name.split("/")[0]
        if room == "app/desktop" and (source_dir / room / name).exists():
            return None
        if "/" not in name:
            return f'"{name}" is no header of this room; a header of another room is included as "room/{name}"'
        if f"lib/{other}" == room or other in rooms:
            return None
        return f'"{name}": {room} may not use {other}'
    if name in modules:
        return None if modules[name] in qt else f"<{name}>: {room} may not use {modules[name]}"
    if SYSTEM.search(name):
        return None if room in SYSTEM_ROOMS else f"<{name}>: {room} does not talk to the operating system"
    if "." in name and not any(name.startswith(prefix) for prefix in others):
        return f"<{name}>: {room} may not use this library"
    return None


def check_links(source_dir):
    for path in sorted((source_dir / "lib").glob("*/CMakeLists.txt")):
        for word in re.findall(r"Qt6::(?:Gui|Widgets|Svg|PrintSupport)\b|QCustomPlot\w*", path.read_text()):
            yield f"{path.relative_to(source_dir)}: lib is built without {word}"


def check_programs(programs):
    for program in programs:
        linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for module in ("Qt6Gui", "Qt6Widgets"):
            if f"lib{module}." in linked:
                yield f"{program}: is linked with {module}"


def main():
    source_dir, qt_dir, programs = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    modules = qt_modules(qt_dir)
    if "QWidget" not in modules:
        sys.exit(f"{qt_dir} holds no Qt headers: nothing could be checked")
    problems, files = [], 0
    for top in ("lib", "app"):
        for path in sorted((source_dir / top).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            path, files = path.relative_to(source_dir), files + 1
            if room_of(path) not in ROOMS:
                problems.append(f"{path}: {room_of(path)} is a room that this check does not know")
                continue
            for kind, name in INCLUDE.findall((source_dir / path).read_text()):
                problem = check_include(path, name, kind == '"', modules, source_dir)
                if problem:
                    problems.append(f"{path}: {problem}")
    problems += check_links(source_dir)
    problems += check_programs(programs)
    print("\n".join(problems) if problems else f"{files} files and {len(programs)} programs keep to their layers")
    return 1 if problems or files == 0 else 0


sys.exit(main())
