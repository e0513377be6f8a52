# SPDX-License-Identifier: MIT
"""make bench-instructions: the instructions that recording adds to a pair of
malloc and free, counted by callgrind in the churn loop at two lengths: what the
longer one has more, for each pair, is the loop's alone. The same on a busy
machine as on a quiet one."""
import os
import re
import subprocess
import sys

import configurations
import figures
import layout
import machine
import place

SHORT, LONG = 200000, 1200000       # pairs
LIMIT = 24                          # added by sampling, at 512 KiB
SMALL_BYTES = 16                    # so small that samples are rare
BARE = {"LD_PRELOAD": place.LIBRARY, "HEAPWISE_OUTPUT": configurations.dump_name(),
        "HEAPWISE_SEED": "1"}
RECORD = configurations.named("record").prefix

#        what is run, with which environment, behind what, at which sizes
CASES = [("native", {}, [], None),
         ("sampled, 512 KiB", {**BARE, "HEAPWISE_SAMPLE": "512K"}, [], None),
         ("sampled, 4 GiB (no samples)", {**BARE, "HEAPWISE_SAMPLE": "4G"}, [], None),
         ("exact, LD_PRELOAD alone", BARE, [], None),
         ("exact, record", {}, RECORD, None),
         ("exact, record, no free stacks", {"HEAPWISE_FREE_STACKS": "none"}, RECORD,
          None)]


def collected(prefix, environment, words):
    """Instructions of one run of churn under callgrind."""
    out = os.path.join(place.fresh_work(), "callgrind")
    said = subprocess.run([*prefix, "valgrind", "--tool=callgrind",
                           "--callgrind-out-file=" + out, place.own("churn"), *words],
                          env={**place.CLEAN, **environment}, cwd=place.WORK,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    count = re.search(r"Collected : (\d+)", said.stderr)
    if said.returncode or not count:
        place.fail("callgrind failed: " + said.stderr[-500:])
    return int(count.group(1))


def per_pair(case, sizes):
    name, environment, prefix, _ = case
    place.say("%s, %s" % (name, "%s bytes" % sizes[0] if sizes else "16 to 256 bytes"))
    short, long = (collected(prefix, environment, [str(pairs), *sizes])
                   for pairs in (place.scaled(SHORT), place.scaled(LONG)))
    return (long - short) / (place.scaled(LONG) - place.scaled(SHORT))


def main():
    absent = place.missing(["valgrind"])
    if absent:
        place.fail("no valgrind here: make bench-deps")
    for line in [*machine.lines(), machine.first_line("valgrind", "--version"), ""]:
        print(line, flush=True)
    found = {(case[0], sizes): per_pair(case, sizes) for case in CASES
             for sizes in ((), (str(SMALL_BYTES),))}
    native, small = (found["native", sizes] for sizes in ((), (str(SMALL_BYTES),)))
    rows = [[name, "%.1f" % found[name, ()], "%.1f" % (found[name, ()] - native),
             "%.1f" % found[name, (str(SMALL_BYTES),)],
             "%.1f" % (found[name, (str(SMALL_BYTES),)] - small)]
            for name, *_ in CASES]
    for line in layout.lines(rows, ["instructions a pair, 7 frames", "16-256 bytes", "added",
                                    "16 bytes", "added"]):
        print(line)
    print()
    added = found["sampled, 512 KiB", (str(SMALL_BYTES),)] - small
    figures.keep("bench-instructions", [figures.at_most(
        "sampled: added instructions a pair", LIMIT, added)])
    for line in figures.table():
        print(line)


if __name__ == "__main__":
    sys.exit(main())
