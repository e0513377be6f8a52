# SPDX-License-Identifier: MIT
"""Runs one program once under one configuration, and reads what it wrote."""
import json
import os
import resource
import subprocess
import time
from dataclasses import dataclass
from typing import Optional

import configurations
import place

TIMEOUT_S = 1200


@dataclass
class Run:
    """Times in seconds, sizes in bytes. The target is the program itself, measured
    from its spawn to its end; done is the whole command, until the last byte is
    written; other is the CPU time of the profiler's own processes."""
    wall_s: float
    cpu_s: float
    rss_bytes: int
    done_s: float
    other_s: float = 0.0
    pid: int = 0
    end_ns: int = 0         # CLOCK_MONOTONIC, when the command was done
    start_ns: int = 0       # when the target was spawned
    dump_bytes: int = 0
    read_s: Optional[float] = None
    read_rss_bytes: Optional[int] = None


def children_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured_in(path):
    try:
        with open(path, encoding="ascii") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def execute(command, environment, drive=None):
    """(exit status, what drive() returned) of a command whose output nobody
    reads; its messages are in the work directory."""
    errors = os.path.join(place.WORK, "stderr")
    driven = None
    with open(errors, "wb") as err, subprocess.Popen(
            command, env={**place.CLEAN, **environment}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=err, cwd=place.WORK) as process:
        if drive:
            driven = drive()
        try:
            status = process.wait(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            place.fail("more than %d s: %s" % (TIMEOUT_S, " ".join(command)))
    return status, driven


def run(program, configuration):
    """A Run of PROGRAM; ends the benchmark if the program fails."""
    server = program.server() if program.server else None
    target = server.command() if server else program.command()
    out = os.path.join(place.fresh_work(), "measured")
    command = [*configuration.prefix, place.MEASURE, out, *target]
    before_s = children_s()
    start_ns = time.monotonic_ns()
    status, driven_s = execute(command,
                               {**program.environment, **configuration.environment},
                               server.drive if server else None)
    end_ns = time.monotonic_ns()
    m = measured_in(out)
    if status or not m:
        place.fail("status %d: %s; see %s/stderr"
                   % (status, " ".join(command), place.WORK))
    cpu_s = (m["user_ns"] + m["system_ns"]) / 1e9
    return Run(wall_s=driven_s or (m["end_ns"] - m["start_ns"]) / 1e9, cpu_s=cpu_s,
               rss_bytes=m["peak_rss_kib"] * 1024, done_s=(end_ns - start_ns) / 1e9,
               other_s=max(0.0, children_s() - before_s - cpu_s) if not server else 0.0,
               pid=m["pid"], start_ns=m["start_ns"], end_ns=end_ns)


def heapwise_json(*words):
    said = subprocess.run([place.HEAPWISE, *words], env=place.CLEAN, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if said.returncode:
        place.fail("heapwise %s: %s" % (" ".join(words), said.stderr.strip()))
    return json.loads(said.stdout)


def written(r, configuration):
    """The file that a run left, or None where it leaves none."""
    if configuration.kind == "heapwise":
        return configurations.dump_name(r.pid)
    if configuration.kind == "heaptrack":
        for suffix in (".zst", ".gz"):
            if os.path.exists(configurations.HEAPTRACK_FILE + suffix):
                return configurations.HEAPTRACK_FILE + suffix
        place.fail("heaptrack left no file in " + place.WORK)
    return None


def read(r, configuration):
    """Has the run's file analyzed as its user would, and notes what that took."""
    path = written(r, configuration)
    if not path:
        return
    r.dump_bytes = os.path.getsize(path)
    out = os.path.join(place.WORK, "read")
    reader = [place.HEAPWISE, "report", path] if configuration.kind == "heapwise" \
        else ["heaptrack_print", "-f", path]
    status, _ = execute([place.MEASURE, out, *reader], {})
    m = measured_in(out)
    if status or not m:
        place.fail("status %d: %s" % (status, " ".join(reader)))
    r.read_s = (m["end_ns"] - m["start_ns"]) / 1e9
    r.read_rss_bytes = m["peak_rss_kib"] * 1024


def info(r, configuration):
    """What a heapwise run recorded."""
    return heapwise_json("info", "--json", written(r, configuration))


def totals(r, configuration):
    """What `heapwise report` counts in it."""
    return heapwise_json("report", "--json", "--limit=1",
                         written(r, configuration))["totals"]
