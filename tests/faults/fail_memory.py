#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lets each allocation of heapwise's commands fail in its turn (fail_malloc.c).

usage: fail_memory.py LIBRARY TARGET BUILD

A command then does without, and says the same as ever; or it says that it lacks
something; or it ends with its status for failure and one line. It does not
crash, hang, or say something else. An allocation is known by its stack: of each
stack the first and the last one; with LONG=1 also those between, and each with
all later ones. In make check FEW. ONLY=WORDS: commands with these."""
import concurrent.futures
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

LONG = os.environ.get("LONG") == "1"
FEW = int(os.environ.get("FEW", "5"))  # of a command, in make check
LIMIT = 120
# In commands, a file to be written, and what a killed program left behind.
OUT, KILLED = "OUT", "KILLED"


def commands(site):
    """Program, words, its status for failure."""
    views = [
        "report d.hwd", "report --tree d.hwd", "report --json d.hwd",
        "report --timeline --sizes --lifetimes d.hwd",
        "report --by=function --focus=main d.hwd s.hwd",
        "report --tree=down --json d.hwd", "report --json s.hwd",
        "report KILLED", "info KILLED", "list main d.hwd",
        "list --json main d.hwd", "advise d.hwd", "advise --json d.hwd",
        "advise --all d.hwd", f"simulate --site {site} d.hwd",
        f"simulate --json --site {site} d.hwd", "info d.hwd",
        "info --json d.hwd", "check d.hwd", "check --json d.hwd",
        "check --finish KILLED", "diff d.hwd e.hwd",
        "diff --json --advice d.hwd e.hwd",
        "diff --fail-on calls>+5% base.json d.hwd",
        "diff --format=markdown d.hwd e.hwd",
        "diff --format=pprof -o OUT d.hwd e.hwd",
        "export --signals --format=csv -o OUT d.hwd"]
    views += [f"export --format={name} -o OUT d.hwd" for name in
              ("pprof", "folded", "speedscope", "dhat", "csv", "json")]
    list_of = [("heapwise", view.split(), 2) for view in views]
    record = f"record -o OUT {os.environ['TARGET']}".split()
    return list_of + [("heapwise", record, 125),
                      ("heapwise-collect", record, 125),
                      ("heapwise-collect", "check --finish KILLED".split(), 2)]


class Runner:
    def __init__(self, library, target, build):
        self.library, self.build = library, build
        self.heapwise = f"{build}/heapwise"
        os.environ["TARGET"] = self.target = target

    def prepare(self):
        """Dumps in the working directory; the id of a site."""
        for name in "des":
            sample = ["--sample", "1K"] if name == "s" else []
            subprocess.run([self.heapwise, "record", "-o", f"{name}.hwd",
                            *sample, self.target, "1"],
                           stdout=subprocess.DEVNULL, check=False)
        subprocess.run(["/bin/sh", "-c", "kill -9 $$"], check=False, env={
            "LD_PRELOAD": f"{self.build}/libheapwise.so",
            "HEAPWISE_OUTPUT": os.path.abspath("k.hwd")})
        out = subprocess.run([self.heapwise, "export", "--format=json", "-o",
                              "base.json", "d.hwd"], check=False)
        if out.returncode or not os.path.exists("k.hwd.ring"):
            sys.exit("not ok no dumps to begin with")
        with open("base.json", encoding="utf-8") as base:
            return json.load(base)["sites"][0]["id"]

    def totals(self, dump):
        """Of a dump that a command wrote or changed."""
        ran = subprocess.run([self.heapwise, "report", "--json", dump],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             check=False)
        if ran.returncode:
            return b"cannot be read"
        report = json.loads(ran.stdout)
        return str((report["totals"]["allocations"],
                    report["totals"]["frees"])).encode()

    def run(self, words, **variables):
        """What it wrote, its messages, its status."""
        with tempfile.TemporaryDirectory(dir=".") as place:
            out, killed = f"{place}/out", f"{place}/k.hwd"
            for end in ("", ".ring") if KILLED in words else ():
                shutil.copy(f"k.hwd{end}", f"{killed}{end}")
            command = [self.heapwise] + [
                {OUT: out, KILLED: killed}.get(word, word) for word in words]
            try:
                ran = subprocess.run(
                    ["setarch", "-R", *command], timeout=LIMIT, check=False,
                    env=dict(os.environ, LD_PRELOAD=self.library, **variables),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    start_new_session=True)
            except subprocess.TimeoutExpired:
                return b"", "", "hangs"
            written = ran.stdout
            if words[0] == "record" and ran.returncode != 125:
                written += self.totals(out)
            elif "--finish" in words:
                written += self.totals(killed)
            elif os.path.exists(out):
                with open(out, "rb") as file:
                    written += file.read()
            return (written.replace(place.encode(), b""),
                    ran.stderr.decode(errors="replace").replace(place, ""),
                    ran.returncode)

    def allocations(self, words, program):
        """Of each stack the numbers of its allocations."""
        stacks = {}
        name = os.path.abspath(tempfile.mktemp(dir="."))
        self.run(words, FAIL_LIST=name, FAIL_PROGRAM=program)
        with open(name, encoding="ascii") as lines:
            for line in lines:
                number, stack = line.split()
                stacks.setdefault(stack, []).append(int(number))
        os.unlink(name)
        return stacks

    def judge(self, job, which, plain):
        """None if this one was never asked for; else what it did."""
        program, words, failed = job
        done = os.path.abspath(tempfile.mktemp(dir="."))
        result = self.run(words, FAIL_ALLOCATION=which, FAIL_DONE=done,
                          FAIL_PROGRAM=program)
        if not os.path.exists(done):
            return None
        os.unlink(done)
        written, messages, status = result
        if status == plain[2] and messages == plain[1] and \
                masked(written) == masked(plain[0]):
            return "same"
        if status == failed and is_one_line(messages) and \
                b"cannot be" not in written:
            return "ended"
        if status == plain[2] and ("memory" in messages or
                                   says_so(written) > says_so(plain[0])):
            return "said"
        return f"status {status}, {len(written)} of {len(plain[0])} " \
            f"bytes, '{messages.strip()[-300:]}'"


def is_one_line(messages):
    """Of heapwise's; a library may say a word of its own before it aborts."""
    lines = messages.splitlines()
    if len(lines) == 2 and "heapwise: out of memory" in lines[1]:
        del lines[0]
    return len(lines) == 1 and lines[0].startswith("heapwise: ")


def says_so(written):
    return len(re.findall(rb"no[ _]memory", written))


def masked(written):
    """Without figures: some are measured anew in each run; columns move."""
    return re.sub(rb"[-+0-9.eKMGn\xc2\xb5]*[0-9][-+0-9.eKMGmun\xc2\xb5s%]*| +",
                  b"#", written)


def choose(stacks):
    """The numbers of those that are to fail."""
    first = {numbers[0] for numbers in stacks.values()}
    last = {numbers[-1] for numbers in stacks.values()}
    if LONG:
        between = {numbers[2 ** i - 1] for numbers in stacks.values()
                   for i in range(1, 20) if 2 ** i <= len(numbers)}
        return [str(n) for n in sorted(first | last | between)] + \
            [f"{n}+" for n in sorted(first)]
    few = random.sample(sorted(first | last), min(FEW, len(first | last)))
    return [f"{n}+" if i == 0 else str(n) for i, n in enumerate(few)]


def main():
    random.seed(int(os.environ.get("SEED", "1")))
    runner = Runner(*sys.argv[1:])
    work = tempfile.mkdtemp(dir=os.getcwd())
    os.chdir(work)
    only = os.environ.get("ONLY", "")
    wanted = [job for job in commands(runner.prepare())
              if only in " ".join(job[1])]
    counts = {"same": 0, "ended": 0, "said": 0}
    bad = stack_count = 0

    def look(job):
        return (runner.run(job[1]), choose(runner.allocations(job[1], job[0])))

    with concurrent.futures.ThreadPoolExecutor(
            int(os.environ.get("JOBS", "2"))) as pool:
        tries = [(job, n, plain) for job, (plain, which)
                 in zip(wanted, pool.map(look, wanted)) for n in which]
        stack_count = len(tries)
        for (job, n, _), what in zip(tries, pool.map(
                lambda one: runner.judge(*one), tries)):
            if what in counts:
                counts[what] += 1
            elif what:
                bad += 1
                print(f"not ok {job[0]}: {' '.join(job[1])}: allocation {n}: "
                      f"{what}", flush=True)
    os.chdir("..")
    shutil.rmtree(work)
    tried = bad + sum(counts.values())
    print(f"{'not ok' if bad else 'ok'} {tried} of {stack_count} allocations "
          f"failed: {counts['ended']} commands ended in words, "
          f"{counts['same']} did without, {counts['said']} said what they "
          f"lack, {bad} went wrong")
    sys.exit(bad > 0 or tried < stack_count // 2)


main()
