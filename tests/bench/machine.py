# SPDX-License-Identifier: MIT
"""The machine and the versions, for the head of every table."""
import os
import platform
import re
import subprocess
import time

import place


def first_line(*command):
    try:
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False,
                              stderr=subprocess.STDOUT, env=place.CLEAN).stdout
    except OSError:
        return "no " + command[0]
    return said.strip().split("\n")[0]


def processor():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        found = re.search(r"model name\s*: (.*)", file.read())
    return found.group(1) if found else platform.machine()


def memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)


def package(name):
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=False) if os.path.exists("/usr/bin/dpkg-query") else None
    return said.stdout if said and said.stdout else "none"


def lines():
    yield "%s, %d cores, %.0f GiB; load %s before; %s" % (
        processor(), os.cpu_count(), memory_gib(),
        " ".join("%.1f" % x for x in os.getloadavg()), time.strftime("%Y-%m-%d %H:%M"))
    yield "Linux %s, glibc %s, %s" % (platform.release(),
                                      os.confstr("CS_GNU_LIBC_VERSION").split()[-1],
                                      first_line(os.environ.get("CC") or "gcc", "--version"))
    yield "%s, %s, jemalloc %s" % (first_line(place.HEAPWISE, "--version"),
                                   first_line("heaptrack", "--version"),
                                   package("libjemalloc2"))
