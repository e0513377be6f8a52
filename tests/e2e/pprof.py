# SPDX-License-Identifier: MIT
"""Reads exports to pprof with a decoder of its own and compares them.

usage: pprof.py file EXPORT REPORT	a plain export to report --json
       pprof.py raw EXPORT REPORT	one with --raw
       pprof.py lifetimes EXPORT REPORT	one with --lifetimes
       pprof.py tool EXPORT REPORT	what pprof made of one with -proto
       pprof.py total EXPORT		the sums of the values
       pprof.py labels EXPORT FUNCTION	values and labels of what it allocated
       pprof.py pages EXPORT FUNCTION CUM  pprof's pages name it, with this sum
"""
import collections
import gzip
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request

failures = 0


def check(name, holds, detail=""):
    global failures
    failures += not holds
    print("ok" if holds else "not ok", name,
          "" if holds else ": " + str(detail)[:600])


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """The fields of a message: number and value, an int or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        value, at = varint(data, at)
        if key & 7 == 2:
            at += value
            value = data[at - value:at]
            assert at <= len(data)
        else:
            assert key & 7 == 0, "wire type %d" % (key & 7)
        yield key >> 3, value


def packed(value):
    if isinstance(value, int):
        return [value]
    numbers, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        numbers.append(number)
    return numbers


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def message(data):
    """A message's fields by number, each a list."""
    found = collections.defaultdict(list)
    for number, value in fields(data):
        found[number].append(value)
    return found


def one(found, number, otherwise=0):
    assert len(found[number]) < 2
    return found[number][0] if found[number] else otherwise


class Profile:
    def __init__(self, path):
        self.bytes = open(path, "rb").read()
        top = message(gzip.decompress(self.bytes))
        self.top = top
        self.strings = [s.decode("utf-8") for s in top[6]]
        self.types = [self.value_type(v) for v in top[1]]
        self.mappings = {one(m, 1): m for m in map(message, top[3])}
        self.mapping_order = [one(message(m), 1) for m in top[3]]
        self.functions = {one(f, 1): f for f in map(message, top[5])}
        self.locations = {}
        for data in top[4]:
            found = message(data)
            self.locations[one(found, 1)] = (
                one(found, 2), one(found, 3),
                [self.line(line) for line in found[4]])
        self.samples = [self.sample(s) for s in top[2]]

    def text(self, found, number):
        return self.strings[one(found, number)]

    def value_type(self, data):
        found = message(data)
        return self.text(found, 1) + "/" + self.text(found, 2)

    def line(self, data):
        found = message(data)
        function = self.functions[one(found, 1)]
        return (self.text(function, 2), self.text(function, 4),
                signed(one(found, 2)), one(function, 5))

    def sample(self, data):
        found = message(data)
        labels = {}
        for label in map(message, found[3]):
            labels[self.text(label, 1)] = (self.text(label, 2)
                                           or (signed(one(label, 3)),
                                               self.text(label, 4)))
        ids = [i for value in found[1] for i in packed(value)]
        values = tuple(signed(v) for value in found[2] for v in packed(value))
        return ids, values, labels

    def total(self):
        return [sum(v) for v in zip(*(s[1] for s in self.samples))] or \
            [0] * len(self.types)

    def frames(self, ids):
        """Of a sample, leaf first: name, file, line and address."""
        return tuple((name, file, line, self.locations[i][1])
                     for i in ids
                     for name, file, line, _ in self.locations[i][2])


HEAP_TYPES = ["alloc_objects/count", "alloc_space/bytes",
              "inuse_objects/count", "inuse_space/bytes"]
HEAP_KEYS = ["allocations", "bytes_allocated", "leaked_blocks", "leaked_bytes"]
LIFETIME_TYPES = ["allocated_objects/count", "allocated_space/bytes",
                  "deallocated_objects/count", "deallocated_space/bytes",
                  "censored_allocated_objects/count",
                  "censored_allocated_space/bytes"]


def place(frame):
    if not frame["module"]:
        return frame["address"]
    return os.path.basename(frame["module"]) + "+" + frame["offset"]


def report_frames(site):
    return tuple((f["function"] or place(f), f["file"] or "", f["line"] or 0,
                  int(f["address"], 16) - 1) for f in site["frames"])


def check_header(p, report):
    top, text = p.top, p.strings
    comments = [text[n] for v in top[13] for n in packed(v)]
    # report --json has it as a double
    check("time", abs(one(top, 9) - report["start_realtime_ns"]) < 300)
    check("duration", one(top, 10) == report["totals"]["run_ns"])
    check("period type", p.value_type(one(top, 11)) == "space/bytes")
    check("period", one(top, 12) == (report["sample_bytes"] or 1))
    check("comments: command",
          "command: " + " ".join(report["arguments"]) in comments, comments)
    check("comments: mode",
          any(c.startswith("mode: " + report["mode"]) for c in comments))
    default = one(top, 14)
    check("the default type is no number of a type", default >= len(p.types))
    check("string 0 is empty", text[0] == "")
    check("strings are distinct", len(set(text)) == len(text))
    check("no name and no time in gzip's header", p.bytes[3:8] == bytes(5))
    check_drop_frames(text[one(top, 7)])
    return text[default]


def check_drop_frames(pattern):
    vector = "std::vector<int, std::allocator<int> >"
    for name in ["malloc", "calloc", "realloc", "posix_memalign", "strdup_",
                 "operator new", "operator new[]", "operator delete",
                 "std::__new_allocator<int>::allocate",
                 "__gnu_cxx::new_allocator<int>::allocate",
                 "std::allocator_traits<std::allocator<int> >::allocate",
                 "std::__1::allocator<int>::allocate", "__rust_alloc",
                 "alloc::alloc::exchange_malloc", "__rustc::__rust_realloc",
                 "<alloc::alloc::Global>::alloc_impl", "__rdl_alloc",
                 "<alloc::alloc::Global as core::alloc::Allocator>::grow",
                 "alloc::alloc::alloc_zeroed", vector + "::_M_allocate"]:
        check("hidden: " + name,
              bool(re.fullmatch(pattern, name)) == (name != "strdup_"))
    for name in ["main", "xmalloc", "mallocate", "operator newer", "Operator",
                 vector + "::push_back", "std::thread::thread",
                 "std::allocator_traits<std::allocator<int> >::construct<int>",
                 "std::_Rb_tree<int>::_M_create_node<int const&>",
                 "<alloc::vec::Vec<u8>>::with_capacity", "alloc::vec::grow",
                 "alloc::boxed::Box<T>::new", "alloc::allocate",
                 "std::function<void ()>::operator"]:
        check("not hidden: " + name, not re.fullmatch(pattern, name))


def executable_segments(path):
    """Address, offset, size of a file's executable segments, from its ELF
    header; and its build ID."""
    data = open(path, "rb").read()
    table, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    segments, build_id = [], ""
    for i in range(count):
        kind, flags, offset, address, _, stored, memory, align = \
            struct.unpack_from("<IIQQQQQQ", data, table + i * size)
        if kind == 1 and flags & 1:
            segments.append((address, offset, memory))
        at, end = offset, offset + stored
        while kind == 4 and at < end:
            pad = 8 if align == 8 else 4
            names, length, note = struct.unpack_from("<III", data, at)
            content = at + 12 + (names + pad - 1) // pad * pad
            if note == 3 and data[at + 12:at + 16] == b"GNU\0":
                build_id = data[content:content + length].hex()
            at = content + (length + pad - 1) // pad * pad
    return segments, build_id


def check_mappings(p, report):
    wrong, seen, nameless = [], {}, set()
    for site in report["sites"]:
        for f in site["frames"]:
            key = int(f["address"], 16) - 1
            base = int(f["address"], 16) - int(f["offset"] or "0", 16)
            seen[f["module"], key] = base
            if not f["function"]:
                nameless.add((f["module"], key))
    used = collections.defaultdict(set)
    for mapping, address, _ in p.locations.values():
        m = p.mappings.get(mapping)
        path = p.text(m, 5) if m else None
        used[mapping].add((path, address))
        if (path, address) not in seen:
            wrong.append(("not in the report", path, hex(address)))
        if m and not one(m, 2) <= address < one(m, 3):
            wrong.append(("outside", path, hex(address)))
    check("each location is in its mapping", not wrong, wrong)
    check("a location for each address",
          len(seen) == len(p.locations), (len(seen), len(p.locations)))
    first = p.mappings[p.mapping_order[0]]
    check("the program's mapping is the first",
          p.text(first, 5) == report["program"])
    for number, m in p.mappings.items():
        check_mapping(p, m, used[number], seen)
        flags = [one(m, n) for n in (7, 8, 9, 10)]
        whole = bool(used[number]) and not used[number] & nameless
        if p.functions or flags[0]:
            check("functions claimed by %s: %d" % (p.text(m, 5), flags[0]),
                  flags[0] == whole and (whole or not any(flags)), flags)


def check_mapping(p, m, used, seen):
    path = p.text(m, 5)
    if not used or not os.path.isfile(path):
        return
    base = seen[next(iter(used))]
    segments, build_id = executable_segments(path)
    wanted = [(base + (a & ~4095), base + ((a + n + 4095) & ~4095), o & ~4095)
              for a, o, n in segments]
    got = tuple(one(m, n) for n in (2, 3, 4))
    check("start, limit, offset of " + path, got in wanted, (got, wanted))
    check("build ID of " + path, p.text(m, 6) == build_id)


def check_values(p, report, keys):
    """Sums are right to the unit, or where estimates are rounded to the next;
    so is each sample."""
    slack = 1 if report["mode"] == "sampled" else 0
    totals = [report["totals"][k] for k in keys]
    check("totals: %s" % totals,
          all(abs(a - b) <= slack for a, b in zip(p.total(), totals)),
          (p.total(), totals))
    sites = collections.Counter()
    for site in report["sites"]:
        sites[report_frames(site)] += 1
    samples = collections.Counter(p.frames(s[0]) for s in p.samples)
    check("stacks, functions, files, lines of %d sites" % len(report["sites"]),
          sites == samples, list((sites - samples).items())[:2] +
          list((samples - sites).items())[:2])
    by_stack = {report_frames(s): s for s in report["sites"]}
    wrong = [(s[1], [by_stack[p.frames(s[0])][k] for k in keys])
             for s in p.samples if p.frames(s[0]) in by_stack]
    wrong = [w for w in wrong
             if any(abs(a - b) > slack for a, b in zip(*w))]
    check("values of each site", not wrong, wrong)


def check_file(p, report):
    default = check_header(p, report)
    check("types", p.types == HEAP_TYPES, p.types)
    check("default type", default == "inuse_space", default)
    check_mappings(p, report)
    check_values(p, report, HEAP_KEYS)
    check("each location has a line",
          all(lines for _, _, lines in p.locations.values()))
    late = [f for f in p.functions.values() if one(f, 5) >= 1 << 31]
    check("lines of functions", not late, late)


def check_raw(p, report):
    check_header(p, report)
    check("types", p.types == HEAP_TYPES, p.types)
    check_mappings(p, report)
    check("no functions, no lines", not p.functions and
          not any(lines for _, _, lines in p.locations.values()))
    check("totals", p.total() == [report["totals"][k] for k in HEAP_KEYS])
    stacks = collections.Counter(
        tuple(int(f["address"], 16) - 1 for f in s["frames"]
              if not f["inlined"]) for s in report["sites"])
    check("stacks", stacks == collections.Counter(
        tuple(p.locations[i][1] for i in s[0]) for s in p.samples))


def check_lifetimes(p, report):
    t = report["totals"]
    exact = report["mode"] == "exact"
    default = check_header(p, report)
    check("types", p.types == LIFETIME_TYPES, p.types)
    check("default type", default == "deallocated_space", default)
    total = p.total()
    slack = 0 if exact else 2
    check("allocated are deallocated", total[:2] == total[2:4], total)
    check("deallocated", abs(total[2] - t["frees"]) <= slack, total)
    check("all", abs(total[0] + total[4] - t["allocations"]) <= slack and
          abs(total[1] + total[5] - t["bytes_allocated"]) <= slack, total)
    sites, wrong = collections.defaultdict(lambda: [0, 0.0]), []
    for ids, values, labels in p.samples:
        thread = labels["active thread"]
        times = [labels.get(k + "_lifetime") for k in ("min", "avg", "max",
                                                       "stddev")]
        if thread == "none":
            if any(times) or any(values[:4]):
                wrong.append((values, labels))
            continue
        if (thread not in ("same", "different") or any(values[4:]) or
                any(unit != "nanoseconds" for _, unit in times)):
            wrong.append((values, labels))
            continue
        low, mean, high, deviation = (n for n, _ in times)
        if not (0 <= low <= mean <= high and deviation <= high - low + 1):
            wrong.append((values, labels))
        site = sites[p.frames(ids)]
        site[0] += values[2]
        site[1] += values[2] * mean
    check("labels", not wrong, wrong)
    if exact:
        wrong = [(s["id"], sites[report_frames(s)], s["mean_lifetime_ns"])
                 for s in report["sites"] if s["frees"] and
                 abs(sites[report_frames(s)][1] / s["frees"] -
                     s["mean_lifetime_ns"]) > 1 + 1e-6 * s["mean_lifetime_ns"]]
        check("mean lifetimes", not wrong, wrong)


def simplified(name):
    """As pprof compares a name with drop_frames: up to its parameters."""
    for m in re.finditer(r"\(anonymous namespace\)|operator\(\)|\(", name):
        if m.group() == "(":
            return name[:m.start()]
    return name


def visible(frames, pattern):
    """What drop_frames leaves of a stack: the callers of the outermost frame
    that matches."""
    for i in range(len(frames) - 2, -1, -1):
        if re.fullmatch(pattern, simplified(frames[i])):
            return frames[i + 1:]
    return frames


def check_tool(p, report):
    """pprof's own copy: as ours, less the frames that it hides."""
    pattern = p.strings[one(p.top, 7)]
    check("types", p.types == HEAP_TYPES, p.types)
    check("totals", p.total() == [report["totals"][k] for k in HEAP_KEYS])
    ours, theirs = collections.Counter(), collections.Counter()
    for site in report["sites"]:
        frames = tuple(f[0] for f in report_frames(site))
        ours[visible(frames, pattern)] += site["bytes_allocated"]
    for ids, values, _ in p.samples:
        theirs[tuple(f[0] for f in p.frames(ids))] += values[1]
    check("names, inlined ones too, of %d stacks" % len(ours), ours == theirs,
          list((ours - theirs).items())[:1] + list((theirs - ours).items())[:1])


def print_labels(p, function):
    for ids, values, labels in p.samples:
        if any(f[0].startswith(function) for f in p.frames(ids)):
            print(labels["active thread"], *values,
                  *(labels.get(k + "_lifetime", ("-",))[0]
                    for k in ("min", "avg", "max")))


def fetch(url):
    """A page, from a server that may not listen yet."""
    for patience in range(50, -1, -1):
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.URLError as error:
            if not patience or not isinstance(error.reason, OSError):
                return str(error)
            time.sleep(0.2)


def check_pages(path, function, cum):
    server = subprocess.Popen(
        ["timeout", "60", "go", "tool", "pprof", "-no_browser",
         "-http=127.0.0.1:", path],
        stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        line = server.stderr.readline()
        address = re.search(r"http://[0-9.:]+", line)
        check("pprof serves pages", address, line)
        for page in ["", "flamegraph", "peek", "source", "top"]:
            if page == "" and not shutil.which("dot"):
                print("skip page /ui/: no graphviz")
                continue
            query = "?si=alloc_space" + ("&f=" + function if page in
                                         ("peek", "source") else "")
            url = address.group() + "/ui/" + page + query
            text = fetch(url)
            check("page /ui/%s names %s" % (page, function),
                  function in text, text[-300:])
            if page == "top":
                row = re.search(r'"Name":"%s[^}]*"Cum":(\d+)' %
                                re.escape(function), text)
                check("page /ui/top: %s bytes" % cum,
                      row and row.group(1) == cum, row)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def main():
    what, export = sys.argv[1:3]
    if what == "pages":
        check_pages(export, *sys.argv[3:])
        sys.exit(failures > 0)
    p = Profile(export)
    if what == "total":
        print(*p.total())
    elif what == "labels":
        print_labels(p, sys.argv[3])
    else:
        with open(sys.argv[3]) as f:
            report = json.load(f)
        {"file": check_file, "raw": check_raw, "tool": check_tool,
         "lifetimes": check_lifetimes}[what](p, report)
    sys.exit(failures > 0)


main()
