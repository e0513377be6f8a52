# SPDX-License-Identifier: MIT
"""reader_messages.py DUMP: a file for each thing that can be wrong with a dump,
made of that one, a line each: the file's name and what the reader must say."""
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../fuzz")
import hostile  # noqa: E402

HEADER = 64  # bytes
EVENTS, END = hostile.EVENTS, hostile.END


def blocks_of(image):
    at = 0
    while at < len(image):
        end = at + HEADER + struct.unpack_from("<I", image, at + 40)[0]
        yield image[at:end]
        at = end


def kind_of(block):
    return struct.unpack_from("<H", block, 10)[0]


def with_fields(block, fields, payload):
    """The block with other fields, (offset, format, value), and that payload:
    its checksums are right."""
    head = bytearray(block[:HEADER])
    fields = [*fields, (40, "<I", len(payload)),
              (48, "<I", hostile.crc32c(payload)), (52, "<I", 0)]
    for at, form, value in fields:
        struct.pack_into(form, head, at, value)
    struct.pack_into("<I", head, 52, hostile.crc32c(bytes(head)))
    return bytes(head) + payload


def flipped(block, at):
    return block[:at] + bytes([block[at] ^ 1]) + block[at + 1:]


def main(dump):
    with open(dump, "rb") as file:
        image = file.read()
    blocks = list(blocks_of(image))
    assert kind_of(blocks[-1]) == END
    meta, rest = blocks[0], b"".join(blocks[1:])
    at = next(i for i, b in enumerate(blocks) if kind_of(b) == EVENTS)
    before, events, after = blocks[:at], blocks[at], blocks[at + 1:]

    def around(middle):
        return b"".join(before) + middle + b"".join(after)

    cases = {
        "empty": (b"", "is empty"),
        "text": (b"not a dump at all " * 10, "is not a heapwise dump"),
        "short": (meta[:HEADER + 4], "ends inside its first block"),
        "version": (with_fields(meta, [(8, "<H", 99)], meta[HEADER:]) + rest,
                    "is of another version of the format"),
        "meta": (flipped(meta, HEADER + 2) + rest,
                 "has lost its META block to damage"),
        "flipped": (around(flipped(events, HEADER + 9)),
                    "a block's checksum is wrong"),
        "packed": (around(with_fields(events, [(12, "<I", 1)], b"no zstd")),
                   "a block does not decompress"),
        "nonsense": (around(with_fields(
            events, [(10, "<H", hostile.STACKS), (12, "<I", 0), (44, "<I", 3)],
            b"\xff" * 3)), "a block's content makes no sense"),
        "garbage": (around(b"x" * 200 + events), "no block begins here"),
        "tail": (image[:-5], "the file ends inside a block"),
        "missing": (around(b""), "blocks are missing before this one"),
        "second": (image + image, "another dump begins here"),
        "stopped": (b"".join(blocks[:-1]), "the recording has no end"),
    }
    for name, (content, words) in cases.items():
        with open(name + ".hwd", "wb") as file:
            file.write(content)
        print(name + ".hwd", words, sep="\t")


main(*sys.argv[1:])
