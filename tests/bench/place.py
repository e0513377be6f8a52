# SPDX-License-Identifier: MIT
"""Where things are, what the caller asked for, and how to say what is going on.
Everything that is written goes below build/bench."""
import os
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCE = os.path.join(ROOT, "tests", "bench")
BUILD = os.path.join(ROOT, os.environ.get("B", "build"))
BENCH = os.path.join(BUILD, "bench")
INPUT = os.path.join(BENCH, "input")
WORK = os.path.join(BENCH, "work")

HEAPWISE = os.path.join(BUILD, "heapwise")
LIBRARY = os.path.join(BUILD, "libheapwise.so")
MEASURE = os.path.join(BENCH, "measure")
JEMALLOC = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable

RUNS = int(os.environ.get("RUNS") or 5)
PAIRS = int(os.environ.get("PAIRS") or 20)
SCALE = float(os.environ.get("BENCH_SCALE") or 1)
CHOSEN = os.environ.get("BENCH_PROGRAMS", "").split()

CLEAN = {k: v for k, v in os.environ.items()
         if not k.startswith(("HEAPWISE_", "LD_", "MALLOC_", "MAKE", "MFLAGS"))
         and k != "DEBUGINFOD_URLS"}
CLEAN["LC_ALL"] = "C"


def own(name):
    """One of the benchmark's own programs."""
    return os.path.join(BENCH, name)


def scaled(count):
    return max(1, int(count * SCALE))


def say(text):
    print("bench: " + text, file=sys.stderr, flush=True)


def fail(text):
    say(text)
    sys.exit(2)


def fresh_work():
    """An empty directory for one run, the last one's files gone."""
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    return WORK


def missing(tools):
    return [t for t in tools if not os.path.exists(t) and not shutil.which(t)]
