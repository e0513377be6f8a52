# SPDX-License-Identifier: MIT
"""The labelled programs of samples/advice: what each one's opening comment says
that `heapwise advise` must find in it, and whether a finding is that."""
import glob
import os
import re
from dataclasses import dataclass, field

import place

SOURCES = os.path.join(place.ROOT, "samples", "advice")
PROGRAMS = os.path.join(place.BUILD, "samples", "advice")
DETECTORS = ["reserve", "hoist", "stack", "arena", "pool", "sized-pool", "handoff",
             "slab", "size-class", "zeroing", "false-sharing", "leak"]
SITE_FRAMES = 3     # the allocating function is among the first of these

LINE = re.compile(r"^ \* (expect|allow|near): (\S+) (\S.*?)\s*$")
LOOSE = re.compile(r"^\W*(expect|allow|near)\w*\s*:")
FIXED = re.compile(r"^#.*\bFIXED\b", re.M)


@dataclass(frozen=True)
class Label:
    """One finding: a detector, the function that it is about ('*' is any), and a tag
    that it must have."""
    detector: str
    function: str
    tag: str = ""

    def fits(self, finding):
        return finding["detector"] == self.detector and \
            (not self.tag or self.tag in finding["tags"]) and (
            self.function == "*" or
            any(is_function(self.function, name) for name in names(finding)))

    def __str__(self):
        return self.detector + " " + self.function + (self.tag and " [%s]" % self.tag)


@dataclass
class Program:
    """NAME is DIRECTORY/PROGRAM; near are (detector, gate)."""
    name: str
    expect: list = field(default_factory=list)
    allow: list = field(default_factory=list)
    near: list = field(default_factory=list)
    has_fix: bool = False

    def command(self, fixed=False):
        return [os.path.join(PROGRAMS, self.name) + (".fixed" if fixed else "")]


def names(finding):
    """Of the frames that may be meant; an arena's begin with its function."""
    return [frame["function"] or "" for frame in finding["frames"][:SITE_FRAMES]]


def without(text, opening, closing):
    """TEXT less what stands between the two, nested or not."""
    kept, depth = [], 0
    for c in text:
        depth += c == opening
        if not depth:
            kept.append(c)
        depth -= c == closing and depth > 0
    return "".join(kept)


def components(name):
    """['Grid', 'fresh'] of 'std::unique_ptr<Cell> app::Grid::fresh(int) [clone .cold]',
    with whatever stands before them."""
    name = re.sub(r"\s*\[[^]]*\]", "", name)
    name = name.replace("(anonymous namespace)::", "").replace("operator()", "operator call")
    name = re.sub(r"operator(<<|>>|<=>|<=|>=|->\*?|<|>)=?", "operator sign", name)
    name = without(without(name, "<", ">"), "(", ")")
    name = re.sub(r"(\s+(const|volatile|noexcept|&+))+$", "", name.strip())
    name = re.sub(r"\boperator ", "operator_", name).split(" ")[-1]
    name = re.sub(r"(\.(constprop|isra|part|cold|lto_priv|\d+))+$", "", name)
    return name.lstrip("*&").split("::")


def is_function(wanted, name):
    parts = wanted.split("::")
    return components(name)[-len(parts):] == parts


def opening_comment(text):
    end = text.find("*/", text.find("*/") + 2)
    return text[:end].split("\n")


def parse(path):
    """The Program of a source; ends the benchmark where a label cannot be read."""
    name = os.path.relpath(os.path.splitext(path)[0], SOURCES)
    program = Program(name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for line in opening_comment(text):
        found = LINE.match(line)
        if not found:
            if LOOSE.match(line):
                place.fail("%s: not a label: %s" % (path, line))
            continue
        kind, detector, rest = found.groups()
        if detector not in DETECTORS:
            place.fail("%s: no such detector: %s" % (path, detector))
        if kind == "near":
            program.near.append((detector, rest))
        else:
            function, tag = re.match(r"(\S+)(?: \[([a-z]+)\])?", rest).groups()
            getattr(program, kind).append(Label(detector, function, tag or ""))
    program.has_fix = bool(FIXED.search(text))
    return program


def concerns(program, detector):
    return program.name.split("/")[0].replace("_", "-") == detector or \
        detector in [label.detector for label in program.expect] + \
        [near for near, _ in program.near]


def load(only=None, chosen=()):
    """Every Program, or those of one detector, or the CHOSEN: DIRECTORY/PROGRAM,
    or one of both."""
    paths = sorted(glob.glob(os.path.join(SOURCES, "*", "*.c")) +
                   glob.glob(os.path.join(SOURCES, "*", "*.cc")))
    programs = [parse(path) for path in paths]
    if len({p.name for p in programs}) < len(programs):
        place.fail("two sources of one name in " + SOURCES)
    unknown = [c for c in chosen
               if not any(c in [p.name, *p.name.split("/")] for p in programs)]
    if unknown:
        place.fail("no such program: " + " ".join(unknown))
    return [p for p in programs
            if (not only or concerns(p, only)) and
            (not chosen or any(c in [p.name, *p.name.split("/")] for c in chosen))]
