# SPDX-License-Identifier: MIT
"""Records every pair in samples/diff and compares what diff says of it.

usage: diff_pairs.py HEAPWISE BUILT SOURCES [NAME...]

The opening comment of a pair says what changed; its grammar is in
samples/diff/README.md. Of each pair: the two reports have the figures that the
comment states (so the pair is what it says), `diff --json` finds each change at
its site with these figures, no other site is significant, and neither is any
function without a change with --by=function. A pair that states no change has
not one significant row.
"""
import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

HEAPWISE, BUILT, SOURCES = sys.argv[1:4]
KEYS = ("allocations", "bytes_allocated", "peak_bytes", "leaked_bytes",
        "leaked_blocks", "temporary")
KINDS = {"new": ("new",), "gone": ("gone",), "any": None, "may": None,
         "kept": ("same", "moved", "functions", "similar")}


class Change:
    """An `expect` line: [function] SITE KIND KEY=OLD:NEW... [rows=N]
    [only=METRIC,...]"""

    def __init__(self, words, path):
        self.by_function = words[0] == "function"
        words = words[self.by_function:]
        self.site, self.kind = words[:2]
        self.rows, self.only, self.figures = 0, None, {}
        for word in words[2:]:
            key, _, value = word.partition("=")
            if key == "rows":
                self.rows = int(value)
            elif key == "only":
                self.only = set(value.split(","))
            elif key in KEYS and re.fullmatch(r"\d+:\d+", value):
                self.figures[key] = tuple(map(int, value.split(":")))
            else:
                sys.exit(f"{path}: cannot read: expect ... {word}")
        if self.kind not in KINDS:
            sys.exit(f"{path}: no such kind: {self.kind}")

    def at(self, row):
        """Is the row of this change? A function or module of it matches, the
        latter without the directory that it happens to be in."""
        wanted = re.compile(r"(^|[^\w])" + re.escape(self.site) + r"($|[^\w])")
        names = [row.get("name")]
        for frame in row["frames"]:
            names += [frame["function"], frame["module"]]
        return any(wanted.search(os.path.basename(name) if name[0] == "/" else
                                 name) for name in names if name)


class Pair:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path).rsplit(".", 1)[0]
        self.changes, self.runs = [], {"old": [], "new": []}
        text = open(path).read()
        start = text.index("\n/*")
        for line in text[start:text.index("*/", start)].splitlines():
            words = line.lstrip(" *").split()
            if words[:1] == ["expect"]:
                self.changes.append(Change(words[1:], path))
            elif words[:1] == ["run"]:
                self.runs[words[1]] = words[2:]

    def changes_by(self, function):
        """What must be found: by function the same, unless the pair says."""
        other = [c for c in self.changes if c.by_function]
        return other if function and other else \
            [c for c in self.changes if not c.by_function]

    def record(self, side, directory):
        """Records a side; the name of its dump."""
        dump = os.path.join(directory, f"{self.name}.{side}.hwd")
        program = os.path.join(BUILT, side, self.name)
        words = self.runs[side]
        prefix, words = (words, []) if words[:1] == ["setarch"] else ([], words)
        subprocess.run([*prefix, HEAPWISE, "record", "-o", dump, "--", program,
                        *words], check=True, timeout=60,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        return dump


def read(*arguments):
    got = subprocess.run([HEAPWISE, *arguments], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=60)
    if got.returncode:
        raise ValueError(f"{' '.join(arguments)}: status {got.returncode}: "
                         f"{got.stderr.decode()[:200]}")
    return json.loads(got.stdout)


def summed(rows, key):
    return sum(row[key] or 0 for row in rows)


def wrong_reports(pair, dumps):
    """What the pair itself does otherwise than it says."""
    sides = [read("report", "--json", dump)["sites"] for dump in dumps]
    for change in pair.changes_by(False):
        for i, sites in enumerate(sides):
            mine = [site for site in sites if change.at(site)]
            for key, values in change.figures.items():
                if summed(mine, key) != values[i]:
                    yield (f"{change.site}: {key} {summed(mine, key)} in "
                           f"the {('old', 'new')[i]} report")


def described(row, metric):
    frames = " < ".join(frame["function"] or "?" for frame in row["frames"][:4])
    metric = next((key for key in KEYS if row["old"][key] != row["new"][key]),
                  metric)
    return (f"{metric} {row['old'][metric]} -> {row['new'][metric]} "
            f"({row['kind']}) {frames}")


def wrong_change(change, rows):
    """What diff says otherwise of a change."""
    mine = [row for row in rows if change.at(row)]
    marked = [row for row in mine if row["significant"]]
    if not marked and change.kind != "may":
        yield f"{change.site}: not found"
    if change.rows and len(marked) != change.rows:
        yield f"{change.site}: {len(marked)} rows, expected {change.rows}"
    for key, (old, new) in change.figures.items():
        got = tuple(sum(row[side][key] for row in mine)
                    for side in ("old", "new"))
        if got != (old, new):
            yield f"{change.site}: {key} {got}, expected {(old, new)}"
    kinds = KINDS[change.kind]
    for row in marked:
        if kinds and row["kind"] not in kinds:
            yield f"{change.site}: {row['kind']}, expected {change.kind}"
        metrics = {metric for metric, judged in row["changes"].items()
                   if judged["significant"]}
        if change.only and metrics - change.only:
            yield f"{change.site}: {metrics - change.only}, too"


def wrong_diff(pair, dumps, *options):
    """What diff says otherwise than the pair's comment."""
    told = read("diff", "--json", *options, *dumps)
    rows = told["sites"]
    changes = pair.changes_by("--by=function" in options)
    for change in changes:
        yield from wrong_change(change, rows)
    for row in rows:
        if row["significant"] and not any(c.at(row) for c in changes):
            yield "beside it: " + described(row, "allocations")
    for side in (0, 1):
        for key in ("allocations", "bytes_allocated", "leaked_bytes"):
            name = ("old", "new")[side]
            sites = sum(row[name][key] for row in rows)
            if sites != told["totals"][name][key]:
                yield (f"{key} of the {name} side: {sites} by site, "
                       f"{told['totals'][name][key]} in all")


def judge(path):
    pair = Pair(path)
    wrong = []
    with tempfile.TemporaryDirectory() as directory:
        try:
            dumps = [pair.record(side, directory) for side in ("old", "new")]
            wrong += wrong_reports(pair, dumps)
            wrong += wrong_diff(pair, dumps)
            wrong += ["by function: " + text for text in
                      wrong_diff(pair, dumps, "--by=function")]
        except (ValueError, KeyError, TypeError,
                subprocess.SubprocessError) as error:
            wrong.append(f"{type(error).__name__} {error}")
    return pair, wrong


def main():
    names = sys.argv[4:]
    paths = sorted(path for path in glob.glob(SOURCES + "/*.c*")
                   if not path.endswith(".new.c"))
    if names:
        paths = [p for p in paths
                 if os.path.basename(p).rsplit(".", 1)[0] in names]
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for pair, wrong in pool.map(judge, paths):
            count = len(pair.changes_by(False))
            print(f"{'not ' if wrong else ''}ok {pair.name}: "
                  f"{count or 'no'} change{'s' * (count != 1)}")
            for text in wrong[:8]:
                print(f"    {text}")
            failures += bool(wrong)
    print(f"# {len(paths)} pairs")
    sys.exit(failures > 0 or not paths)


main()
