# SPDX-License-Identifier: MIT
"""make bench-diff: does `heapwise diff` find what changed, and nothing else?

usage: diff.py [PART...]

same    sampled runs of one program, in pairs: how many show any change
grown   sampled runs, one site of 100 made half as many calls again: found?
runs    several exact runs a side, of threads that vary by themselves
large   two dumps of 90 million allocations: time and memory

PAIRS=500 of `same`, a fifth of that of the others. The recordings are drawn by
the seeds 1, 2, ...: HEAPWISE_SEED makes a sample of one thread repeatable.
"""
import concurrent.futures
import itertools
import json
import os
import shutil
import subprocess
import sys

import figures
import machine
import place

SAMPLE = "8K"
# Sites, and samples of the least and the most of them, are in diff_load.c.
SHAPES = ["few", "even", "falling", "mixed", "large", "sparse"]
PAIRS = int(os.environ.get("PAIRS") or 500)
# Where 5% of pairs may show a change by chance, 36 of 500 is 2.3 standard
# deviations more.
LIMIT = 36 / 500
FOUND = 0.95
LARGE = 90000000
LARGE_MEMORY = 1.2
# Shape, runs a side. Of 5 and 5 runs no p is below 0.0079: enough for six tests
# of each metric, those of few sites.
SIDES = [("small", 5), ("twenty", 10)]
LOAD = place.own("diff_load")
METRICS = ("allocations", "bytes_allocated", "peak_bytes", "leaked_bytes",
           "temporary")


def run(*command, **environment):
    """The standard output of a command that must not fail."""
    got = subprocess.run([str(word) for word in command],
                         env={**place.CLEAN, **environment}, timeout=1200,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    if got.returncode:
        place.fail("%s: status %d: %s" % (" ".join(map(str, command)),
                   got.returncode, got.stderr.decode(errors="replace")[:300]))
    return got.stdout


def dump(name):
    return os.path.join(place.WORK, name + ".hwd")


def recorded(name, program, *options, seed=0):
    """The dump of one run of the program."""
    run(place.HEAPWISE, "record", *options, "-o", dump(name), "--", *program,
        **({"HEAPWISE_SEED": str(seed)} if seed else {}))
    return dump(name)


def compared(old, new, *options):
    """diff --json of two lists of dumps, which are removed."""
    words = [*old, "--", *new] if len(old) > 1 else [*old, *new]
    told = json.loads(run(place.HEAPWISE, "diff", "--json", *options,
                          *words))
    for path in [*old, *new]:
        os.remove(path)
    return told


def significant(told):
    return [row for row in told["sites"] if row["significant"]]


def function_of(row):
    return row["frames"][0]["function"] if row["frames"] else None


def described(row):
    return "%s %s" % (function_of(row), " ".join(
        "%s %.4g->%.4g" % (key, row["old"][key], row["new"][key])
        for key in METRICS if row["old"][key] != row["new"][key]))


def each(judge, count):
    """judge(0) to judge(count - 1), two at a time, in order."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        yield from pool.map(judge, range(count))


def pair(shape, i, growth=0):
    """Two sampled runs of a shape, compared."""
    names = ["%s.%d.%s" % (shape, i, side) for side in ("old", "new")]
    old, new = (recorded(name, [LOAD, shape, grown], "--sample", SAMPLE,
                         seed=2 * i + 1 + k)
                for k, (name, grown) in enumerate(zip(names, (0, growth))))
    return compared([old], [new])


def same():
    """Pairs without a change, of each shape alike."""
    shapes = list(itertools.islice(itertools.cycle(SHAPES), PAIRS))
    false = {shape: 0 for shape in SHAPES}
    for i, told in enumerate(each(lambda i: pair(shapes[i], i), PAIRS)):
        wrong = significant(told)
        if wrong:
            false[shapes[i]] += 1
            place.say("%s, pair %d: %s" % (shapes[i], i, "; ".join(
                map(described, wrong[:3]))))
    for shape in SHAPES:
        print("%-8s %3d of %3d pairs without a change show one" % (
            shape, false[shape], shapes.count(shape)))
    yield figures.at_most("sampled, no change: pairs that show one",
                          int(LIMIT * PAIRS), sum(false.values()), "",
                          "of %d" % PAIRS)


def grown():
    """Pairs in which one site makes half as many calls again."""
    count = max(1, PAIRS // 5)
    found = beside = 0
    for told in each(lambda i: pair("even", 10000 + i, 50), count):
        names = [function_of(row) for row in significant(told)]
        found += "site_00" in names
        beside += any(name != "site_00" for name in names)
    yield figures.at_least("sampled, one site +50%: found in pairs",
                           int(FOUND * count), found, "", "of %d" % count)
    yield figures.at_most("sampled, one site +50%: pairs with another beside",
                          int(LIMIT * count), beside, "", "of %d" % count)


def several(sides, i, growth):
    """Several runs a side of threads that vary by 5%."""
    shape, runs = sides

    def side(name, grown):
        return [recorded("%s.%d.%s%d" % (shape, i, name, k),
                         [LOAD, shape, grown, 4, 5]) for k in range(runs)]
    return compared(side("old", 0), side("new", growth))


def runs():
    count = max(1, PAIRS // 5)
    for sides in SIDES:
        what = "%d runs a side, %s" % (sides[1], sides[0])
        wrong = [bool(significant(told)) for told in
                 each(lambda i: several(sides, i, 0), count)]
        right = [[function_of(row) for row in significant(told)] for told in
                 each(lambda i: several(sides, i, 10), count)]
        found = sum("site_00" in names for names in right)
        beside = sum(any(name != "site_00" for name in names)
                     for names in right)
        yield figures.at_most(what + ", no change: show one",
                              int(LIMIT * count), sum(wrong), "",
                              "of %d" % count)
        yield figures.at_least(what + ", one site +10%: found",
                               int(FOUND * count), found, "",
                               "of %d" % count)
        yield figures.at_most(what + ", +10%: another beside",
                              int(LIMIT * count), beside, "",
                              "of %d" % count)


def measured(*command):
    """(wall seconds, peak bytes) of the fastest of three runs."""
    found = []
    for _ in range(3):
        times = os.path.join(place.WORK, "time")
        run("/usr/bin/time", "-f", "%e %M", "-o", times, *command)
        wall, kib = open(times, encoding="ascii").read().split()[-2:]
        found.append((float(wall), int(kib) << 10))
    return min(found)


def large():
    count = place.scaled(LARGE)
    load = place.own("report_load")
    dumps = [recorded(name, [load, 4096, pairs]) for name, pairs in
             (("old", count), ("new", count + count // 20))]
    reports = [measured(place.HEAPWISE, "report", path) for path in dumps]
    wall, memory = measured(place.HEAPWISE, "diff", *dumps)
    for path in dumps:
        os.remove(path)
    sum_s = sum(report[0] for report in reports)
    most = max(report[1] for report in reports)
    print("reports %s; diff %.2f s, %.1f MiB" % (
        ", ".join("%.2f s, %.1f MiB" % (s, b / (1 << 20)) for s, b in reports),
        wall, memory / (1 << 20)))
    yield figures.at_most("diff: time / that of both reports", 1, wall / sum_s,
                          "", "%d M allocations each" % (count // 1000000))
    yield figures.at_most("diff: memory / that of the larger report",
                          LARGE_MEMORY, memory / most)


PARTS = {"same": same, "grown": grown, "runs": runs, "large": large}


def main():
    names = sys.argv[1:] or list(PARTS)
    if not set(names) <= set(PARTS):
        place.fail("parts are: " + " ".join(PARTS))
    for line in machine.lines():
        print(line, flush=True)
    place.fresh_work()
    for name in names:
        figures.keep("bench-diff", list(PARTS[name]()))
    shutil.rmtree(place.WORK, ignore_errors=True)
    for line in figures.table():
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
