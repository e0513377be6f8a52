# SPDX-License-Identifier: MIT
"""What else recording costs: starting, ending, and a thousand threads."""
import os
from statistics import median

import configurations
import figures
import layout
import place
import programs
import running

NAMES = ["native", "record", "bare", "sampled"]
STARTS = 21         # runs at least
THREADS = 1000
THREAD_RUNS = 3
START_MS = 5        # allowed between spawn and main
EXIT_MS = 50        # and between the end of main and the last byte
THREADS_MIB = 64

CLOCKS = os.path.join(place.WORK, "clocks")
START = programs.Program("start", "", lambda: [place.own("start"), CLOCKS])
LIVE = programs.Program("threads", "",
                        lambda: [place.own("threads"), str(place.scaled(THREADS))])


def one_start(name):
    """ms from spawn to main, and from the end of main to the end of everything."""
    r = running.run(START, configurations.named(name))
    with open(CLOCKS, encoding="ascii") as file:
        began, ended = map(int, file.read().split())
    return (began - r.start_ns) / 1e6, (r.end_ns - ended) / 1e6


def starts():
    """{configuration: (median ms to main, median ms after it)}"""
    place.say("start and exit, %d runs of each" % max(STARTS, place.RUNS))
    found = {name: [] for name in NAMES}
    for i in range(max(STARTS, place.RUNS)):
        for name in NAMES[i % len(NAMES):] + NAMES[:i % len(NAMES)]:
            found[name].append(one_start(name))
    return {name: tuple(median(column) for column in zip(*values))
            for name, values in found.items()}


def threads():
    """{configuration: median of the peak memory}"""
    place.say("%d live threads, %d runs of each" % (place.scaled(THREADS), THREAD_RUNS))
    found = {name: [] for name in NAMES}
    for _ in range(THREAD_RUNS):
        for name in NAMES:
            found[name].append(running.run(LIVE, configurations.named(name)).rss_bytes)
    return {name: median(values) for name, values in found.items()}


def measure():
    """(lines of the table, figures)"""
    clocks, rss = starts(), threads()
    rows = [[name, layout.short(clocks[name][0]), layout.short(clocks[name][1]),
             layout.mebibytes(rss[name])] for name in NAMES]
    added = {name: (clocks[name][0] - clocks["native"][0],
                    clocks[name][1] - clocks["native"][1],
                    (rss[name] - rss["native"]) / (1 << 20)) for name in NAMES}
    found = []
    for name in NAMES[1:]:
        found += [figures.at_most("start, added: " + name, START_MS, added[name][0], " ms"),
                  figures.at_most("exit, added: " + name, EXIT_MS, added[name][1], " ms"),
                  figures.at_most("1,000 threads, memory added: " + name, THREADS_MIB,
                                  added[name][2], " MiB")]
    return layout.lines(rows, ["", "start to main, ms", "end of main to all done, ms",
                               "%d threads, MiB" % place.scaled(THREADS)]), found
