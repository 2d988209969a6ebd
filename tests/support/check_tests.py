#!/usr/bin/python3
"""Checks that every source of lib has a test of the same name: lib/<room>/<name>.cpp, tests/<room>/tst_<name>.cpp.

check_tests.py SOURCE_DIR

A source without a header of its own is a part of the class whose header's name it begins with (relayclose.cpp of relay.h); that
class's test is its test as well.
"""

import re
import sys
from pathlib import Path

# Source -> the test that shows it instead, and why it has none of its own.
EXCEPTIONS = {
    "lib/capture/filternode.cpp": ("tests/capture/tst_filter.cpp", "what a filter is made of"),
    "lib/capture/filterparser.cpp": ("tests/capture/tst_filter.cpp", "what makes it"),
    "lib/payload/bson.cpp": ("tests/payload/tst_layout.cpp", "one format of layOut()"),
    "lib/payload/cbor.cpp": ("tests/payload/tst_layout.cpp", "one format of layOut()"),
    "lib/payload/jsonwriter.cpp": ("tests/payload/tst_layout.cpp", "writes what the formats say"),
    "lib/payload/messagepack.cpp": ("tests/payload/tst_layout.cpp", "one format of layOut()"),
    "lib/payload/mqtt.cpp": ("tests/payload/tst_dialect.cpp", "the one dialect of binary messages"),
    "lib/payload/protomessage.cpp": ("tests/payload/tst_protoschema.cpp", "reads what a schema describes"),
    "lib/payload/protosource.cpp": ("tests/payload/tst_protoschema.cpp", "reads the files of a schema"),
    "lib/payload/protobuf.cpp": ("tests/payload/tst_layout.cpp", "one format of layOut()"),
    "lib/payload/reading.cpp": ("tests/payload/tst_guess.cpp", "guess(); layOut() is tst_layout's"),
    "lib/payload/xml.cpp": ("tests/payload/tst_layout.cpp", "one format of layOut()"),
    "lib/net/acceptor.cpp": ("tests/net/tst_listener.cpp", "chooses between the next two"),
    "lib/net/epollacceptor.cpp": ("tests/net/tst_listener.cpp", "a listener runs over it"),
    "lib/net/qtacceptor.cpp": ("tests/net/tst_listener.cpp", "a listener runs over it"),
    "lib/net/connector.cpp": ("tests/net/tst_dialler.cpp", "chooses between the next two"),
    "lib/net/epollconnector.cpp": ("tests/net/tst_dialler.cpp", "a dialler runs over it"),
    "lib/net/qtconnector.cpp": ("tests/net/tst_dialler.cpp", "a dialler runs over it"),
    "lib/net/namelookup.cpp": ("tests/net/tst_dialler.cpp", "a dialler looks names up with it"),
    "lib/net/tcpinfo.cpp": ("tests/net/tst_plainstream.cpp", "one question to the kernel about a stream"),
    "lib/net/relayanswers.cpp": ("tests/net/tst_relayhandshake.cpp", "the answers of a handshake; over sockets in tst_hostsession"),
    "lib/net/relayerrors.cpp": ("tests/net/tst_relayhandshake.cpp", "the errors of a handshake; over sockets in tst_clientsession"),
    "lib/net/relaynear.cpp": ("tests/net/tst_relay.cpp", "the near side of a relay"),
    "lib/net/relayrecorder.cpp": ("tests/net/tst_relaydirection.cpp", "every record goes through it"),
    "lib/session/endpoint.cpp": ("tests/session/tst_workbench.cpp", "stopping, restarting and forgetting endpoints"),
    "lib/session/workbenchcore.cpp": ("tests/session/tst_workbench.cpp", "the workbench's other half"),
    "lib/net/proxyhandshake.cpp": ("tests/net/tst_dialler.cpp", "a dialler asks proxies with it; what is said is tst_proxytalk's"),
    "lib/net/tlshandshake.cpp": ("tests/net/tst_dialler.cpp", "client side there, server side in tst_listener"),
}


def is_declared(test):
    """Does the CMakeLists.txt beside @test name it, whole or in a loop over stems?"""
    words = set(re.findall(r"\w+", (test.parent / "CMakeLists.txt").read_text()))
    return test.stem in words or test.stem.removeprefix("tst_") in words or "GLOB" in words


def names(source):
    """The names of which one must have a test."""
    found = [source.stem]
    if not source.with_suffix(".h").exists():
        headers = sorted((header.stem for header in source.parent.glob("*.h") if source.stem.startswith(header.stem)), key=len)
        found += headers[-1:]
    return found


def main():
    source_dir = Path(sys.argv[1])
    problems, count = [], 0
    for source in sorted((source_dir / "lib").glob("*/*.cpp")):
        name, count = str(source.relative_to(source_dir)), count + 1
        tests = [source_dir / "tests" / source.parent.name / f"tst_{stem}.cpp" for stem in names(source)]
        if name in EXCEPTIONS:
            if any(test.exists() for test in tests):
                problems.append(f"{name}: has a test of its own; take it out of the exceptions")
            tests = [source_dir / EXCEPTIONS[name][0]]
        found = [test for test in tests if test.exists()]
        if not found:
            problems.append(f"{name}: there is no {tests[0].relative_to(source_dir)}")
        elif not is_declared(found[0]):
            problems.append(f"{found[0].relative_to(source_dir)}: is not declared in its CMakeLists.txt")
    problems += [f"{name}: is an exception, but does not exist" for name in EXCEPTIONS if not (source_dir / name).exists()]
    print("\n".join(problems) if problems else f"{count} sources have their tests")
    return 1 if problems or count == 0 else 0


sys.exit(main())
