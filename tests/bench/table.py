# SPDX-License-Identifier: MIT
"""The table of `make bench`: a section a program, a row a configuration."""
import layout
from layout import mebibytes, seconds, short

HEAD = ["", "wall", "x", "done", "CPU", "x", "other", "RSS", "x", "dump", "+wall",
        "+CPU", "read", "RSS"]
UNITS = ["", "s", "", "s", "s", "", "s", "MiB", "", "B/ev", "ns", "ns", "s",
         "MiB"]
WIDTHS = [13, 7, 6, 7, 7, 6, 7, 7, 6, 6, 7, 7, 7, 6]

LEGEND = """\
wall, CPU, RSS: of the program itself, from spawn to end, and its peak; x: as a ratio to native
done: the whole command, until everything is written    other: CPU time of the profiler's processes
dump: bytes written for each event (an allocation or a free is one; a reallocation two)
+wall, +CPU: what it adds to an allocation and its free; for jemalloc prof, to jemalloc
read: wall time and peak memory of `heapwise report` or `heaptrack_print` on what was written"""


def row(result, name):
    m = result.median
    sampled = name in ("sampled", "jemalloc prof")
    return [name, seconds(m(name, "wall_s")), short(result.ratio(name, "wall_s")),
            seconds(m(name, "done_s")), seconds(m(name, "cpu_s")),
            short(result.ratio(name, "cpu_s")), seconds(m(name, "other_s")),
            mebibytes(m(name, "rss_bytes")), short(result.ratio(name, "rss_bytes")),
            "-" if sampled else short(result.bytes_per_event(name)),
            short(result.added_ns(name, "wall_s")),
            short(result.added_ns(name, "cpu_s")),
            seconds(m(name, "read_s")), mebibytes(m(name, "read_rss_bytes"))]


def share(result, what):
    parts = ["%s 1/%s" % (name, short(1 / ratio) if ratio > 0 else "inf")
             for name in ("record", "bare")
             for ratio in [result.added_ratio(name, what)] if ratio is not None]
    return ", ".join(parts)


def comments(result):
    """What the columns do not say."""
    info = result.facts.get("record") or result.facts.get("bare")
    if info:
        yield "%s allocations, %s events, %s stack nodes, lost %s" % (
            layout.count(result.pairs()), layout.count(info["info"]["events"]),
            layout.count(info["info"]["stack_nodes"]),
            layout.count(sum(info["info"]["lost"].values())))
    if result.program.operations:
        yield "million operations a second: " + ", ".join(
            "%s %s" % (name, short(result.throughput(name) / 1e6))
            for name in result.runs if not name.startswith("jemalloc"))
    for title, what in (("wall time", "wall_s"), ("CPU time", "cpu_s")):
        parts = share(result, what)
        if parts:
            yield "added %s as a part of heaptrack's: %s" % (title, parts)


def section(result):
    """The lines of one program."""
    yield "%s: %s" % (result.program.name, result.program.what)
    yield layout.fixed(HEAD, WIDTHS)
    yield layout.fixed(UNITS, WIDTHS)
    for name in result.runs:
        yield layout.fixed(row(result, name), WIDTHS)
    for text in comments(result):
        yield "  " + text
    yield ""
