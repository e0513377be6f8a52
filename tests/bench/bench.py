# SPDX-License-Identifier: MIT
"""make bench: every program under every configuration, interleaved, as medians;
then what the recorder takes of memory, then the required figures."""
import dataclasses
import json
import os
import sys

import configurations
import figures
import layout
import machine
import place
import programs
import required
import running
import small
import table
from results import Result


def one_run(result, configuration):
    r = running.run(result.program, configuration)
    running.read(r, configuration)
    if configuration.kind == "heapwise":
        facts = result.facts.setdefault(configuration.name, {})
        facts["info"] = running.info(r, configuration)
        if "totals" not in facts:
            facts["totals"] = running.totals(r, configuration)
        if configuration.prefix:    # the collector is nobody's child
            r.other_s = facts["info"]["notes"]["drain_cpu_ns"] / 1e9
    result.runs[configuration.name].append(r)


def measure(program, usable):
    """A round runs each configuration once; the next begins with another."""
    result = Result(program, {c.name: [] for c in usable})
    running.run(program, usable[0])     # so that files are in memory
    for i in range(place.RUNS):
        for c in usable[i % len(usable):] + usable[:i % len(usable)]:
            place.say("%s, round %d of %d: %s" % (program.name, i + 1, place.RUNS, c.title))
            one_run(result, c)
    return result


def within(taken, allowed):
    return [layout.mebibytes(taken), layout.mebibytes(allowed),
            "ok" if taken <= allowed else "short"]


def memory(results):
    """What the recorder takes in the target, and what `report` takes."""
    rows = []
    for result in results:
        for name in ("record", "bare", "sampled"):
            if not result.has(name):
                continue
            taken, allowed = result.recorder_bytes(name)
            rows.append([result.program.name + ", " + name,
                         layout.count(result.fact("info", "stack_nodes", name)),
                         *within(taken, allowed), *within(*result.report_bytes(name))])
    return layout.lines(rows, ["memory, MiB", "nodes", "recorder", "allowed", "",
                               "report", "allowed", ""])


def keep_runs(results):
    """Every single run, for whoever wants to look closer."""
    path = os.path.join(place.BENCH, "runs.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump([{"program": r.program.name, "facts": r.facts,
                    "runs": {name: [dataclasses.asdict(x) for x in runs]
                             for name, runs in r.runs.items()}} for r in results], file)
    place.say("every run is in " + path)


def show(lines):
    for line in lines:
        print(line, flush=True)


def main():
    usable, notes = configurations.available()
    chosen, more = programs.chosen(place.CHOSEN)
    show([*machine.lines(), "%d interleaved runs of each, medians" % place.RUNS,
          *notes, *more, *([] if place.SCALE == 1 else
                           ["at %g of the size: not for comparison" % place.SCALE]),
          "", table.LEGEND, ""])
    results = []
    for program in chosen:
        results.append(measure(program, usable))
        show(table.section(results[-1]))
    show([*memory(results), ""])
    lines, found = small.measure()
    show([*lines, ""])
    keep_runs(results)
    figures.keep("bench", required.figures_of(results) + found)
    show(figures.table())


if __name__ == "__main__":
    sys.exit(main())
