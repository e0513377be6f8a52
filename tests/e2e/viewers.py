# SPDX-License-Identifier: MIT
"""Compares what viewers showed of exports to report --json.

usage: viewers.py SHOWN: what browser/viewers.js printed; NAME.json is the
report of which NAME.dhat, NAME.speedscope and NAME.folded were shown.
"""
import collections
import json
import os
import sys

# Of the profiles of the speedscope export.
KEYS = ("bytes_allocated", "allocations", "leaked_bytes", "peak_bytes",
        "at_peak_bytes", "temporary")
DHAT = ("bytes_allocated", "allocations", "leaked_bytes", "leaked_blocks",
        "at_peak_bytes", "at_peak_blocks")
failures = 0


def check(name, good, detail=""):
    global failures
    failures += not good
    print(f"ok {name}" if good else f"not ok {name}: {detail}"[:600])


def near(name, got, report, key):
    """Equal; of a sample each site's estimate is rounded."""
    sites = [s[key] for s in report["sites"]]
    # Peaks of their own are at different times: the sum is no total.
    wanted = sum(sites) if key == "peak_bytes" else report["totals"][key]
    slack = len(sites) / 2 if report["mode"] == "sampled" else 0
    check(f"{name}: {key} {got}", abs(got - wanted) <= slack, f"not {wanted}")


def in_words(value, unit):
    """As speedscope writes figures."""
    if unit == "none" or value < 1024:
        return f"{value:,}" + ("" if unit == "none" else " B")
    for word in ("KB", "MB", "GB"):
        value /= 1024
        if value < 1024:
            break
    return f"{value:.2f} {word}"


def largest_root(report, key):
    """What all stacks that begin with one function have together, at most."""
    sums = collections.Counter()
    for site in report["sites"]:
        root = site["frames"][-1]
        place = (root["module"], root["offset"])
        sums[(root["function"] or place, root["file"],
              root["line"])] += site[key]
    return max(sums.values())


def check_dhat(name, shown, report):
    check(f"{name}: no error", not shown["error"] and not shown["errors"],
          (shown["error"], shown["errors"]))
    for key in DHAT:
        near(name, shown[key], report, key)
    command = " ".join(report["arguments"])
    check(f"{name}: command", shown["command"] == command, shown["command"])
    check(f"{name}: mode", ("estimates" in shown["mode"]) ==
          (report["mode"] == "sampled"), shown["mode"])
    end = report["totals"]["run_ns"] / 1000
    check(f"{name}: end at {shown['end_us']} us",
          abs(shown["end_us"] - end) <= 1, end)
    # Those of freed blocks are part of it; the rest lived until the end.
    totals = report["totals"]
    freed = totals["mean_lifetime_ns"] * totals["frees"] / 1000
    lived = shown["lifetime_us"] * totals["allocations"]
    slack = 0.005 * totals["allocations"] + len(report["sites"])
    if report["mode"] != "sampled":
        check(f"{name}: lifetimes {shown['lifetime_us']} us",
              freed - slack <= lived <=
              freed + totals["leaked_blocks"] * end + slack, freed)


def check_speedscope(name, shown, report):
    check(f"{name}: no error", not shown["errors"], shown["errors"])
    check(f"{name}: {len(KEYS)} profiles", len(shown["totals"]) == len(KEYS))
    for key, total, unit, page in zip(KEYS, shown["totals"], shown["units"],
                                      shown["shown"]):
        near(name, total, report, key)
        title = page["title"]
        check(f"{name}: title {title}", ("estimates" in title) ==
              (report["mode"] == "sampled"))
        wanted = largest_root(report, key)
        if wanted > 0:
            check(f"{name}: first row {page['top']}",
                  page["top"] == in_words(wanted, unit),
                  in_words(wanted, unit))


def check_folded(name, shown, report):
    check(f"{name}: no error", not shown["errors"], shown["errors"])
    near(name, shown["totals"][0], report, "bytes_allocated")
    missing = {f["function"] for s in report["sites"] for f in s["frames"]
               if f["file"] and "/samples/" in f["file"]}.difference(
                   shown["frames"])
    check(f"{name}: functions", not missing, missing)


def main():
    checks = {".dhat": check_dhat, ".speedscope": check_speedscope,
              ".folded": check_folded}
    with open(sys.argv[1]) as file:
        everything = json.load(file)
    for name, shown in everything.items():
        base, kind = os.path.splitext(name)
        with open(base + ".json") as file:
            checks[kind](f"{kind[1:]} {base}", shown, json.load(file))


main()
sys.exit(failures > 0)
