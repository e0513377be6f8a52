# SPDX-License-Identifier: MIT
"""usage: pack.py dump OUT BYTE FILE | pair OUT BYTE FILE FILE | ring OUT BYTE DUMP RING

Makes an input of tests/fuzz. Build IDs are changed, so that no machine has
files of that name; a ring file is kept without its zeros."""
import re
import struct
import subprocess
import sys

MODULES = 2
TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)
# a build ID of 20 bytes before a path
IN_DUMP = re.compile(rb"\x14.{20}(?=.{1,2}/)", re.S)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def read(path):
    with open(path, "rb") as file:
        return file.read()


def decompress(payload):
    return subprocess.run(["zstd", "-dcq"], input=payload, check=True,
                          stdout=subprocess.PIPE).stdout


def dump(data):
    out, at = [], 0
    while at < len(data):
        head = bytearray(data[at:at + 64])
        kind, flags = struct.unpack_from("<HI", head, 10)
        stored, = struct.unpack_from("<I", head, 40)
        payload = data[at + 64:at + 64 + stored]
        at += 64 + stored
        if kind == MODULES:
            payload = decompress(payload) if flags & 1 else payload
            payload = IN_DUMP.sub(b"\x14" + bytes(range(1, 21)), payload)
            struct.pack_into("<I", head, 12, flags & ~1)
            struct.pack_into("<IIII", head, 40, len(payload), len(payload),
                             crc32c(payload), 0)
            struct.pack_into("<I", head, 52, crc32c(head))
        out.append(bytes(head) + payload)
    return b"".join(out)


def ring(image):
    out, at = [struct.pack("<I", len(image))], 0
    records = re.compile(rb"\x14[\1-\x10].{2}\0{4}(.{20})\0{12}", re.S)
    for found in records.finditer(image):
        image = image.replace(found[1], bytes(range(1, 21)))
    while at < len(image):
        if image[at] == 0:
            at += 1
            continue
        end = image.find(bytes(8), at, at + 65000)
        end = end if end > 0 else min(len(image), at + 65000)
        out.append(struct.pack("<IH", at, end - at) + image[at:end])
        at = end
    return b"".join(out)


kind, out, line, *files = sys.argv[1:]
first = dump(read(files[0]))
data = bytes([int(line)])
if kind == "dump":
    data += first
else:
    second = read(files[1])
    data += struct.pack("<I", len(first)) + first
    data += ring(second) if kind == "ring" else dump(second)
with open(out, "wb") as file:
    file.write(data)
