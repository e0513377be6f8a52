# SPDX-License-Identifier: MIT
"""Random SIGKILLs: usage: kills.py HEAPWISE LIBRARY COUNTED RUNS SEED

Runs the sample `counted`, which counts its own events in a shared page, kills
it at a random moment, and compares the dump to the count: every event that
was over must be there, and at most one of each kind more a thread. Three
kinds of death: the program's alone under record, everyone's under record, the
program's with LD_PRELOAD alone.
"""
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time

HEAPWISE, LIBRARY, COUNTED = sys.argv[1:4]
THREADS_MAX = 16


def counts(path):
    """(allocations, frees, pid) that the sample counted."""
    page = open(path, "rb").read()
    if len(page) < 64 * THREADS_MAX:
        return 0, 0, 0
    rows = [struct.unpack_from("<QQQ", page, 64 * i)
            for i in range(THREADS_MAX)]
    return (sum(r[0] for r in rows), sum(r[1] for r in rows), rows[0][2])


def wait_for_pid(path, process):
    for _ in range(4000):
        if os.path.exists(path):
            allocations, _, pid = counts(path)
            if pid and allocations:
                return pid
        if process.poll() is not None:
            raise RuntimeError(f"ended by itself: {process.returncode}")
        time.sleep(0.005)
    raise RuntimeError("never started")


def start(way, directory, threads):
    page = directory + "/page"
    command = [COUNTED, page, str(threads)]
    environment = dict(os.environ)
    if way == "preload":
        environment["LD_PRELOAD"] = LIBRARY
        environment["HEAPWISE_OUTPUT"] = directory + "/d.hwd"
    else:
        command = [HEAPWISE, "record", "-o", directory + "/d.hwd", "--",
                   *command]
    return page, subprocess.Popen(command, env=environment,
                                  start_new_session=True)


def kill_all(process, pid):
    """Everything that belongs to the recording, as an OOM killer would."""
    members = [int(p) for p in os.listdir("/proc") if p.isdigit()]
    victims = []
    for member in members:
        try:
            if os.getsid(member) == process.pid:
                victims.append(member)
        except (ProcessLookupError, PermissionError):
            pass
    random.shuffle(victims)
    for victim in {*victims, pid}:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            pass


def totals(path):
    got = subprocess.run([HEAPWISE, "report", "--json", path],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True, timeout=120)
    if got.returncode != 0:
        raise RuntimeError(f"report: {got.returncode}: {got.stderr}")
    return json.loads(got.stdout)["totals"]


def problem_of(way, threads, delay):
    """None, or what was wrong with one killed run."""
    with tempfile.TemporaryDirectory() as directory:
        page, process = start(way, directory, threads)
        pid = wait_for_pid(page, process)
        time.sleep(delay)
        if way == "everyone":
            kill_all(process, pid)
        else:
            os.kill(pid, signal.SIGKILL)
        status = process.wait(60)
        if status not in (-9, 137):
            return f"status {status}"
        time.sleep(0.05 if way == "everyone" else 0)
        allocations, frees, _ = counts(page)
        got = totals(directory + "/d.hwd")
        # Besides its blocks, a thread has one of pthread_create's.
        more = got["allocations"] - allocations
        if not 0 <= more <= 2 * threads:
            return f"{allocations} allocations counted, {more:+} in the dump"
        more = got["frees"] - frees
        if not 0 <= more <= threads:
            return f"{frees} frees counted, {more:+} in the dump"
    return None


def main():
    runs, seed = int(sys.argv[4]), int(sys.argv[5])
    random.seed(seed)
    bad = 0
    for way in ("record", "everyone", "preload"):
        good = 0
        for run in range(runs):
            threads = random.choice((1, 1, 2, 3))
            delay = random.expovariate(1 / 0.05)
            try:
                problem = problem_of(way, threads, min(delay, 0.5))
            except (RuntimeError, subprocess.TimeoutExpired, KeyError,
                    ValueError) as error:
                problem = repr(error)[:300]
            if problem:
                print(f"{way} run {run}: {threads} threads, "
                      f"{delay * 1000:.0f} ms: {problem}")
            else:
                good += 1
        word = "ok" if good == runs else "not ok"
        bad += good != runs
        print(f"{word} {way}: {good} of {runs} killed runs complete")
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
