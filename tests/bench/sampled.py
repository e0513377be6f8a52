# SPDX-License-Identifier: MIT
"""make bench-sampled: what `heapwise record --sample 512K` costs, from the outside:
the wall time of the whole command against the program's own. A pair is a run of
each, with a second run of the program beside them, which shows the noise."""
import resource
import sys
import time
from statistics import median

import configurations
import figures
import layout
import machine
import place
import programs
import running

NAMES = ["churn", "jq", "sqlite3", "python3", "clang"]
CHURN_PAIRS = 40000000      # 1 s, so that starting is no part of it
LIMITS = {"churn": 1.10}    # what the upper end of the interval may be
LIMIT = 1.03                # of all others
ARMS = ["native", "sampled", "again"]
SAMPLED = [place.HEAPWISE, "record", "--sample", "512K", "-o",
           configurations.dump_name(), "--"]


def interval(values):
    """The 95% interval of the median: the two order statistics between which it
    lies by the sign test, whatever the distribution."""
    ordered = sorted(values)
    n = len(ordered)
    outside, term, rank = 0.0, 0.5 ** n, 0
    while rank < n // 2 and outside + term <= 0.025:
        outside += term
        rank += 1
        term *= (n - rank + 1) / rank
    rank = max(rank, 1)     # too few for 95%: all that there is
    return ordered[rank - 1], ordered[n - rank]


def timed(program, arm):
    """(wall s, CPU s) of the whole command; the collector's CPU not included."""
    place.fresh_work()
    command = (SAMPLED if arm == "sampled" else []) + program.command()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    status, _ = running.execute(command, program.environment)
    wall_s = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status:
        place.fail("status %d: %s" % (status, " ".join(command)))
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(program):
    """{arm: [(wall, CPU)]}, the arms in another order each time."""
    found = {arm: [] for arm in ARMS}
    timed(program, "native")    # so that files are in memory
    for i in range(place.PAIRS):
        place.say("%s, pair %d of %d" % (program.name, i + 1, place.PAIRS))
        for arm in ARMS[i % 3:] + ARMS[:i % 3]:
            found[arm].append(timed(program, arm))
    return found


def ratios(found, arm, column):
    return [a[column] / max(b[column], 1e-9)
            for a, b in zip(found[arm], found["native"])]


def cells(values):
    low, high = interval(values)
    return ["%.3f" % median(values), "%.3f-%.3f" % (low, high)]


def churn():
    return programs.Program("churn", "", programs.own("churn", CHURN_PAIRS))


def chosen():
    names = place.CHOSEN or NAMES
    usable, notes = programs.chosen([n for n in names if n in NAMES])
    return [churn() if p.name == "churn" else p for p in usable], notes


def main():
    usable, notes = chosen()
    for line in [*machine.lines(), "%d pairs of each" % place.PAIRS, *notes, ""]:
        print(line, flush=True)
    rows, kept = [], []
    for program in usable:
        found = measure(program)
        limit = LIMITS.get(program.name, LIMIT)
        high = interval(ratios(found, "sampled", 0))[1]
        rows.append([program.name, "%.3f" % median(w for w, _ in found["native"]),
                     *cells(ratios(found, "sampled", 0)),
                     *cells(ratios(found, "sampled", 1)),
                     *cells(ratios(found, "again", 0)),
                     "ok" if high <= limit else "short"])
        kept.append(figures.figure("sampled: upper end of wall time, " + program.name,
                                   "<= %.2f" % limit, "%.3f" % high, high <= limit,
                                   "%d pairs" % place.PAIRS))
    for line in layout.lines(rows, ["", "native s", "wall x", "95%", "CPU x", "95%",
                                    "noise x", "95%", ""]):
        print(line)
    print("noise: the program itself, a second time\n")
    figures.keep("bench-sampled", kept)
    for line in figures.table():
        print(line)


if __name__ == "__main__":
    sys.exit(main())
