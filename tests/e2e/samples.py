# SPDX-License-Identifier: MIT
"""Runs every sample and compares the dump to its opening comment.

usage: samples.py HEAPWISE LIBRARY BUILT SOURCES [NAME...]

A NAME may be that of one run, `NAME ARGUMENT...`.

Each run of a sample (its `run` lines) is done three times: bare, under
`heapwise record` and with LD_PRELOAD alone. Output and exit status must be
alike, the dump whole, nothing lost, and the `expect` lines true; their
grammar is in samples/sample.h.

With LINKED set, once: the program of that name in LINKED, which has the
recorder in it, under the command UNDER; nothing may be left in the directory
REPORTS, where the tool that looks on writes what it finds.
"""
import atexit
import glob
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

import valgrind_report

HEAPWISE, LIBRARY, BUILT, SOURCES = sys.argv[1:5]
LINKED = os.environ.get("LINKED")
UNDER = shlex.split(os.environ.get("UNDER", ""))
REPORTS = os.environ.get("REPORTS")
CHILDREN = os.environ.get("CHILDREN") != "0"
EMPTY = tempfile.mkdtemp()
atexit.register(os.rmdir, EMPTY)
SCOPES = ("total", "site", "child", "childsite", "stat")
CONDITION = re.compile(r"(\w+)(>=|<=|=)(\d+)$")


class Run:
    def __init__(self, arguments):
        self.arguments = arguments
        self.expectations = []  # (scope, function, key, operator, number)
        self.dumps = 1
        self.may_lose = set()  # counters that need not be zero


def opening_comment(path):
    text = open(path).read()
    start = text.index("\n/*") + 1
    return text[start:text.index("*/", start)]


def runs_of(path):
    """The runs that a sample's opening comment asks for."""
    runs = [Run([])]
    for line in opening_comment(path).splitlines():
        words = line.lstrip(" *").split()
        if words[:1] == ["run"]:
            if not runs[-1].arguments and not runs[-1].expectations:
                runs.pop()
            runs.append(Run(words[1:]))
        elif words[:1] == ["expect"]:
            expect(runs[-1], words[1], words[2:], path)
    return runs


def expect(run, scope, words, path):
    if scope == "dumps":
        run.dumps = int(words[0])
        return
    if scope == "lost":
        run.may_lose.update(words)
        return
    function = words.pop(0) if scope in ("site", "childsite") else None
    for word in words:
        match = CONDITION.match(word)
        if scope not in SCOPES or not match:
            sys.exit(f"{path}: cannot read: expect {scope} {word}")
        run.expectations.append(
            (scope, function, match[1], match[2], int(match[3])))


def execute(command, directory, environment):
    """(status, output, messages, process id) of a command."""
    got = subprocess.Popen(command, cwd=directory, env=environment,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
    try:
        out, err = got.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        got.kill()
        got.communicate()
        raise
    status = got.returncode
    return 128 - status if status < 0 else status, out, err, got.pid


def heapwise(*arguments):
    got = subprocess.run([HEAPWISE, *arguments], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=120)
    return got.returncode, got.stdout, got.stderr


def named(frame, function):
    name = frame.get("function") or ""
    return name == function or name.startswith(function + "(")


def site_sum(reports, function, key):
    return sum(site[key] for report in reports for site in report["sites"]
               if any(named(f, function) for f in site["frames"]))


def value_of(main, children, scope, function, key):
    if scope == "stat":
        return main["stats"][key]
    if scope == "total":
        return main["totals"][key]
    if scope == "child":
        return sum(report["totals"][key] for report in children)
    return site_sum([main] if scope == "site" else children, function, key)


def read_dump(path):
    """(report, problems) of one dump."""
    problems = []
    status, out, err = heapwise("report", "--json", "--limit=1000000", path)
    if status != 0:
        return None, [f"report: status {status}: {err.strip()}"]
    report = json.loads(out)
    if os.path.exists(path + ".ring"):
        heapwise("check", "--finish", path)
        again = heapwise("report", "--json", path)[1]
        if json.loads(again)["totals"] != report["totals"]:
            problems.append("check --finish changed the totals")
    status, out, err = heapwise("check", path)
    if status != 0:
        problems.append(f"check: status {status}: {(out + err).strip()}")
    return report, problems


def counters(path):
    """(what was lost, all counters) by `heapwise info`."""
    # nobody asks for the modules: none is found in an empty root
    status, out, err = heapwise("info", "--json", "--sysroot=" + EMPTY, path)
    if status != 0:
        return {"info": err.strip()}, {}
    info = json.loads(out)
    return ({k: v for k, v in info["lost"].items() if v},
            {**info["notes"], **info["lost"]})


def examine(run, directory):
    """The problems of one recorded run."""
    paths = sorted(p for p in glob.glob(directory + "/d.hwd*")
                   if not p.endswith(".ring"))
    if directory + "/d.hwd" not in paths:
        return [f"no dump, only {os.listdir(directory)}"]
    problems, reports = [], {}
    if len(paths) != run.dumps:
        problems.append(f"{len(paths)} dumps, expected {run.dumps}")
    for path in paths:
        report, bad = read_dump(path)
        problems += [f"{os.path.basename(path)}: {b}" for b in bad]
        if not report:
            return problems
        reports[path] = report
        lost, report["stats"] = counters(path)
        missed = {k: v for k, v in lost.items() if k not in run.may_lose}
        if missed:
            problems.append(f"{os.path.basename(path)}: lost {missed}")
    main = reports.pop(directory + "/d.hwd")
    for scope, function, key, operator, number in run.expectations:
        got = value_of(main, list(reports.values()), scope, function, key)
        good = {"=": got == number, ">=": got >= number, "<=": got <= number}
        if not good[operator]:
            problems.append(f"{scope} {function or ''} {key} is {got}, "
                            f"expected {operator}{number}")
    return problems


def way_of(way, command, directory):
    """(command, environment) of one way to record."""
    environment = dict(os.environ)
    if way == "record":
        command = [HEAPWISE, "record", "-o", directory + "/d.hwd", "--",
                   *command]
    else:
        environment["HEAPWISE_OUTPUT"] = directory + "/d.hwd"
    if way == "preload":
        environment["LD_PRELOAD"] = LIBRARY
    elif way == "linked":
        command = [*UNDER, LINKED + "/" + os.path.basename(command[0]),
                   *command[1:]]
    return command, environment


# Of valgrind, and of ASan where a call is meant to fail.
REMARK = re.compile(r"--\d+--|.*AddressSanitizer failed to allocate")


def reported(pid):
    """What the tool that looked on found, as a list of problems. To
    ThreadSanitizer the threads of its parent still run in a fork child: what
    it says of children (CHILDREN=0) is not so."""
    found = []
    for path in sorted(glob.glob(REPORTS + "/*")) if REPORTS else []:
        with open(path, errors="replace") as report:
            lines = valgrind_report.findings(
                line for line in report.read().splitlines()
                if not REMARK.match(line))
        os.unlink(path)
        if lines and (CHILDREN or path.endswith(f".{pid}")):
            found.append("\n".join(lines[:40]))
    return found


def try_run(name, run):
    """Prints the verdict on one run of one sample; true if it is good."""
    title = " ".join([name] + run.arguments)
    command = [os.path.join(BUILT, name)] + run.arguments
    plain = execute(command, "/", dict(os.environ))
    if plain[0] == 77:
        print(f"skip {title}: cannot run here")
        return True
    good = True
    for way in ("linked",) if LINKED else ("record", "preload"):
        with tempfile.TemporaryDirectory() as directory:
            problems, got = [], None
            try:
                recorded, environment = way_of(way, command, directory)
                got = execute(recorded, directory, environment)
                for what, a, b in zip(("status", "output", "messages"), plain,
                                      got):
                    if a != b:
                        problems.append(f"{what} {b!r}, was {a!r}")
                problems += examine(run, directory)
            except (subprocess.TimeoutExpired, KeyError, ValueError) as error:
                problems.append(repr(error)[:300])
            problems += reported(got[3] if got else None)
        if problems:
            good = False
            print(f"not ok {title}, {way}: {'; '.join(problems)}")
        else:
            print(f"ok {title}, {way}")
        sys.stdout.flush()
    return good


def main():
    wanted = sys.argv[5:]
    good = True
    for path in sorted(glob.glob(SOURCES + "/*.c*")):
        name = os.path.splitext(os.path.basename(path))[0]
        if not wanted or name in wanted:
            for run in runs_of(path):
                good &= try_run(name, run)
        for run in runs_of(path):
            if run.arguments and " ".join([name] + run.arguments) in wanted:
                good &= try_run(name, run)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
