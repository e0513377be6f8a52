# SPDX-License-Identifier: MIT
"""usage: hostile_elf.py DIRECTORY ELF

Copies of a small ELF file without sections, but for those that were made up to
take much memory or time to inflate: each is a function here, which says how."""
import lzma
import os
import struct
import sys
import zlib

PROGBITS, STRTAB, SYMTAB, COMPRESSED = 1, 3, 2, 0x800
ZLIB = 1
BIG = 300 << 20
ZEROS = zlib.compress(bytes(BIG), 9)


def elf(program, sections):
    """`sections` are (name, type, flags, content)."""
    out, names, heads = bytearray(program), bytearray(b"\0"), [bytes(64)]
    sections = sections + [(b".shstrtab", STRTAB, 0, None)]
    seen = {}
    for name, kind, flags, content in sections:
        place = len(names)
        names += name + b"\0"
        content = bytes(names) if content is None else content
        if id(content) not in seen:
            out += bytes(-len(out) % 8)
            seen[id(content)] = len(out)
            out += content
        heads.append(struct.pack("<IIQQQQIIQQ", place, kind, flags, 0,
                                 seen[id(content)], len(content), 0, 0, 1, 0))
    out += bytes(-len(out) % 8)
    struct.pack_into("<Q", out, 40, len(out))
    struct.pack_into("<HHH", out, 58, 64, len(heads), len(heads) - 1)
    return bytes(out) + b"".join(heads)


def compressed(size, content):
    return struct.pack("<IIQQ", ZLIB, 0, size, 1) + content


def zeros(program):
    """One section that becomes a thousand times as large."""
    info = compressed(BIG, ZEROS)
    return elf(program, [(b".debug_info", PROGBITS, COMPRESSED, info),
                         (b".debug_abbrev", PROGBITS, 0, b"\0")])


def shared(program):
    """Sections of modest size, all of the same compressed bytes."""
    part = 15 << 20
    some = compressed(part, zlib.compress(bytes(part), 9))
    return elf(program, [(b".debug_" + name, PROGBITS, COMPRESSED, some)
                         for name in (b"info", b"abbrev", b"str", b"line",
                                      b"aranges", b"ranges", b"loc", b"types",
                                      b"addr", b"line_str", b"rnglists",
                                      b"loclists", b"str_offsets", b"frame")])


def liar(program):
    """A size that is not its own."""
    info = compressed(1 << 62, zlib.compress(bytes(4096)))
    return elf(program, [(b".debug_info", PROGBITS, COMPRESSED, info)])


def older(program):
    """As compilers once compressed."""
    info = b"ZLIB" + struct.pack(">Q", BIG) + ZEROS
    return elf(program, [(b".zdebug_info", PROGBITS, 0, info)])


def debugdata(program):
    """Symbols in a file that is nothing but zeros, or many."""
    data = lzma.compress(bytes(BIG), preset=9)
    return elf(program, [(b".gnu_debugdata", PROGBITS, 0, data)])


def main(directory, path):
    os.makedirs(directory, exist_ok=True)
    with open(path, "rb") as file:
        program = bytearray(file.read())
    struct.pack_into("<Q", program, 40, 0)
    for make in (zeros, shared, liar, older, debugdata):
        with open(os.path.join(directory, make.__name__), "wb") as file:
            file.write(make(program))


main(*sys.argv[1:])
