# SPDX-License-Identifier: MIT
"""Predicted savings against measured ones: the labelled programs that have their
fix written, too, are timed as they are and fixed."""
import math
import subprocess
from dataclasses import dataclass
from statistics import median

import judged
import layout
import place
import running

PAIRS = max(10, place.RUNS)
FACTOR = 2


@dataclass
class Saving:
    """Of a program: CPU times in seconds, in PAIRS runs each; predicted seconds."""
    name: str
    detectors: str
    plain: list
    fixed: list
    low: float
    high: float

    def measured(self):
        return median(self.plain) - median(self.fixed)

    def ratio(self):
        """Predicted to measured; None where either is nothing."""
        predicted = math.sqrt(max(self.low, 0) * max(self.high, 0))
        return predicted / self.measured() if predicted and self.measured() > 0 else None

    def close(self):
        return self.ratio() is not None and 1 / FACTOR <= self.ratio() <= FACTOR


def timed(command):
    """(CPU seconds, output) of one run, without a recorder."""
    before = running.children_s()
    done = judged.run(command, stdout=subprocess.PIPE)
    used = running.children_s() - before
    if done.returncode:
        place.fail("status %d: %s" % (done.returncode, " ".join(command)))
    return used, done.stdout


def predicted(verdict):
    """(low, high) in seconds of the findings that were expected, each counted once."""
    findings = {f["id"]: f for _, fits in verdict.met for f in fits}.values()
    return tuple(sum(f[key] for f in findings) / 1e9
                 for key in ("saved_ns_low", "saved_ns_high"))


def measure(verdict):
    """A Saving; the two take turns, and which comes first changes."""
    program = verdict.program
    times = {False: [], True: []}
    said = {fixed: timed(program.command(fixed))[1] for fixed in times}
    if said[False] != said[True]:
        place.fail("%s: another output when fixed" % program.name)
    for i in range(PAIRS):
        for fixed in (False, True) if i % 2 else (True, False):
            times[fixed].append(timed(program.command(fixed))[0])
    return Saving(program.name, " ".join(sorted({x.detector for x in program.expect})),
                  times[False], times[True], *predicted(verdict))


def ms(seconds):
    return layout.short(seconds * 1e3)


def row(saving):
    missing = not saving.high
    return [saving.name, saving.detectors, ms(median(saving.plain)),
            ms(median(saving.fixed)), ms(saving.measured()),
            "no finding" if missing else "%s-%s" % (ms(saving.low), ms(saving.high)),
            layout.short(saving.ratio()), "ok" if saving.close() else "short"]


def table(savings):
    yield "saving in ms of CPU time; medians of %d runs each, in turn" % PAIRS
    yield from layout.lines([row(s) for s in savings],
                            ["", "", "as is", "fixed", "measured", "predicted", "ratio",
                             ""], left=(0, 1))
    yield "%d of %d within a factor of %d" % (sum(s.close() for s in savings),
                                              len(savings), FACTOR)
