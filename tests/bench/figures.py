# SPDX-License-Identifier: MIT
"""The required figures: figure, required, measured, ok or short. Each target
keeps its own in build/bench/figures.TARGET.json, so that the last table of any
target shows what the others found, and when."""
import json
import os
import time

import layout
import place

TARGETS = ["bench", "bench-sampled", "bench-instructions", "bench-advice",
           "bench-diff"]


def figure(name, required, measured, met, where=""):
    return {"figure": name, "required": required, "measured": measured, "ok": met,
            "where": where}


def at_most(name, limit, value, unit="", where=""):
    """None for VALUE: it was not measured, and is left out by keep()."""
    return value is not None and figure(name, "<= %s%s" % (layout.short(limit), unit),
                                        layout.short(value) + unit, value <= limit, where)


def at_least(name, limit, value, unit="", where=""):
    return value is not None and figure(name, ">= %s%s" % (layout.short(limit), unit),
                                        layout.short(value) + unit, value >= limit, where)


def path(target):
    return os.path.join(place.BENCH, "figures.%s.json" % target)


def keep(target, found):
    """Figures of this run replace those of the same name; others stay."""
    kept = {f["figure"]: f for f in kept_of(target)}
    for f in filter(None, found):
        kept[f["figure"]] = {**f, "when": time.strftime("%m-%d %H:%M"),
                             "scale": place.SCALE,
                             "runs": place.RUNS if target == "bench" else 0}
    with open(path(target), "w", encoding="ascii") as file:
        json.dump(list(kept.values()), file, indent=1)


def kept_of(target):
    try:
        with open(path(target), encoding="ascii") as file:
            return json.load(file)
    except (OSError, ValueError):
        return []


def note(f):
    return ", ".join(filter(None, [
        f["when"], f["scale"] != 1 and "size %g" % f["scale"],
        f["runs"] and "RUNS=%d" % f["runs"], f["where"]]))


def table():
    """The lines of the last table."""
    rows, absent = [], []
    for target in TARGETS:
        found = kept_of(target)
        rows += [[f["figure"], f["required"], f["measured"],
                  "ok" if f["ok"] else "short", note(f)] for f in found]
        if not found:
            absent.append("not measured yet: make " + target)
    if rows:
        yield from layout.lines(rows, ["required figure", "", "measured", "", "when, where"],
                                left=(0, 3, 4))
    yield from absent
