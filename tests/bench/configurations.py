# SPDX-License-Identifier: MIT
"""The table of configurations: what stands before a program, and what is put
into its environment. `record` and `sampled` start with env(1), since what
heapwise is asked to record must be dynamically linked and measure is not; it is
measure's child that counts."""
import os
import subprocess
from dataclasses import dataclass, field

import place


@dataclass
class Configuration:
    name: str
    title: str
    prefix: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    base: str = "native"    # what its added time is counted from
    kind: str = ""          # who can read what it wrote: heapwise, heaptrack
    needs: tuple = ()


def dump_name(pid="%p"):
    return os.path.join(place.WORK, "%s.hwd" % pid)


HEAPTRACK_FILE = os.path.join(place.WORK, "heaptrack")
JEMALLOC_PROFILING = "prof:true,prof_active:true,lg_prof_sample:19"

CONFIGURATIONS = [
    Configuration("native", "as it is"),
    Configuration("record", "heapwise record", kind="heapwise",
                  prefix=[place.HEAPWISE, "record", "-o", dump_name(), "--", "env"]),
    Configuration("bare", "heapwise, LD_PRELOAD alone", kind="heapwise",
                  environment={"LD_PRELOAD": place.LIBRARY,
                               "HEAPWISE_OUTPUT": dump_name()}),
    Configuration("sampled", "heapwise record --sample 512K", kind="heapwise",
                  prefix=[place.HEAPWISE, "record", "--sample", "512K", "-o",
                          dump_name(), "--", "env"]),
    Configuration("heaptrack", "heaptrack", kind="heaptrack",
                  prefix=["heaptrack", "-o", HEAPTRACK_FILE],
                  needs=("heaptrack", "heaptrack_print")),
    Configuration("jemalloc", "jemalloc preloaded",
                  environment={"LD_PRELOAD": place.JEMALLOC},
                  needs=(place.JEMALLOC,)),
    Configuration("jemalloc prof", "jemalloc, " + JEMALLOC_PROFILING,
                  environment={"LD_PRELOAD": place.JEMALLOC,
                               "MALLOC_CONF": JEMALLOC_PROFILING},
                  base="jemalloc", needs=(place.JEMALLOC,)),
]


def named(name):
    return next(c for c in CONFIGURATIONS if c.name == name)


def jemalloc_can_profile():
    """Whether it was built so; it says so in its statistics."""
    said = subprocess.run(["true"], stderr=subprocess.PIPE, text=True,
                          errors="replace", check=False,
                          env={**place.CLEAN, "LD_PRELOAD": place.JEMALLOC,
                               "MALLOC_CONF": "stats_print:true"})
    return "config.prof: true" in said.stderr


def available():
    """(the configurations that can run here, a line for each that cannot)."""
    usable, notes = [], []
    for c in CONFIGURATIONS:
        absent = place.missing(c.needs)
        if absent:
            notes.append("without %s: no %s here" % (c.title, absent[0]))
        elif c.name == "jemalloc prof" and not jemalloc_can_profile():
            notes.append("without jemalloc's profiling: not compiled in")
        else:
            usable.append(c)
    return usable, notes
