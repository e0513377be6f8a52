# SPDX-License-Identifier: MIT
"""Compares what export writes of dumps to report --json of them.

usage: formats.py HEAPWISE DUMP...
       formats.py --valgrind OURS THEIRS SOURCE

Each format is read by the rules of its readers, not of its writer. --valgrind
compares two dhat files of one program, the second written by valgrind itself,
in the program points that have frames in SOURCE.
"""
import csv
import io
import json
import math
import os
import re
import subprocess
import sys

METRICS = {  # of --metric, in the order of the speedscope profiles
    "bytes": ("bytes_allocated", "bytes"),
    "allocations": ("allocations", "none"),
    "leaked": ("leaked_bytes", "bytes"),
    "peak": ("peak_bytes", "bytes"),
    "at-peak": ("at_peak_bytes", "bytes"),
    "temporary": ("temporary", "none"),
}
POINT = {"tb": "bytes_allocated", "tbk": "allocations",
         "mb": "peak_bytes", "mbk": "peak_blocks",
         "gb": "at_peak_bytes", "gbk": "at_peak_blocks",
         "eb": "leaked_bytes", "ebk": "leaked_blocks"}
# flamegraph.pl's and inferno's idea of a line; what is before the value may
# not end in another one, which they would take for a difference.
FOLDED = re.compile(rb"^(.*)\s+?(\d+(?:\.\d*)?)$")
ALLOCATOR = re.compile(r"operator new|allocat|__rust_|_M_(create|get)_node|"
                       r"_M_create")
failures = 0


def check(name, good, detail=""):
    global failures
    failures += not good
    print(f"ok {name}" if good else f"not ok {name}: {detail}"[:600])


def heapwise(*arguments):
    return subprocess.run([sys.argv[1], *arguments], check=True, timeout=60,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def name_of(frame):
    if frame["function"] is not None:
        return frame["function"]
    if frame["module"] is None:
        return frame["address"]
    return os.path.basename(frame["module"]) + "+" + frame["offset"]


def same_name(got, wanted):
    """JSON has U+FFFD in place of what is no UTF-8: nothing is known of it."""
    if "\ufffd" in wanted:
        return len(got) > 0
    escaped = "".join(
        {"\n": "\\n", "\t": "\\t"}.get(c, f"\\x{ord(c):02x}")
        if ord(c) < 32 or ord(c) == 127 else c for c in wanted)
    return got == re.sub(r" (?=\d[\d.]*$)", "_", escaped.replace(";", ":"))


def unlike(got, site, same):
    """Frames, root first, that are not the site's but for the allocator's."""
    wanted = site["frames"][::-1]
    if len(got) > len(wanted):
        return f"{got} has more frames than {len(wanted)}"
    left_out = [name_of(f) for f in wanted[len(got):]]
    if any(not ALLOCATOR.search(name) for name in left_out):
        return f"{left_out} left out"
    for have, frame in zip(got, wanted):
        if not same(have, frame):
            return f"{have} is not {frame}"
    return ""


def having(report, key):
    return [s for s in report["sites"] if s[key] >= 1]


def check_folded(name, dump, report):
    for metric, (key, _) in METRICS.items():
        lines = heapwise("export", "--format=folded", f"--metric={metric}",
                         dump).split(b"\n")
        problem = "" if lines.pop() == b"" else "no newline at its end"
        sites = having(report, key)
        if len(lines) != len(sites):
            problem = f"{len(lines)} lines, {len(sites)} sites"
        for line, site in zip(lines, sites):
            match = FOLDED.match(line)
            if not match or FOLDED.match(match[1]):
                problem = problem or f"{line} has not one value"
                continue
            frames = match[1].decode().split(";")
            if site["frames_truncated"]:
                problem = problem or (frames[0] != "[truncated]" and
                                      f"{line} has all its callers")
                frames.pop(0)
            if "" in frames:
                problem = problem or f"{line} has a frame without a name"
            if int(match[2]) != site[key]:
                problem = problem or f"{line} is not {site[key]}"
            problem = problem or unlike(
                frames, site, lambda have, f: same_name(have, name_of(f)))
        check(f"{name}: folded {metric}, {len(lines)} lines", not problem,
              problem)


def same_frame(have, frame):
    file, line = frame["file"], frame["line"] or None
    return have == {"name": name_of(frame)} if file is None else (
        have["name"] == name_of(frame) and have["file"] == file and
        have.get("line") == line)


def check_speedscope(name, dump, report):
    data = json.loads(heapwise("export", "--format=speedscope", dump))
    frames = data["shared"]["frames"]
    kinds = {json.dumps(f, sort_keys=True) for f in frames}
    check(f"{name}: speedscope, {len(frames)} frames, each once",
          len(kinds) == len(frames) and data["$schema"] ==
          "https://www.speedscope.app/file-format-schema.json")
    check(f"{name}: speedscope has every metric",
          len(data["profiles"]) == len(METRICS))
    for profile, (key, unit) in zip(data["profiles"], METRICS.values()):
        sites = having(report, key)
        problem = ""
        if profile["type"] != "sampled" or profile["unit"] != unit:
            problem = f"{profile['type']}, unit {profile['unit']}"
        if profile["weights"] != [s[key] for s in sites]:
            problem = "other weights"
        if profile["endValue"] != sum(profile["weights"]):
            problem = "endValue is not the sum"
        if len(profile["samples"]) != len(sites):
            problem = f"{len(profile['samples'])} samples, {len(sites)} sites"
        for sample, site in zip(profile["samples"], sites):
            got = [frames[i] for i in sample]
            if site["frames_truncated"] and got.pop(0) != {
                    "name": "[truncated]"}:
                problem = problem or f"{got} has all its callers"
            problem = problem or unlike(got, site, same_frame)
        if sampled(report) != ("estimate" in profile["name"]):
            problem = f"named {profile['name']}"
        check(f"{name}: speedscope {profile['name']}", not problem, problem)


def dhat_frame(frame):
    where = ""
    if frame["file"]:
        where = f" ({frame['file']}" + (
            f":{frame['line']})" if frame["line"] else ")")
    elif frame["module"]:
        where = f" (in {frame['module']})"
    address = f"0x{int(frame['address'], 16):X}"
    unknown = frame["function"] is None and frame["module"] is None
    return f"{address}: {'???' if unknown else name_of(frame)}{where}"


def unlike_lifetimes(point, site):
    """Blocks that were not freed have lived, too; means are of freed ones."""
    if site["mean_lifetime_ns"] is None:
        return point["tl"] < 0 or site["leaked_blocks"] == 0 and point["tl"]
    freed = site["mean_lifetime_ns"] * site["frees"] / 1000
    if site["leaked_blocks"] == 0:
        return abs(point["tl"] - freed) > 1 + freed * 1e-6
    return point["tl"] < math.floor(freed * (1 - 1e-6))


def check_dhat(name, dump, report):
    data = json.loads(heapwise("export", "--format=dhat", dump))
    problem = ""
    for key, value in {"dhatFileVersion": 2, "verb": "Allocated", "bklt": True,
                       "bkacc": False, "tu": "µs", "Mtu": "s",
                       "pid": report["pid"],
                       "cmd": " ".join(report["arguments"])}.items():
        if data[key] != value:
            problem = f"{key} is {data[key]}"
    check(f"{name}: dhat header", not problem, problem)
    check(f"{name}: dhat mode {data['mode']}",
          sampled(report) == ("estimate" in data["mode"]))
    totals = report["totals"]
    check(f"{name}: dhat times {data['tg']}, {data['te']}",
          abs(data["te"] - max(totals["run_ns"] / 1000, 1)) <= 1 and
          abs(data["tg"] - totals["peak_at_ns"] / 1000) <= 1)
    # The viewer gives up where two points have the same frames.
    stacks = {tuple(p["fs"]) for p in data["pps"]}
    check(f"{name}: dhat, {len(stacks)} points, no two alike",
          len(stacks) == len(data["pps"]) == len(report["sites"]) and
          data["ftbl"][0] == "[root]" and
          not any(0 in s or len(s) == 0 for s in stacks))
    problem = ""
    for point, site in zip(data["pps"], report["sites"]):
        got = [data["ftbl"][i] for i in point["fs"]]
        wanted = [dhat_frame(f) for f in site["frames"]]
        if site["frames_truncated"]:
            wanted.append("[callers not recorded]")
        if got != wanted:
            problem = problem or f"{got} is not {wanted}"
        for key, figure in POINT.items():
            if point[key] != site[figure]:
                problem = problem or f"{key}: {point[key]}, {site[figure]}"
        if not sampled(report) and unlike_lifetimes(point, site):
            problem = problem or f"{point['tl']} us in {site}"
    check(f"{name}: dhat points", not problem, problem)


def check_csv(name, dump, report):
    text = heapwise("export", "--format=csv", dump)
    rows = list(csv.reader(io.StringIO(text.decode(), newline=""),
                           strict=True))
    keys = rows.pop(0)
    check(f"{name}: csv, {len(rows)} rows of {len(keys)} cells",
          len(rows) == len(report["sites"]) and
          {len(r) for r in rows} <= {len(keys)} and
          text.endswith(b"\r\n") and text.count(b"\r\n") == len(rows) + 1)
    problem = ""
    for row, site in zip(rows, report["sites"]):
        cells = dict(zip(keys, row))
        frames = " < ".join([name_of(f) for f in site["frames"]] +
                            ["..."] * site["frames_truncated"])
        if cells.pop("frames") != frames:
            problem = problem or f"{row} is not {frames}"
        if cells.pop("id") != site["id"]:
            problem = problem or f"{row} is not {site['id']}"
        for key, cell in cells.items():
            wanted = site[key]
            if (wanted is None) != (cell == "") or (
                    cell and abs(int(cell) - wanted) > 0.5):
                problem = problem or f"{key}: {cell}, {wanted}"
    check(f"{name}: csv cells", not problem, problem)


def sampled(report):
    return report["mode"] == "sampled"


def check_totals(name, report):
    """What sites have together is the total, but for rounding."""
    for key in ("bytes_allocated", "allocations", "leaked_bytes", "temporary",
                "at_peak_bytes"):
        total = sum(s[key] for s in report["sites"])
        off = abs(total - report["totals"][key])
        most = len(report["sites"]) / 2 + 1 if sampled(report) else 0
        check(f"{name}: sites have {total} {key} together", off <= most,
              f"not {report['totals'][key]}")


def points(path, source):
    """Frames in the source file, and what was allocated there."""
    with open(path) as file:
        data = json.load(file)
    result = {}
    for point in data["pps"]:
        frames = tuple(
            re.sub(r"^0x[0-9A-F]+: (\S+) \((?:.*/)?([^/]+)\)$", r"\1 \2", f)
            for f in (data["ftbl"][i] for i in point["fs"])
            if re.search(rf"[(/]{re.escape(source)}:", f))
        if frames:
            at = result.setdefault(frames, [])
            at.append([point[key] for key in POINT])
    return result


def check_valgrind(ours, theirs, source):
    ours, theirs = points(ours, source), points(theirs, source)
    check(f"valgrind: {len(theirs)} points in {source}",
          ours == theirs and theirs, f"{ours} is not {theirs}")


def main():
    if sys.argv[1] == "--valgrind":
        check_valgrind(*sys.argv[2:])
        return
    for dump in sys.argv[2:]:
        name = os.path.basename(dump).removesuffix(".hwd")
        text = heapwise("export", "--format=json", dump)
        check(f"{name}: json is that of report",
              text == heapwise("report", "--json", dump))
        report = json.loads(text)
        check_totals(name, report)
        for of_format in (check_folded, check_speedscope, check_dhat,
                          check_csv):
            of_format(name, dump, report)


main()
sys.exit(failures > 0)
