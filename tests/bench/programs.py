# SPDX-License-Identifier: MIT
"""The table of programs."""
import os
from dataclasses import dataclass, field
from typing import Callable, Optional

import inputs
import place
import redis

JQ_FILTER = """group_by(.customer) | map({customer: .[0].customer,
    orders: length, spent: (map(.items[].price) | add)})
    | sort_by(-.spent) | .[:3][]"""


@dataclass
class Program:
    name: str
    what: str
    command: Optional[Callable] = None    # () -> argv
    environment: dict = field(default_factory=dict)
    server: Optional[Callable] = None     # instead of command: () -> redis.Redis
    needs: tuple = ()
    operations: int = 0     # of one run, where throughput is what counts


def own(name, count):
    return lambda: [place.own(name), str(place.scaled(count))]


def jq():
    return ["jq", "-c", JQ_FILTER, inputs.orders()]


def sqlite():
    return ["sqlite3", ":memory:", ".read " + inputs.sql()]


def python():
    return [place.PYTHON, os.path.join(place.SOURCE, "workload.py"),
            str(place.scaled(30))]


def clang():
    return ["clang++", "-std=c++17", "-O2", "-c", "-DTYPES=%d" % place.scaled(2),
            "-o", os.path.join(place.BENCH, "templates.o"),
            os.path.join(place.SOURCE, "templates.cc")]


PROGRAMS = [
    Program("churn", "malloc and free at once, 7 frames", own("churn", 5000000)),
    Program("deep", "recursion, 60 to 200 frames", own("deep", 400000)),
    Program("handover", "two threads free each other's blocks",
            own("handover", 3000000), operations=place.scaled(3000000)),
    Program("large", "5 million live blocks", own("large", 5000000)),
    Program("python3", "JSON, dicts, classes, regular expressions", python,
            environment={"PYTHONMALLOC": "malloc"}, needs=(place.PYTHON,)),
    Program("jq", "groups 24 MB of JSON", jq, needs=("jq",)),
    Program("sqlite3", "165,000 statements, in memory", sqlite, needs=("sqlite3",)),
    Program("clang", "clang++ -O2, templates", clang, needs=("clang++",)),
    Program("redis", "redis-server under redis-benchmark (wall: the benchmark's)",
            server=redis.Redis, operations=redis.REQUESTS,
            needs=("redis-server", "redis-benchmark", "redis-cli")),
]


def named(name):
    return next(p for p in PROGRAMS if p.name == name)


def chosen(names):
    """(the programs of these names, or of all; a line for each that cannot run)."""
    known = [p.name for p in PROGRAMS]
    for name in names:
        if name not in known:
            place.fail("no program %s; there are: %s" % (name, " ".join(known)))
    usable, notes = [], []
    for p in PROGRAMS:
        if names and p.name not in names:
            continue
        absent = place.missing(p.needs)
        if absent:
            notes.append("without %s: no %s here" % (p.name, absent[0]))
        else:
            usable.append(p)
    return usable, notes
