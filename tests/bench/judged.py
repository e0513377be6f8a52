# SPDX-License-Identifier: MIT
"""Has `heapwise advise` judge the labelled programs, and compares."""
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field

import labels
import layout
import place

RUN_S = 60          # one program's recording, or the advice on it
PRECISION = 0.95
RECALL = 0.90
KEYS = {"id", "detector", "frames", "allocations", "saved_calls", "saved_ns_low",
        "saved_ns_high", "price_bytes", "tags"}
FRAME_KEYS = {"function", "file", "line", "module", "address", "inlined"}


@dataclass
class Verdict:
    """What was said of a program. MET are (label, the findings that fit it)."""
    program: labels.Program
    met: list = field(default_factory=list)
    missed: list = field(default_factory=list)
    allowed: list = field(default_factory=list)
    false: list = field(default_factory=list)
    dismissed: list = field(default_factory=list)     # as not worth it


@dataclass
class Score:
    expected: int = 0
    found: int = 0
    false: int = 0
    near: int = 0
    silent: int = 0

    def precision(self):
        said = self.found + self.false
        return self.found / said if said else None

    def recall(self):
        return self.found / self.expected if self.expected else None

    def enough(self):
        return (self.precision() is None or self.precision() >= PRECISION) and \
            (self.recall() is None or self.recall() >= RECALL)


def run(command, **more):
    try:
        return subprocess.run(command, env=place.CLEAN, stdin=subprocess.DEVNULL,
                              check=False, timeout=RUN_S, **more)
    except (OSError, subprocess.TimeoutExpired) as error:
        place.fail("%s: %s" % (" ".join(command), error))
        return None


def said_by(done, command):
    return "status %d: %s: %s" % (done.returncode, " ".join(command),
                                  done.stderr.decode(errors="replace").strip())


def advice(program, heapwise):
    """The object that `heapwise advise --json` writes on a recorded run."""
    with tempfile.TemporaryDirectory(prefix="heapwise-advice.") as directory:
        dump = os.path.join(directory, "run.hwd")
        command = [heapwise, "record", "-o", dump, "--", *program.command()]
        done = run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode:
            place.fail(said_by(done, command))
        command = [heapwise, "advise", "--json", dump]
        done = run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        place.fail(said_by(done, command))
    try:
        said = json.loads(done.stdout)
    except ValueError as error:
        place.fail("%s: %s" % (" ".join(command), error))
    if {"findings", "not_worth_it"} - said.keys():
        place.fail("%s: not an object with findings and not_worth_it" % program.name)
    for finding in said["findings"] + said["not_worth_it"]:
        absent = KEYS - finding.keys() or \
            {k for f in finding["frames"] for k in FRAME_KEYS - f.keys()}
        if absent:
            place.fail("%s: a finding without %s" % (program.name, ", ".join(sorted(absent))))
    return said


def judge(program, heapwise):
    said = advice(program, heapwise)
    verdict = Verdict(program, dismissed=said["not_worth_it"])
    for label in program.expect:
        fits = [f for f in said["findings"] if label.fits(f)]
        if fits:
            verdict.met.append((label, fits))
        else:
            verdict.missed.append(label)
    for finding in said["findings"]:
        if any(label.fits(finding) for label in program.expect):
            continue
        fits = any(label.fits(finding) for label in program.allow)
        (verdict.allowed if fits else verdict.false).append(finding)
    return verdict


def scores(verdicts):
    """{detector: Score}, in the detectors' order, those alone that were asked for or
    that spoke up; and the Score over all."""
    each = {detector: Score() for detector in labels.DETECTORS}
    for v in verdicts:
        for label in v.program.expect:
            each[label.detector].expected += 1
        for label, _ in v.met:
            each[label.detector].found += 1
        wrong = [f["detector"] for f in v.false]
        for detector in wrong:
            each.setdefault(detector, Score()).false += 1
        for detector, _ in v.program.near:
            each[detector].near += 1
            each[detector].silent += detector not in wrong
    every = Score(*(sum(getattr(s, name) for s in each.values())
                    for name in ("expected", "found", "false", "near", "silent")))
    return {d: s for d, s in each.items() if s.expected or s.near or s.false}, every


def share(value):
    return "-" if value is None else "%.3f" % value


def row(name, score):
    return [name, "%d of %d" % (score.found, score.expected), str(score.false),
            "%d of %d" % (score.silent, score.near), share(score.precision()),
            share(score.recall()), "ok" if score.enough() else "short"]


def site(finding):
    frames = finding["frames"][:labels.SITE_FRAMES]
    return " < ".join("::".join(labels.components(f["function"] or "?")) for f in frames)


def why_missed(verdict, label):
    """What else was said of it, as a hint."""
    hints = ["%s in its place" % f["detector"] for f in verdict.allowed + verdict.false
             if labels.Label(f["detector"], label.function).fits(f)]
    if any(label.fits(f) for f in verdict.dismissed):
        hints.append("called not worth it")
    return " (%s)" % ", ".join(hints) if hints else ""


def table(verdicts):
    """The lines of both the table and the list of mistakes."""
    each, every = scores(verdicts)
    rows = [row(detector, score) for detector, score in each.items()]
    rows.append(row("all", every))
    yield from layout.lines(rows, ["", "found", "false", "near, silent", "precision",
                                   "recall", ""])
    if any(v.missed or v.false for v in verdicts):
        yield ""
    for v in verdicts:
        for label in v.missed:
            yield "missed: %s: %s%s" % (v.program.name, label, why_missed(v, label))
        for finding in v.false:
            near = dict(v.program.near).get(finding["detector"])
            yield "false:  %s: %s, %s%s" % (v.program.name, finding["detector"],
                                            site(finding), near and " (near: %s)" % near or "")
