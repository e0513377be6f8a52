#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes each system call of the profiler's fail in its turn (fail_call.c), and
judges what became of the program and of its dumps.

usage: fail_calls.py TOOL TARGET BUILD WAY

WAY is bare or record, with -sampled behind it or not. A call is known by its
process, name and place in the code. The program must do as ever, unless the
launcher says in words that it could not start it. Then each dump has all (a
sampled one within three times its interval), or says that it lacks something;
or there is none. LONG=1 tries of each place the
first, second, fourth, ... and last call with each error, else a few."""
import concurrent.futures
import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

ERRORS = {
    "mmap": "ENOMEM", "mremap": "ENOMEM", "munmap": "ENOMEM",
    "madvise": "EINVAL", "mincore": "EAGAIN",
    "openat": "EMFILE EACCES EINTR", "close": "EINTR EIO",
    "fallocate": "ENOSPC EINTR EOPNOTSUPP", "ftruncate": "EINTR EIO",
    "pwrite64": "short ENOSPC EINTR EIO", "write": "short ENOSPC EINTR EIO",
    "pread64": "short EINTR EIO", "read": "short EINTR EIO",
    "fstat": "ENOMEM", "newfstatat": "ENOMEM EACCES", "fstatfs": "ENOSYS",
    "fcntl": "EAGAIN EINTR ENOLCK EMFILE",
    "futex": "EINTR EAGAIN", "futex_waitv": "EINTR EAGAIN ENOSYS",
    "clone": "EAGAIN ENOMEM", "execve": "EACCES ENOMEM",
    "poll": "EINTR ENOMEM", "ppoll": "EINTR ENOMEM", "wait4": "EINTR",
    "rt_sigtimedwait": "EINTR", "nanosleep": "EINTR",
    "clock_nanosleep": "EINTR", "socketpair": "EMFILE", "pipe2": "EMFILE",
    "inotify_init1": "EMFILE", "inotify_add_watch": "ENOSPC",
    "pidfd_open": "EMFILE ENOSYS", "sendto": "EPIPE EINTR",
    "recvfrom": "EINTR ECONNRESET", "getdents64": "EIO",
    "readlink": "EACCES", "getcwd": "ENOENT", "chdir": "EACCES",
    "rename": "EACCES ENOSPC", "unlink": "EACCES EBUSY",
    "dup2": "EINTR EMFILE", "close_range": "ENOSYS", "access": "EACCES",
    "getrandom": "EINTR ENOSYS", "setsid": "EPERM",
    "sched_getattr": "ENOSYS", "sched_setattr": "EPERM",
}
OTHERS = "EPERM"
# They come and go.
PASSING = {"EINTR", "EAGAIN"}
WAITS = {"poll", "ppoll"}
# These have no way to fail here, or are the C library's when it starts.
NEVER = {"rt_sigaction", "getppid", "getuid", "geteuid", "uname",
         "exit_group", "exit", "brk", "arch_prctl", "set_tid_address",
         "set_robust_list", "rseq", "mprotect", "kill"}
FEW = {"bare": 45, "record": 45, "bare-sampled": 12, "record-sampled": 12}
JUDGED = ("allocations", "frees", "bytes_allocated", "leaked_blocks")
PLAIN = ("done\n", "", 7)
LONG = os.environ.get("LONG") == "1"


class Fault:
    """One call that is to fail; also what came of it."""

    def __init__(self, key, which, error):
        self.process, self.program, self.call, self.place = key
        self.which, self.error = which, error
        self.tried = False
        self.wrong = False
        self.counts = dict.fromkeys(
            ("refused", "none", "exact", "counted"), 0)

    def options(self):
        number = self.error if self.error == "short" else \
            str(getattr(errno, self.error))
        return ["-p", self.process, "-c", self.call, "-n", self.which,
                "-e", number]

    def tell(self, text):
        self.wrong = True
        print(f"not ok {self.process} {self.program}: {self.call} "
              f"{self.which} {self.error} at {self.place}: {text}", flush=True)


class Runner:
    def __init__(self, tool, target, build, way):
        self.tool, self.target, self.build = tool, target, build
        self.heapwise = f"{build}/heapwise"
        self.way, _, sampled = way.partition("-")
        self.sample = {"HEAPWISE_SAMPLE": "2K"} if sampled else {}
        self.wanted = {}

    def run(self, directory, options, sample):
        """Output, messages, status; the profiler's calls."""
        os.makedirs(directory)
        dump = f"{directory}/d.hwd"
        variables = dict(os.environ, **sample)
        command = [self.target, "2"]
        if self.way == "bare":
            command = ["env", f"LD_PRELOAD={self.build}/libheapwise.so",
                       f"HEAPWISE_OUTPUT={dump}"] + command
        else:
            command = [self.heapwise, "record", "-o", dump] + command
        ran = subprocess.run(
            [self.tool, "-o", f"{directory}/calls"] + options + command,
            env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=directory, text=True, errors="replace", check=False,
            start_new_session=True)
        with open(f"{directory}/calls", encoding="ascii") as calls:
            return ((ran.stdout, ran.stderr, ran.returncode),
                    [line.split() for line in calls])

    def ask(self, *words):
        return subprocess.run([self.heapwise, *words], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              errors="replace", check=False)

    def totals(self, dump):
        """What must be right, None if it cannot be read; does it say that it
        lacks something (or what is wrong)?"""
        if os.path.exists(dump + ".ring"):
            self.ask("check", "--finish", dump)
        report = self.ask("report", "--json", "--limit=1", dump)
        if report.returncode:
            return None, report.stderr
        report = json.loads(report.stdout)
        return report["totals"], report["lost_events"] > 0 or \
            report["damaged"] or not report["finished"]

    def lacks(self, dump):
        """Does it say itself that something is missing?"""
        info = json.loads(self.ask("info", "--json", dump).stdout or "{}")
        lost = [n for n in info.get("lost", {}).values()
                if isinstance(n, (int, float))]
        return sum(lost) > 0 or bool(info.get("damage"))

    def judge_dump(self, fault, dump, wanted):
        if not os.path.exists(dump) or os.path.getsize(dump) == 0:
            fault.counts["none"] += 1
            return
        totals, says = self.totals(dump)
        if totals is None:
            fault.tell(f"cannot be read: {says.strip()}")
        elif all(is_right(totals, wanted, key) for key in JUDGED):
            fault.counts["exact"] += 1
        elif says or self.lacks(dump):
            fault.counts["counted"] += 1
        else:
            fault.tell("silent: " + ", ".join(
                f"{totals[key]} of {wanted[key]} {key}" for key in JUDGED))

    def judge_program(self, fault, result):
        """False if nothing was recorded, as the launcher said."""
        output, messages, status = result
        if result == PLAIN:
            return True
        if self.way == "record" and fault.process in ("1", "1.2") and \
                output == "" and messages.startswith("heapwise: ") and \
                messages.count("\n") == 1 and status in (125, 126, 127):
            fault.counts["refused"] += 1
            return False
        fault.tell("hangs" if status == 124 else f"harmed: {result}")
        return True

    def try_fault(self, fault, directory):
        result, calls = self.run(directory, fault.options(), self.sample)
        fault.tried = any(len(line) > 5 for line in calls)
        if self.judge_program(fault, result):
            dumps = dumps_in(directory)
            for dump in dumps:
                self.judge_dump(fault, dump,
                                self.wanted[dump.endswith("/d.hwd")])
            fault.counts["none"] += max(0, 2 - len(dumps))
        shutil.rmtree(directory)
        return fault


def is_right(totals, wanted, key):
    low, high = totals.get(f"{key}_low"), totals.get(f"{key}_high")
    if low is None:
        return totals[key] == wanted[key]
    if high is None:
        return False
    # of few samples the interval is longer on its upper side
    estimate = totals[key]
    return estimate - 3 * (estimate - low) <= wanted[key] <= \
        estimate + 3 * (high - estimate)


def dumps_in(directory):
    """The program's and its child's."""
    return [f"{directory}/{name}" for name in sorted(os.listdir(directory))
            if name.startswith("d.hwd") and ".ring" not in name]


def places(calls):
    """Of each place in the code the numbers of its calls."""
    found = {}
    for process, program, call, number, place, *_ in calls:
        if call not in NEVER and (program.startswith("heapwise") or
                                  program == "target"):
            found.setdefault((process, program, call, place),
                             []).append(int(number))
    return found


def faults(found):
    """The first, second, fourth ... and last of each place; later ones, too."""
    wanted = []
    for key, numbers in found.items():
        errors = ERRORS.get(key[2], OTHERS).split()
        some = {numbers[0], numbers[-1]}
        some |= {numbers[2 ** i - 1] for i in range(20)
                 if 2 ** i <= len(numbers)}
        which = [str(n) for n in sorted(some)]
        if len(numbers) > 1:
            which += ["odd", f"{numbers[0]}+", f"{numbers[-1]}+"]
        wanted += [Fault(key, n, error) for n in which for error in errors
                   if not ("+" in n and
                           (error in PASSING or key[2] in WAITS))]
    return wanted


def select(wanted, few):
    """In make check: a few, as many calls and errors among them as can be."""
    if LONG:
        return wanted
    random.seed(int(os.environ.get("SEED", "1")))
    kinds = {}
    for fault in random.sample(wanted, len(wanted)):
        kinds.setdefault((fault.program, fault.call, fault.error), fault)
    return list(kinds.values())[:few]


def summary(way, done):
    tried = [fault for fault in done if fault.tried]
    total = {key: sum(fault.counts[key] for fault in tried)
             for key in done[0].counts}
    distinct = {(f.process, f.call, f.place, f.error) for f in tried}
    bad = sum(fault.wrong for fault in done)
    print(f"{'not ok' if bad else 'ok'} {way}: {len(tried)} calls failed "
          f"({len(distinct)} places and errors): {bad} went wrong")
    enough = total["exact"] > len(tried) // 2
    print(f"{'ok' if enough else 'not ok'} {way}: dumps: {total['exact']} "
          f"right, {total['counted']} say what they lack, {total['none']} "
          f"not begun; {total['refused']} refusals to start")
    return bad == 0 and enough


def main():
    tool, target, build, way = sys.argv[1:]
    runner = Runner(tool, target, build, way)
    work = tempfile.mkdtemp(dir=os.getcwd())
    result, _ = runner.run(f"{work}/first", [], {})
    dumps = dumps_in(f"{work}/first")
    if result != PLAIN or len(dumps) != 2:
        sys.exit(f"not ok {way}: unharmed: {result}, {dumps}")
    for dump in dumps:
        totals, says = runner.totals(dump)
        if totals is None or says:
            sys.exit(f"not ok {way}: unharmed: {says}")
        runner.wanted[dump.endswith("/d.hwd")] = totals
    _, calls = runner.run(f"{work}/second", [], runner.sample)
    wanted = select(faults(places(calls)), FEW[way])
    jobs = int(os.environ.get("JOBS", "2"))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        done = list(pool.map(runner.try_fault, wanted,
                             [f"{work}/{i}" for i in range(len(wanted))]))
    sys.exit(not summary(way, done))


main()
