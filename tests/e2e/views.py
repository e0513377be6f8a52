# SPDX-License-Identifier: MIT
"""What the views of a dump must be, worked out slowly from all its sites.

views.py ALL.json VIEW.json by WHAT [all]   rows by function, file or line
views.py ALL.json VIEW.json filter          the patterns that VIEW.json names
views.py ALL.json VIEW.json tree PERCENT [all]   a tree, its nodes and figures

ALL.json is what `export --format=json` prints, VIEW.json what `report --json`
does. Prints the first differences; the exit status says whether there are any.
"""
import collections
import functools
import json
import re
import sys

SUMS = ("allocations", "bytes_allocated", "frees", "leaked_bytes",
        "leaked_blocks", "at_peak_bytes", "temporary")


def base(path):
    return path.rstrip("/").rsplit("/", 1)[-1] if path else None


def function(frame):
    """Its name, or its place."""
    if frame["function"] is not None:
        return frame["function"]
    if frame["module"] is None:
        return frame["address"]
    return "%s+%s" % (base(frame["module"]), frame["offset"])


def is_allocator(frame):
    return is_allocator_name(frame["function"] or "")


@functools.lru_cache(None)
def is_allocator_name(name):
    return (name.startswith(("operator new(", "operator new[](",
                             "std::allocator<", "std::allocator_traits<",
                             "std::__new_allocator<",
                             "__gnu_cxx::new_allocator<",
                             "__gnu_cxx::__alloc_traits<")) or
            any(part in name for part in (
                "::_M_allocate(", "::_M_get_node(", "::_M_create(",
                "::_M_allocate_node<", "::_M_create_node<")))


def qualified(name):
    """A demangled name without its return type, which templates have."""
    depth, start = 0, 0
    for i, c in enumerate(name):
        if c in "<([{" and not name[:i].endswith("operator"):
            if c == "(" and depth == 0 and i > start:
                break
            depth += 1
        elif c in ">)]}" and name[i - 1] != "-":
            depth -= 1
        elif c == " " and depth == 0:
            if name[:i].endswith("operator"):
                break
            start = i + 1
    return name[start:]


@functools.lru_cache(None)
def is_library_name(name):
    return qualified(name).startswith(("std::", "__gnu_cxx::"))


def is_library(frame):
    return is_library_name(frame["function"] or "")


def is_start(frame):
    return frame["function"] == "_start" or (
        (frame["function"] or "").startswith(
            ("__libc_start_main", "__libc_start_call_main", "start_thread",
             "clone")) and (base(frame["module"]) or "").startswith("libc.so"))


def group(frames, what, everything):
    """The key of a stack by function, file or line."""
    inner = 0
    if not everything:
        while inner < len(frames) and is_allocator(frames[inner]):
            inner += 1
        if inner == len(frames):
            return "(unknown)"
        if is_library(frames[inner]):
            end = inner
            while end < len(frames) and is_library(frames[end]):
                end += 1
            if what == "function" or end == len(frames):
                inner = end - 1
            else:
                inner = end
    frame = frames[inner]
    if what == "function" or frame["file"] is None:
        return (function(frame), frame["module"])
    if what == "file":
        return frame["file"]
    return (frame["file"], frame["line"])


def key_of_row(row, what):
    if row["name"] == "(unknown)":
        return row["name"]
    if what == "function" or row["file"] is None:
        return (row["name"], row["module"])
    if what == "file":
        return row["file"]
    return (row["file"], row["line"])


def rows_by(everything, view, what, all_frames):
    expected, got = {}, {}
    for site in everything["sites"]:
        key = group(site["frames"], what, all_frames)
        sums = expected.setdefault(key, collections.Counter())
        for figure in SUMS:
            sums[figure] += site[figure]
    for row in view["sites"]:
        got[key_of_row(row, what)] = {f: row[f] for f in SUMS}
    return {k: dict(v) for k, v in expected.items()}, got


def matches(frames, patterns):
    return any(re.search(p, text) for p in patterns for f in frames
               for text in (function(f), f["file"] or "", f["module"] or ""))


def filtered(everything, view):
    focus, ignore = view["filter"]["focus"], view["filter"]["ignore"]
    expected, sums = {}, collections.Counter({f: 0 for f in SUMS})
    for site in everything["sites"]:
        if focus and not matches(site["frames"], focus):
            continue
        if matches(site["frames"], ignore):
            continue
        expected[site["id"]] = {f: site[f] for f in SUMS + ("peak_bytes",)}
        for figure in SUMS:
            sums[figure] += site[figure]
    expected["total"] = dict(sums)
    expected["of"] = {f: everything["totals"][f]
                      for f in SUMS + ("peak_bytes",)}
    got = {row["id"]: {f: row[f] for f in SUMS + ("peak_bytes",)}
           for row in view["sites"]}
    got["total"] = {f: view["totals"][f] for f in SUMS}
    got["of"] = {f: view["filter"]["of"][f] for f in SUMS + ("peak_bytes",)}
    return expected, got


def path(frames, down, all_frames):
    """The names of a stack that a tree shows, from its first node on."""
    kept = [f for f in frames
            if all_frames or not (is_allocator(f) or is_start(f))]
    if not all_frames:
        kept = [f for i, f in enumerate(kept)
                if not (is_library(f) and i + 1 < len(kept) and
                        is_library(kept[i + 1]))]
    names = []
    for f in reversed(kept) if down else kept:
        name = (function(f), f["module"])
        if not names or names[-1] != name:
            names.append(name)
    return names


def tree(everything, view, all_frames):
    down = view["tree_direction"] == "down"
    figures = [f for f in SUMS if f in view["tree"][0]]
    expected, got, paths = {}, {}, []
    for site in everything["sites"]:
        names = path(site["frames"], down, all_frames)
        for end in range(len(names) + 1):
            sums = expected.setdefault(tuple(names[:end]),
                                       collections.Counter())
            for figure in figures:
                sums[figure] += site[figure]
    for node in view["tree"]:
        if node["parent"] is None:
            at = ()
        else:
            at = paths[node["parent"]] + ((node["function"], node["module"]),)
        paths.append(at)
        got[at] = {f: node[f] for f in figures}
    main = {"calls": "allocations", "bytes": "bytes_allocated",
            "leaked": "leaked_bytes", "blocks": "leaked_blocks",
            "at-peak": "at_peak_bytes"}.get(view["sort"], view["sort"])
    least = expected[()][main] * float(SHARE) / 100
    return {k: dict(v) for k, v in expected.items()
            if not k or (v[main] >= least and v[main] > 0)}, got


with open(sys.argv[1]) as f:
    ALL = json.load(f)
with open(sys.argv[2]) as f:
    VIEW = json.load(f)
ARGS = sys.argv[3:]
SHARE = 1
if ARGS[0] == "tree":
    SHARE = ARGS[1]
    WANTED, GOT = tree(ALL, VIEW, "all" in ARGS)
elif ARGS[0] == "filter":
    WANTED, GOT = filtered(ALL, VIEW)
else:
    WANTED, GOT = rows_by(ALL, VIEW, ARGS[1], "all" in ARGS)
different = [k for k in set(WANTED) | set(GOT) if WANTED.get(k) != GOT.get(k)]
for k in different[:5]:
    print(k, "expected", WANTED.get(k), "got", GOT.get(k))
print(len(WANTED), "compared,", len(different), "different")
sys.exit(bool(different) or not WANTED)
