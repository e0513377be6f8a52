# SPDX-License-Identifier: MIT
"""Compares what diff writes for other tools with what it was made of.

usage: diff_formats.py folded DIFF OLD NEW   folded, to two exports
       diff_formats.py json DIFF KEY FOLDED  folded, to diff --json
       diff_formats.py table FILE            Markdown: every table is whole
       diff_formats.py top DIFF BASE         two outputs of pprof -top
"""
import collections
import json
import re
import sys

# flamegraph.pl takes the last number for the new value, then what is left the
# same way for the old one.
VALUE = re.compile(r"^(.*)\s+?(\d+(?:\.\d*)?)$")


def check(name, holds, detail=""):
    print("ok" if holds else "not ok", name,
          "" if holds else ": " + str(detail)[:600])
    return holds


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def folded(path):
    """The sum of each stack."""
    sums = collections.Counter()
    for line in lines(path):
        stack, value = VALUE.match(line).groups()
        sums[stack] += int(value)
    return sums


def both(path):
    """The old and the new sum of each stack."""
    sums = collections.defaultdict(lambda: [0, 0])
    for line in lines(path):
        rest, new = VALUE.match(line).groups()
        stack, old = VALUE.match(rest).groups()
        sums[stack][0] += int(old)
        sums[stack][1] += int(new)
    return sums


def check_folded(diff, old, new):
    """What difffolded.pl makes of two files: every stack of either."""
    olds, news = folded(old), folded(new)
    wanted = {stack: [olds[stack], news[stack]] for stack in olds | news}
    got = dict(both(diff))
    wrong = [s for s in wanted | got if wanted.get(s) != got.get(s)]
    return check("folded: %d stacks" % len(wanted), wanted and not wrong,
                 [(s, wanted.get(s), got.get(s)) for s in wrong[:3]])


def check_json(diff, key, path):
    told = json.load(open(diff, encoding="utf-8"))
    sums = both(path).values()
    wanted = [told["totals"][side][key] for side in ("old", "new")]
    got = [sum(pair[i] for pair in sums) for i in (0, 1)]
    return check("folded: the totals of diff --json", got == wanted,
                 (got, wanted))


def cells(line):
    """As GitHub divides a row: at every | without a backslash."""
    assert line.startswith("|") and line.endswith("|"), line
    return re.split(r"(?<!\\)\|", line)[1:-1]


def check_table(path):
    widths, columns = [], None
    for line in lines(path):
        if not line.startswith("|"):
            columns = None
            continue
        if columns is None:
            columns = len(cells(line))
        widths.append((len(cells(line)), columns, line))
    wrong = [row for row in widths if row[0] != row[1]]
    return check("markdown: %d rows have their cells" % len(widths),
                 len(widths) > 8 and not wrong, wrong[:2])


def top(path):
    """Flat and cumulative values of each function."""
    found = {}
    for line in lines(path):
        match = re.match(r"\s*(-?\d+)B?\s+\S+\s+\S+\s+(-?\d+)B?\s+\S+%\s+(.*)",
                         line)
        if match:
            name = match[3].replace(" (inline)", "")
            flat, cum = found.get(name, (0, 0))
            found[name] = (flat + int(match[1]), cum + int(match[2]))
    return {k: v for k, v in found.items() if v != (0, 0)}


def check_top(diff, base):
    got, wanted = top(diff), top(base)
    wrong = [n for n in wanted | got if wanted.get(n) != got.get(n)]
    return check("pprof: as -diff_base, %d functions" % len(wanted),
                 wanted and not wrong,
                 [(n, wanted.get(n), got.get(n)) for n in wrong[:4]])


CHECKS = {"folded": check_folded, "json": check_json, "table": check_table,
          "top": check_top}
sys.exit(0 if CHECKS[sys.argv[1]](*sys.argv[2:]) else 1)
