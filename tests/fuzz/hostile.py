# SPDX-License-Identifier: MIT
"""usage: hostile.py DIRECTORY BYTE

Inputs of tests/fuzz, with their first byte, whose dumps are well-formed and
were made up to take much memory or time for their size: each is a function
here, which says how."""
import os
import struct
import subprocess
import sys

META, MODULES, STACKS, EVENTS, THREADS, USAGE, STATS, END = 1, 2, 3, 4, 5, 6, 7, 9
BLOCK_EVENTS = 65536
HASH = 0x9E3779B97F4A7C15  # of the analyzer's table of live blocks
WORD = 1 << 64


TABLE = []
for entry in range(256):
    for _ in range(8):
        entry = entry >> 1 ^ (0x82F63B78 if entry & 1 else 0)
    TABLE.append(entry)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def varint(number):
    number %= WORD
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(number):
    number = (number + WORD // 2) % WORD - WORD // 2
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def text(data):
    return varint(len(data)) + data


class Dump:
    """Blocks, with the checksums and sequence numbers that they must have."""

    def __init__(self):
        self.blocks = []
        self.add(META, varint(1) + text(b"/p") + varint(3) + text(varint(1)) +
                 varint(9) + text(varint(2)) + varint(11) + text(varint(1)))

    def header(self, kind, flags, stored, raw, crc, thread=0, count=1,
               ticks=(0, 0)):
        head = bytearray(struct.pack(
            "<8sHHIIIQQIIIIQ", b"\x89HWD\r\n\x1a\n", 2, kind, flags, thread,
            count, *ticks, stored, raw, crc, 0, len(self.blocks)))
        struct.pack_into("<I", head, 52, crc32c(head))
        return bytes(head)

    def add(self, kind, payload, **more):
        stored, flags = payload, 0
        if len(payload) > 4096:
            stored = subprocess.run(
                ["zstd", "-1", "-cq", "--stream-size=%d" % len(payload)],
                input=payload, stdout=subprocess.PIPE, check=True).stdout
            flags = 1
        self.blocks.append(self.header(kind, flags, len(stored), len(payload),
                                       crc32c(stored), **more) + stored)

    def events(self, columns, count, thread=1, ticks=(1, 1)):
        payload = b"\0" + b"".join(text(columns.get(name, b"")) for name in (
            "kind", "stack", "size", "reference", "address", "tick", "detail"))
        self.add(EVENTS, payload, thread=thread, count=count, ticks=ticks)

    def mallocs(self, count, step=4096, stack=None):
        """Blocks that stay, a tick each; from `stack` on a stack each."""
        done = 0
        while done < count:
            some = min(BLOCK_EVENTS, count - done)
            columns = {
                "kind": bytes([1 if stack is None else 0x81]) * some,
                "size": varint(16) * some,
                "reference": b"\0" * some,
                # beyond the 32 bytes that a block of 16 is expected to take
                "address": zigzag((step + 32) * done + 65536) +
                           zigzag(step) * (some - 1),
                "tick": zigzag(done + 1) + zigzag(1) * (some - 1)}
            if stack is not None:
                columns["stack"] = (zigzag(stack + done) +
                                    zigzag(1) * (some - 1))
            self.events(columns, some, ticks=(done + 1, done + some))
            done += some

    def finish(self):
        self.add(END, varint(1) + varint(0))
        return b"".join(self.blocks)


def nodes(count, parent, first=2):
    """Nodes at one address after the other; parent(id) is the distance."""
    return varint(first) + b"".join(
        varint(parent(first + i)) + zigzag(i == 0) + zigzag(16)
        for i in range(count))


def far_stack(dump):
    """One node with the highest id there is."""
    last = (16 << 20) - 1
    dump.add(STACKS, varint(last) + varint(last) + zigzag(0) + zigzag(4096))
    dump.mallocs(2, stack=last)


def holes(dump):
    """Millions of nodes that never come, a byte each before compression."""
    count = (16 << 20) - 8
    dump.add(STACKS, varint(2) + b"\0" * count + varint(2) + zigzag(0) +
             zigzag(4096))
    dump.mallocs(2, stack=count + 2)


def nested(dump):
    """Blocks that hold all that follow, and end where no block begins."""
    count = 16000
    for i in range(count):
        inside = (count - 1 - i) * 64 + 50
        dump.blocks.append(dump.header(STATS, 0, inside, inside, 0))
    dump.blocks.append(b"x" * 300)


def collisions(dump):
    """Live blocks whose addresses have the smallest hashes there are."""
    inverse, count = pow(HASH, -1, WORD), BLOCK_EVENTS
    dump.events({"kind": b"\1" * count, "size": varint(16) * count,
                 "reference": b"\0" * count,
                 "address": zigzag(inverse) +
                            zigzag(inverse - 32) * (count - 1),
                 "tick": zigzag(1) * count}, count, ticks=(1, count))


def threads(dump):
    """Many threads of one event each."""
    for i in range(4000):
        dump.events({"kind": b"\1", "size": varint(16), "reference": b"\0",
                     "address": zigzag(4096 * (i + 1)), "tick": zigzag(i + 1)},
                    1, thread=i, ticks=(i + 1, i + 1))


def waiting(dump):
    """Many threads that free what nobody allocated, all at one tick."""
    for i in range(2000):
        dump.events({"kind": b"\x10" * 50, "reference": b"\0" * 50,
                     "address": zigzag(4096 * (i + 1)) + zigzag(16) * 49,
                     "tick": zigzag(5) + zigzag(0) * 49}, 50, thread=i,
                    ticks=(5, 5))


def knot(dump):
    """Threads that each free what the next one allocates, at one tick."""
    count, times = 1000, 20
    for i in range(count):
        frees = [zigzag(4096 * ((i + 1) % count + 1))]
        makes = [zigzag(4096 * (i + 1))]
        frees += [zigzag(0)] * (times - 1)
        makes += [zigzag(-32)] * (times - 1)
        dump.events({"kind": b"\x10\x01" * times, "size": varint(16) * times,
                     "reference": b"\0" * (2 * times),
                     "address": b"".join(a + b for a, b in zip(frees, makes)),
                     "tick": zigzag(5) + zigzag(0) * (2 * times - 1)},
                    2 * times, thread=i, ticks=(5, 5))


def modules(dump):
    """Many modules, a site in each."""
    count = 20000
    dump.add(MODULES, b"".join(
        varint(i + 1) + varint(0) + varint(0) * 3 + b"\0" +
        text(b"/%x" % i) + varint(0) for i in range(count)))
    dump.add(STACKS, varint(2) + b"".join(
        varint(2 + i) + zigzag(1) + zigzag(4096) for i in range(count)))
    dump.mallocs(count, stack=2)


def empty_modules(dump):
    """Modules without anything."""
    dump.add(MODULES, b"".join(varint(i + 1) + b"\0" * 7
                               for i in range(100000)))
    dump.mallocs(10)


def sites(dump):
    """A site an event."""
    dump.add(MODULES, varint(1) + b"\0" * 5 + text(b"/m") + varint(0))
    dump.add(STACKS, nodes(20000, lambda node: node))
    dump.mallocs(20000, stack=2)


def chain(dump):
    """Sites that each call the next one: together millions of frames."""
    count = 20000
    dump.add(MODULES, varint(1) + b"\0" * 5 + text(b"/m") + varint(0))
    dump.add(STACKS, nodes(count, lambda node: node if node == 2 else 1))
    dump.mallocs(count, stack=2)


def bush(dump):
    """Sites below a long path that they share."""
    depth, count = 500, 30000
    dump.add(MODULES, varint(1) + b"\0" * 5 + text(b"/m") + varint(0))
    dump.add(STACKS, nodes(depth + count, lambda node: node if node == 2 else
                           1 if node < depth + 2 else node - depth - 1))
    dump.mallocs(count, stack=depth + 2)


def gaps(dump):
    """Few events, years apart."""
    count = 50
    dump.add(USAGE, b"".join(varint(i << 57) * 3 + varint(1) + b"\0" * 4
                             for i in range(32)))
    dump.events({"kind": b"\1\x10" * count, "size": varint(64) * count,
                 "reference": b"\0\1" * count,
                 "address": zigzag(65536) + zigzag(-80) * (count - 1),
                 "tick": zigzag(1) + zigzag(1 << 55) * (2 * count - 1)},
                2 * count, ticks=(1, 100 << 55))


def bad_blocks(dump):
    """Blocks whose content makes no sense, one after the other."""
    for _ in range(8000):
        dump.add(STACKS, b"\xff")


def live(dump):
    """Blocks that stay, in as few bytes as can be."""
    dump.mallocs(500000, step=0)


def main(directory, byte):
    os.makedirs(directory, exist_ok=True)
    for make in (far_stack, holes, nested, collisions, threads, waiting, knot,
                 modules, empty_modules, sites, chain, bush, gaps, bad_blocks, live):
        dump = Dump()
        make(dump)
        with open(os.path.join(directory, make.__name__), "wb") as file:
            file.write(bytes([int(byte)]) + dump.finish())


if __name__ == "__main__":
    main(*sys.argv[1:])
