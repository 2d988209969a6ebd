#!/usr/bin/python3
"""Writes messages as other libraries encode them, one a line: format, bytes in hexadecimal, and what they say as JSON.

payloads.py SEED
"""

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
            encoded = subprocess.run(["protoc", f"--proto_path={folder}", "--encode=Node", "node.proto"],
                                     input=words.encode(), capture_output=True, check=True)
            say("Protobuf", encoded.stdout, value)


main()
