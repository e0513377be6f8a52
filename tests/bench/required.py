# SPDX-License-Identifier: MIT
"""The required figures that come out of `make bench`'s runs."""
from statistics import mean

import figures
import place

PARTS = [("churn", "record", 1 / 4), ("churn", "bare", 1 / 4),
         ("python3", "record", 1 / 5), ("clang", "record", 1 / 3)]
HANDOVER = 5        # times heaptrack's throughput
DUMP_BYTES = 1.0    # an event, the mean over the programs
READ_EVENTS = [("churn", 20e6), ("large", 8e6)]     # events a second


def parts(by_name):
    """Added time as a part of heaptrack's."""
    for program, name, limit in PARTS:
        result = by_name.get(program)
        if result:
            yield figures.at_most("%s: added time / heaptrack's, %s" % (program, name),
                                  limit, result.added_ratio(name, "wall_s"))


def handover(by_name):
    result = by_name.get("handover")
    if result and result.has("record", "heaptrack"):
        yield figures.at_least("handover: throughput / heaptrack's", HANDOVER,
                               result.throughput("record") /
                               result.throughput("heaptrack"))


def dump_bytes(by_name):
    """Over all of the programs: a part of them would say something else."""
    if place.CHOSEN:
        return
    sizes = {name: r.bytes_per_event("record") for name, r in by_name.items()}
    if None not in sizes.values():
        worst = max(sizes, key=sizes.get)
        yield figures.at_most("dump: bytes an event, mean", DUMP_BYTES,
                              mean(sizes.values()), "",
                              "most: " + worst)


def read_speed(by_name):
    for program, limit in READ_EVENTS:
        result = by_name.get(program)
        speed = result and result.events_per_second()
        yield speed and figures.at_least("report: events a second, " + program,
                                         limit / 1e6, speed / 1e6, " M")


def memory(title, by_name, names, of):
    """The program that uses most of what it is allowed."""
    found = {}
    for program, result in by_name.items():
        for name in names:
            if result.has(name):
                found[program + ", " + name] = of(result, name)
    if found:
        worst = max(found, key=lambda k: found[k][0] / found[k][1])
        taken, allowed = found[worst]
        yield figures.at_most(title, allowed / (1 << 20), taken / (1 << 20), " MiB", worst)


def figures_of(results):
    by_name = {r.program.name: r for r in results}
    return [*parts(by_name), *handover(by_name), *dump_bytes(by_name),
            *read_speed(by_name),
            *memory("recorder: memory, worst", by_name,
                    ("record", "bare", "sampled"), lambda r, n: r.recorder_bytes(n)),
            *memory("report: memory, worst", by_name, ("record",),
                    lambda r, n: r.report_bytes(n))]
