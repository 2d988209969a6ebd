#!/usr/bin/python3
"""Writes messages as other libraries encode them, one a line: format, bytes in hexadecimal, and what they say as JSON.

payloads.py SEED FOLDER

FOLDER gets named.proto. Lines that begin with "Keys" are MessagePack with keys of all kinds, and what they say in the program's notation on
one line; those with "Named" are demo.Node messages of that file, and what protoc reads in them, in base64.
"""

import base64
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import bson
import cbor2
import msgpack

SCHEMA = """
syntax = "proto3";
message Node { uint64 number = 1; string text = 2; Node left = 3; Node right = 17; int32 small = 1000; }
"""


def text(random_):
    letters = "abc äöü € 😀 \"\\/"
    return "".join(random_.choice(letters) for _ in range(random_.randint(1, 40)))


def tree(random_, depth):
    """A value of JSON's kinds."""
    kinds = ["text", "int", "negative", "float", "true", "null"]
    if depth > 0:
        kinds += ["list", "dict"] * 3
    kind = random_.choice(kinds)
    if kind == "list":
        return [tree(random_, depth - 1) for _ in range(random_.randint(0, 20))]
    if kind == "dict":
        return {text(random_): tree(random_, depth - 1) for _ in range(random_.randint(0, 20))}
    if kind == "int":
        return random_.getrandbits(random_.choice([3, 7, 8, 15, 16, 31, 32, 53, 62]))
    if kind == "negative":
        return -random_.getrandbits(random_.choice([3, 7, 8, 15, 31, 53, 62])) - 1
    return {"text": text(random_), "float": random_.uniform(-1e9, 1e9), "true": True, "null": None}[kind]


def node(random_, depth):
    """A protobuf message, as its text format and as JSON with numbers for names."""
    number = random_.getrandbits(random_.choice([1, 7, 8, 32, 62])) + 1
    words = text(random_).strip() or "x"
    small = random_.randint(1, 2**31 - 1)
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    lines = [f'number: {number} text: "{quoted}" small: {small}']
    value = {"1": number, "2": words, "1000": small}
    if depth > 0:
        for name, field in (("left", "3"), ("right", "17")):
            inner, value[field] = node(random_, depth - 1)
            lines.append(f"{name} {{ {inner} }}")
    return " ".join(lines), value


NAMED = """
syntax = "proto3";
package demo;
import "google/protobuf/duration.proto";
enum Colour { RED = 0; GREEN = 1; BLUE = 7; }
message Node {
  uint64 number = 1; string text = 2; Node left = 3; repeated Node children = 17; sint32 zigzag = 1000;
  repeated int64 packed = 4; repeated string words = 5; map<string, sint64> points = 6; Colour colour = 7;
  repeated Colour colours = 8; double height = 9; float weight = 10; bool there = 11; fixed32 small = 12;
  sfixed64 large = 13; google.protobuf.Duration lasted = 14; repeated float loose = 15 [packed = false];
  oneof either { int32 one = 20; string other = 21; }
}
"""


def key(random_, depth):
    kinds = [random_.getrandbits(random_.choice([3, 8, 40])), -random_.getrandbits(20) - 1, True, False, None,
             random_.randbytes(random_.randint(0, 5)), f"k{random_.getrandbits(30)}"]
    if depth > 0:
        kinds.append(tuple(key(random_, depth - 1) for _ in range(random_.randint(0, 3))))
    return random_.choice(kinds)


def keyed(random_, depth):
    if depth == 0:
        return key(random_, 1)
    return {key(random_, 2): keyed(random_, depth - 1) for _ in range(random_.randint(1, 6))}


def notation(value):
    """As the program writes it, on one line."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{notation(name)}: {notation(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(notation(inner) for inner in value) + "]"
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    return json.dumps(value)


def named(random_, depth):
    """A demo.Node in protoc's text format."""
    word = lambda: "".join(random_.choice("abcdef XYZ.,-") for _ in range(random_.randint(1, 12)))
    fields = [f"number: {random_.getrandbits(random_.choice([1, 8, 63]))}", f'text: "{word()}"',
              f"zigzag: {random_.randint(-2**31, 2**31 - 1)}", f"colour: {random_.choice(['RED', 'GREEN', 'BLUE', '5'])}",
              f"height: {random_.uniform(-1e9, 1e9)!r}", f"weight: {random_.uniform(-100, 100):.6g}", "there: true",
              f"small: {random_.getrandbits(32)}", f"large: {random_.randint(-2**62, 2**62)}",
              f"lasted {{ seconds: {random_.randint(1, 10**9)} nanos: {random_.randint(1, 999)} }}"]
    for _ in range(random_.randint(0, 4)):
        fields += [f"packed: {random_.randint(-2**62, 2**62)}", f'words: "{word()}"', f"colours: {random_.choice(['RED', 'BLUE'])}",
                   f"loose: {random_.uniform(-1, 1):.5g}"]
    # One entry: protoc writes those of a map in an order of its own.
    fields.append(f'points {{ key: "k{random_.getrandbits(30)}" value: {random_.randint(-10**12, 10**12)} }}')
    fields.append(random_.choice(["one: -5", f'other: "{word()}"']))
    fields = [field for field in fields if random_.random() < 0.7]
    if depth > 0:
        fields.append(f"left {{ {named(random_, depth - 1)} }}")
        fields += [f"children {{ {named(random_, depth - 1)} }}" for _ in range(random_.randint(0, 2))]
    return " ".join(fields)


def protoc(folder, mode, message, file, given):
    return subprocess.run(["protoc", f"--proto_path={folder}", f"--{mode}={message}", file], input=given, capture_output=True, check=True).stdout


def say(name, payload, value):
    print(name, payload.hex(), json.dumps(value, ensure_ascii=True, separators=(",", ":")))


def main():
    random_ = random.Random(int(sys.argv[1]))
    for _ in range(60):
        value = {"root": tree(random_, 4)}
        say("MessagePack", msgpack.packb(value, use_bin_type=True), value)
        say("CBOR", cbor2.dumps(value, canonical=random_.random() < 0.5), value)
        say("BSON", bson.encode(value), value)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "node.proto").write_text(SCHEMA)
        for _ in range(20):
            words, value = node(random_, random_.randint(0, 3))
            say("Protobuf", protoc(folder, "encode", "Node", "node.proto", words.encode()), value)
    for _ in range(60):
        value = keyed(random_, 3)
        print("Keys", msgpack.packb(value, use_bin_type=True).hex(), notation(value))
    folder = sys.argv[2]
    Path(folder, "named.proto").write_text(NAMED)
    for _ in range(25):
        encoded = protoc(folder, "encode", "demo.Node", "named.proto", named(random_, random_.randint(0, 3)).encode())
        print("Named", encoded.hex() or "-", base64.b64encode(protoc(folder, "decode", "demo.Node", "named.proto", encoded)).decode() or "-")


main()
