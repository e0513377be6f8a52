# SPDX-License-Identifier: MIT
"""What a recording takes while it runs, read from /proc and the file system:
the target's memory that is not its own, the collector's, descriptors,
threads, mappings, files."""
import glob
import os
import statistics
import struct

PAGE = 4096
STACK_BYTES = 8 << 20   # a thread's, by default


def lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except (OSError, ProcessLookupError):
        return []


def mappings(pid):
    """(bytes, permissions, name, resident bytes) of each."""
    head = None
    for line in lines("/proc/%d/smaps" % pid):
        words = line.split(None, 5)
        if "-" in words[0] and not words[0].endswith(":"):
            low, high = (int(x, 16) for x in words[0].split("-"))
            head = high - low, words[1], words[5] if len(words) > 5 else ""
        elif words[0] == "Rss:":
            yield (*head, int(words[1]) << 10)


def status(pid, key):
    for line in lines("/proc/%d/status" % pid):
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


def count(directory):
    try:
        return len(os.listdir(directory))
    except OSError:
        return 0


def is_stack(bytes_, permissions, name):
    return name.startswith("[stack") or (
        not name and permissions.startswith("rw") and
        STACK_BYTES - 2 * PAGE <= bytes_ <= STACK_BYTES + 2 * PAGE)


def target(pid):
    """Of the target: the ring's bytes in memory, and those of mappings without
    a name, which are neither stacks nor, since its heap has a name, its own."""
    rings = nameless = mapped = 0
    for bytes_, permissions, name, resident in mappings(pid):
        mapped += 1
        if ".ring" in name:
            rings += resident
        elif not name and not is_stack(bytes_, permissions, name):
            nameless += resident
    return {"ring": rings, "nameless": nameless, "mappings": mapped,
            "descriptors": count("/proc/%d/fd" % pid),
            "threads": status(pid, "Threads")}


def ring(path):
    """What the ring file is used for, see include/ring_format.h: bytes of
    buffers, and how many stack nodes and modules."""
    try:
        with open(path, "rb") as file:
            header = file.read(88)
            if header[:8] != b"HWDRING1":
                return {}
            at, nodes, modules = struct.unpack_from("<3Q", header, 64)
            buffers = 0
            while at:
                file.seek(at)
                size, _, at = struct.unpack("<IIQ", file.read(16))
                buffers += size
    except (OSError, struct.error):
        return {}   # it is gone
    return {"buffers": buffers, "nodes": nodes, "modules": modules}


def collector(pid):
    return {"collector": status(pid, "RssAnon") << 10,
            "collector_descriptors": count("/proc/%d/fd" % pid),
            "collector_threads": status(pid, "Threads")}


def find_collector(ring):
    """The process beside the target that has its ring mapped."""
    for path in glob.glob("/proc/[0-9]*/comm"):
        if not lines(path)[:1] == ["heapwise-collec"]:
            continue
        pid = int(path.split("/")[2])
        if any(ring in line for line in lines("/proc/%d/maps" % pid)):
            return pid
    return 0


def window(samples, key, begin, end):
    """The median of a figure between two moments, in seconds."""
    values = [s[key] for s in samples if begin <= s["at"] < end and key in s]
    return statistics.median(values) if values else 0
