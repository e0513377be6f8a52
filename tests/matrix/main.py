# SPDX-License-Identifier: MIT
"""usage: main.py HEAPWISE_BUILD [--all] [--table] [NAME...]

Runs the programs in tests/programs without heapwise and with it, three ways, and
compares. --all: not only those of `make check`. --table: a line a program, for
people; otherwise an `ok`, `not ok` or `skip` line for each thing compared.
"""
import concurrent.futures
import glob
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback

import compare
import run as running
from dumps import Dumps
from job import JOBS

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(os.path.dirname(HERE), "programs")
PARTS = ("heapwise", "heapwise-collect", "libheapwise.so")
MANY_EVENTS = 100000    # so many have samples among them, at SAMPLE_BYTES


def load():
    for path in sorted(glob.glob(PROGRAMS + "/*.py")):
        name = os.path.splitext(os.path.basename(path))[0]
        spec = importlib.util.spec_from_file_location("programs_" + name, path)
        before = len(JOBS)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        for job in JOBS[before:]:
            job.source = path


def untold():
    """Jobs without a row in the table of tests/README.md."""
    with open(os.path.join(os.path.dirname(HERE), "README.md"), encoding="utf-8") as f:
        text = f.read()
    return [j.name for j in JOBS if "`%s`" % j.name not in text]


class Outcome:
    """A job in one way."""

    def __init__(self, seen, seconds, dumps, trouble):
        self.seen, self.seconds = seen, seconds
        self.dumps, self.trouble = dumps, trouble


class Trial:
    """A job in all ways, in a directory of its own."""

    def __init__(self, job, build, base):
        self.job, self.build = job, build
        self.place = os.path.join(base, job.name)
        self.port = running.free_port()
        self.lines = []         # ok, not ok and skip lines; then what they are about
        self.outcomes = {}
        self.failed = {}        # way: how many things differ

    def say(self, good, what, about=()):
        self.lines.append("%s %s, %s" % ("ok" if good else "not ok",
                                         self.job.name, what))
        self.lines += ["    " + line for line in about if not good]
        return not good

    def missing(self):
        return [n for n in self.job.needs if not shutil.which(n, path=running.PATH)]

    def all(self):
        missing = self.missing()
        if missing:
            self.lines.append("skip %s: no %s here" % (self.job.name, missing[0]))
            return self
        os.mkdir(self.place)
        os.mkdir(self.place + "/bin")
        os.mkdir(self.place + "/empty")
        for part in PARTS:      # where every user can read them
            shutil.copy(os.path.join(self.build, part), self.place + "/bin")
        plain = self.once(running.PLAIN)
        if self.say(not plain.trouble, "without heapwise", [plain.trouble]):
            self.failed[running.PLAIN] = 1
        else:
            for way in running.RECORDED:
                self.judge(way, plain)
            for r in self.job.rules:
                self.say(r.used or r.rare, "what is replaced occurs: %r" % r.pattern)
        if not any(self.failed.values()):
            shutil.rmtree(self.place, ignore_errors=True)
        return self

    def once(self, way):
        """Runs the job once. Its directory is emptied for the next way."""
        seen, dumps, trouble = {}, None, None
        run = running.Run(way, self.place, self.port, self.job.seconds)
        start = time.monotonic()
        try:
            self.job.body(run)
        except running.Trouble as error:
            trouble = str(error)
        except Exception:       # pylint: disable=broad-except
            trouble = traceback.format_exc(limit=-3)
        seconds = time.monotonic() - start
        run.settle()
        if not trouble:
            seen = compare.everything(self.job, run)
        if way != running.PLAIN:
            dumps = Dumps(self.place + "/bin/heapwise", run.dumps,
                          self.place + "/empty", self.job.kills)
        for part in ("home", "logs", "tmp"):
            kept = "%s/%s.%s" % (self.place, part, way)
            shutil.rmtree(kept, ignore_errors=True)
            os.rename("%s/%s" % (self.place, part), kept)
        self.outcomes[way] = Outcome(seen, seconds, dumps, trouble)
        return self.outcomes[way]

    def judge(self, way, plain):
        got = self.once(way)
        bad = 0
        if got.trouble:
            bad += self.say(False, way + ": done", got.trouble.splitlines())
        else:
            found = compare.differences(plain.seen, got.seen)
            if any(found.values()):
                self.again(plain, found)
            for aspect in compare.ASPECTS:
                if aspect in found:
                    bad += self.say(not found[aspect], "%s: %s" % (way, aspect),
                                    found[aspect])
        bad += self.say(not got.dumps.problems, way + ": dumps",
                        got.dumps.problems[:5])
        if got.dumps.lost:
            self.lines.append("    %s: lost %s" % (way, got.dumps.lost))
        bad += self.recorded(way, got.dumps)
        self.failed[way] = bad

    def again(self, plain, found):
        """Says whether the program differs from itself as well."""
        shutil.rmtree(self.place + "/dumps.plain", ignore_errors=True)
        same = compare.differences(plain.seen, self.once(running.PLAIN).seen)
        for aspect in found:
            if found[aspect]:
                found[aspect].append("(without heapwise, two runs %s)" % (
                    "differ as well" if same.get(aspect) else "are the same"))

    def recorded(self, way, dumps):
        """Nothing is missing of what the program allocated."""
        whose = self.job.recorded
        if whose is None:
            return 0
        whose = whose or self.job.name
        if way == running.SAMPLED:
            exact = self.outcomes[running.EXACT].dumps
            if exact.events_of(whose) < MANY_EVENTS:
                return 0
        return self.say(dumps.events_of(whose) > 0, way + ": recorded",
                        ["events: %s" % dumps.programs])

    def row(self):
        """The line of the table, 80 columns wide."""
        if not self.outcomes:
            return "%-18s %s" % (self.job.name, self.lines[0])
        plain = self.outcomes[running.PLAIN]
        if plain.trouble:
            return "%-18s cannot be done without heapwise" % self.job.name
        dumps = [self.outcomes[way].dumps for way in running.RECORDED]
        return ROW % (
            self.job.name,
            *["differ" if self.failed[way] else "same" for way in running.RECORDED],
            dumps[0].count, brief(dumps[0].events),
            sum(d.lost_count() for d in dumps), sum(d.cut_count() for d in dumps),
            "%.1f" % plain.seconds,
            *["%.1f" % (self.outcomes[way].seconds / max(plain.seconds, 0.001))
              for way in (running.EXACT, running.SAMPLED)])


def brief(number):
    for factor, unit in ((1e6, "M"), (1e3, "K")):
        if number >= factor:
            return "%.3g%s" % (number / factor, unit)
    return str(number)


ROW = "%-18s %-6s %-7s %-7s %5s %6s %4s %4s %5s %4s %4s"
HEAD = ROW % ("program", "exact", "sampled", "preload", "dumps", "events", "lost",
              "cut", "alone", "*ex", "*sa")


def count(lines, word):
    return sum(line.startswith(word + " ") for line in lines)


def clean_up_on_signals(base):
    """Nothing is left running if the time is over, or somebody has had enough."""
    def stop(number, _):
        running.kill(running.processes_in(base))
        shutil.rmtree(base, ignore_errors=True)
        os._exit(128 + number)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)


def main():
    build, *arguments = sys.argv[1:]
    options = {a for a in arguments if a.startswith("--")}
    names = [a for a in arguments if not a.startswith("--")]
    load()
    chosen = [j for j in JOBS if (j.name in names if names else
                                  j.quick or "--all" in options)]
    unknown = set(names) - {j.name for j in chosen}
    if unknown or options - {"--all", "--table", "--keep"}:
        sys.exit("no such program: " + " ".join(unknown | options))
    base = os.path.realpath(tempfile.mkdtemp(prefix="heapwise-programs."))
    os.chmod(base, 0o755)
    clean_up_on_signals(base)
    table = "--table" in options
    workers = int(os.environ.get("JOBS", "2")) if table else 1
    lines, rows = [], []
    if not names:
        lines.append("%s all programs are in the table%s" % (
            "not ok" if untold() else "ok", "".join(" " + n for n in untold())))
        print(lines[0])
    os.makedirs(os.path.join(build, "log"), exist_ok=True)
    log = open(os.path.join(build, "log", "programs.table.%d.log" % os.getpid()), "w", encoding="utf-8")
    if table:
        print(HEAD)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        trials = [pool.submit(Trial(j, build, base).all) for j in chosen]
        for done in concurrent.futures.as_completed(trials):
            trial = done.result()
            lines += trial.lines
            rows.append(trial.row())
            print("\n".join(trial.lines + [rows[-1]]), file=log, flush=True)
            if table:
                print(rows[-1])
                bad = False
                for line in trial.lines:
                    bad = line.startswith("not ok") or (bad and line[0] == " ")
                    if bad:
                        print("    " + line)
            else:
                print("\n".join(trial.lines))
            sys.stdout.flush()
    if not table:
        print("\n".join([HEAD] + rows))
    failed = count(lines, "not ok")
    if "--keep" not in options:
        shutil.rmtree(base, ignore_errors=True)
    else:
        print("kept: " + base)
    if table:
        print("%d passed, %d failed%s" % (
            count(lines, "ok"), failed,
            ", %d skipped" % count(lines, "skip") if count(lines, "skip") else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
