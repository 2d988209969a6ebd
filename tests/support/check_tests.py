#!/usr/bin/python3
"""Checks that every source of lib has a test of the same name: lib/<room>/<name>.cpp, tests/<room>/tst_<name>.cpp.

check_tests.py SOURCE_DIR
"""

import sys
from pathlib import Path

# Source -> the test that shows it instead, and why it has none of its own.
EXCEPTIONS = {
    "lib/net/acceptor.cpp": ("tests/net/tst_listener.cpp", "chooses between the next two"),
    "lib/net/epollacceptor.cpp": ("tests/net/tst_listener.cpp", "a listener runs over it"),
    "lib/net/qtacceptor.cpp": ("tests/net/tst_listener.cpp", "a listener runs over it"),
    "lib/net/connector.cpp": ("tests/net/tst_dialler.cpp", "chooses between the next two"),
    "lib/net/epollconnector.cpp": ("tests/net/tst_dialler.cpp", "a dialler runs over it"),
    "lib/net/qtconnector.cpp": ("tests/net/tst_dialler.cpp", "a dialler runs over it"),
    "lib/net/epollloop_other.cpp": ("tests/net/tst_epollloop.cpp", "stands in where there is no epoll"),
    "lib/net/tcpinfo.cpp": ("tests/net/tst_plainstream.cpp", "one question to the kernel about a stream"),
    "lib/net/tlshandshake.cpp": ("tests/net/tst_dialler.cpp", "client side there, server side in tst_listener"),
}


def main():
    source_dir = Path(sys.argv[1])
    problems, count = [], 0
    for source in sorted((source_dir / "lib").glob("*/*.cpp")):
        name, count = str(source.relative_to(source_dir)), count + 1
        wanted = source_dir / "tests" / source.parent.name / f"tst_{source.stem}.cpp"
        instead = EXCEPTIONS.get(name)
        if instead:
            if wanted.exists():
                problems.append(f"{name}: has a test of its own; take it out of the exceptions")
            wanted = source_dir / instead[0]
        if not wanted.exists():
            problems.append(f"{name}: there is no {wanted.relative_to(source_dir)}")
        elif wanted.name not in declared(wanted):
            problems.append(f"{wanted.relative_to(source_dir)}: is not declared in its CMakeLists.txt")
    problems += [f"{name}: is an exception, but does not exist" for name in EXCEPTIONS if not (source_dir / name).exists()]
    print("\n".join(problems) if problems else f"{count} sources have their tests")
    return 1 if problems or count == 0 else 0


def declared(test):
    """Names of the test sources that the CMakeLists.txt beside @test declares."""
    words = (test.parent / "CMakeLists.txt").read_text().replace("(", " ").replace(")", " ").split()
    return {f"{word}.cpp" for word in words if word.startswith("tst_")} | {
        path.name for path in test.parent.glob("tst_*.cpp") if "GLOB" in words}


sys.exit(main())
