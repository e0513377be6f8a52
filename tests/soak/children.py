# SPDX-License-Identifier: MIT
"""Each child's dumps against what it counted, as soon as it has ended; then
they are removed, so that half an hour of them fits anywhere."""
import collections
import concurrent.futures
import glob
import os
import shutil
import time

import dumps
import ledger

JOBS = 4
BEGUN_BYTES = 1000   # no more than META
WAIT_S = 60   # for the collector to finish a dump, on a busy machine


class Children:
    collected = True   # somebody else finishes the dumps

    def __init__(self, program, book, out, kept):
        self.program, self.book, self.out, self.kept = program, book, out, kept
        self.problems, self.seen = [], collections.Counter()
        self.pool = concurrent.futures.ThreadPoolExecutor(JOBS)
        self.waiting, self.jobs = 0, []

    def look(self):
        """Those that have ended are judged, meanwhile; in their order."""
        while self.waiting < self.book.forks and \
                self.book.child(self.waiting).ended:
            self.jobs.append(self.pool.submit(
                self.judge, self.waiting, self.book.child(self.waiting)))
            self.waiting += 1

    def finish(self):
        self.look()
        for job in self.jobs:
            problem, seen = job.result()
            self.seen += seen
            if problem:
                self.problems.append(problem)

    def files(self, child):
        return sorted(glob.glob("%s/d.hwd.%d" % (self.out, child.pid)) +
                      glob.glob("%s/d.hwd.%d.*" % (self.out, child.pid)))

    def judge(self, number, child):
        """(None, or what is wrong, counts)"""
        began = time.monotonic()
        while self.collected and time.monotonic() < began + WAIT_S and any(
                path.endswith(".ring")
                for path in self.files(child)):
            time.sleep(0.05)
        seen = collections.Counter({
            "children": 1, "killed": child.killed,
            "died of it": child.status == 9, "execed": child.execs == 2})
        try:
            problem = self.problem_of(number, child, seen)
        except (RuntimeError, KeyError, ValueError, OSError) as error:
            problem = repr(error)
        for path in self.files(child):
            if problem:
                shutil.move(path, self.kept)
            else:
                os.unlink(path)
        return problem and "child %d, pid %d, %s%s: %s" % (
            number, child.pid, ledger.FATES[child.fate],
            " killed" if child.killed else "", problem), seen

    def problem_of(self, number, child, seen):
        """None, or what is wrong with that child's dumps."""
        if child.status not in (0x300, 0x400, 0x500) and not was_killed(child):
            return "status %#x" % child.status
        before, after = self.book.child_accounts(number)
        wanted = {True: ledger.summed(before), False: ledger.summed([after])}
        for path in self.files(child):
            if path.endswith(".new") and was_killed(child):
                seen["ring only begun"] += 1  # until the command has ended
                continue
            if path.endswith((".ring", ".new")):
                if self.collected or not was_killed(child):
                    return "%s was left" % os.path.basename(path)
                continue
            if was_killed(child) and is_only_begun(path):
                seen["only begun"] += 1   # of no call, see unsaid()
                continue
            dump = dumps.Dump(self.program, path)
            seen["dumps"] += 1
            seen["finished"] += dump.finished
            if dump.status:
                return "check: status %d: %s" % (dump.status, dump.said)
            if dump.lost():
                return "lost %s" % dump.lost()
            forked = dump.info["forked"]
            if forked not in wanted:
                return "two dumps of one image"
            problem = difference(child, wanted.pop(forked),
                                 dumps.by_kind(dump.sites()), forked, seen)
            if problem:
                return problem
        return self.unsaid(child, wanted, seen)

    @staticmethod
    def unsaid(child, wanted, seen):
        """No dump: it did nothing, or too little before it execed."""
        for forked, counted in wanted.items():
            calls = sum(n for (_, f), n in counted.items() if f == "calls")
            if not calls:
                continue
            if forked and child.execs and \
                    child.fate == ledger.FATES.index("trifle"):
                seen["trifles"] += 1
                continue
            return "no dump %s exec, of %d calls" % (
                "before" if forked else "after", calls)
        return None


def is_only_begun(path):
    """Killed before its ring was there: not an event could be recorded."""
    return os.path.getsize(path) < BEGUN_BYTES and \
        not os.path.exists(path + ".ring")


def was_killed(child):
    return child.killed and child.status == 9


def difference(child, counted, recorded, forked, seen):
    """One that was killed may have had a call under way in each thread."""
    slack = was_killed(child) and (child.threads if forked else 1)
    for field in ("calls", "frees"):
        more = sum(n for (_, f), n in recorded.items() if f == field) - \
            sum(n for (_, f), n in counted.items() if f == field)
        seen["in flight"] += more
        if not 0 <= more <= slack:
            return "%s: %+d recorded" % (field, more)
    for (kind, field), n in (recorded | counted).items():
        more = recorded[kind, field] - counted[kind, field]
        if more and not slack or (field != "bytes" and more < 0):
            return "%s, %s: %+d recorded" % (kind, field, more)
    seen["calls"] += sum(n for (_, f), n in recorded.items() if f == "calls")
    return None
