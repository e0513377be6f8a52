# SPDX-License-Identifier: MIT
"""make bench-instructions: the instructions that recording adds to a pair of
malloc and free, counted by callgrind in loops at two lengths: what the longer
one has more, for each pair, is the loop's alone. The same on a busy machine as
on a quiet one, but for exact recording: how often the buffers are full when
somebody looks is a matter of time."""
import os
import re
import subprocess
import sys
from dataclasses import dataclass

import configurations
import figures
import layout
import machine
import place

LIMIT = 24          # added by sampling, at 512 KiB, where samples are rare
BARE = {"LD_PRELOAD": place.LIBRARY, "HEAPWISE_OUTPUT": configurations.dump_name(),
        "HEAPWISE_SEED": "1"}
RECORD = configurations.named("record").prefix


@dataclass(frozen=True)
class Loop:
    title: str
    program: str
    short: int      # pairs
    long: int
    words: tuple = ()


LOOPS = [Loop("churn, 16 B", "churn", 100000, 600000, ("16",)),
         Loop("churn, mixed", "churn", 100000, 600000),
         Loop("deep", "deep", 2000, 12000)]

#        what is run, with which environment, behind what
CASES = [("native", {}, []),
         ("sampled, 512 KiB", {**BARE, "HEAPWISE_SAMPLE": "512K"}, []),
         ("sampled, 4 GiB: hardly a sample", {**BARE, "HEAPWISE_SAMPLE": "4G"}, []),
         ("exact, LD_PRELOAD alone", BARE, []),
         ("exact, record", {}, RECORD),
         ("exact, record, no free stacks", {"HEAPWISE_FREE_STACKS": "none"}, RECORD)]


def collected(case, loop, pairs):
    """Instructions of one run of a loop under callgrind."""
    _, environment, prefix = case
    out = os.path.join(place.fresh_work(), "callgrind")
    said = subprocess.run([*prefix, "valgrind", "--tool=callgrind",
                           "--callgrind-out-file=" + out, place.own(loop.program),
                           str(pairs), *loop.words],
                          env={**place.CLEAN, **environment}, cwd=place.WORK,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    count = re.search(r"Collected : (\d+)", said.stderr)
    if said.returncode or not count:
        place.fail("callgrind failed: " + said.stderr[-500:])
    return int(count.group(1))


def per_pair(case, loop):
    place.say("%s, %s" % (loop.title, case[0]))
    short, long = place.scaled(loop.short), place.scaled(loop.long)
    return (collected(case, loop, long) - collected(case, loop, short)) / (long - short)


def main():
    absent = place.missing(["valgrind"])
    if absent:
        place.fail("no valgrind here: make bench-deps")
    for line in [*machine.lines(), machine.first_line("valgrind", "--version"), ""]:
        print(line, flush=True)
    found = [[per_pair(case, loop) for loop in LOOPS] for case in CASES]
    rows = [[case[0]] + [text for value, native in zip(counts, found[0])
                         for text in ("%.1f" % value, "%.1f" % (value - native))]
            for case, counts in zip(CASES, found)]
    head = ["instructions a pair"] + [text for loop in LOOPS
                                      for text in (loop.title, "added")]
    for line in layout.lines(rows, head):
        print(line)
    print()
    figures.keep("bench-instructions", [figures.at_most(
        "sampled: added instructions a pair", LIMIT, found[1][0] - found[0][0])])
    for line in figures.table():
        print(line)


if __name__ == "__main__":
    sys.exit(main())
