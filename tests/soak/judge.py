# SPDX-License-Identifier: MIT
"""What must hold of a recorded soak run: (does it?, what) for each thing."""
import glob
import os

import dumps
import ledger
import memory

MIB, PAGE = 1 << 20, 4096
MOST_BYTES = 64 * MIB
# Buffers grow when the collector comes late, up to a bound, RING_BUFFERS_MAX.
BUFFERS_BYTES = 40 * MIB
# All else stays, since the same stacks, modules and threads come again and
# again: no module is new; some stacks are rare, as when a thread ends in the
# midst of another's call; 16 pages are for ours that a deeper walk touches.
GROWTH = {"nodes": 64, "modules": 0, "nameless": 16 * PAGE,
          "collector": 16 * PAGE, "descriptors": 2, "threads": 1,
          "mappings": 16, "collector_descriptors": 8, "collector_threads": 0}


def wanted(book):
    """{(account, kind, field): n} of the program's own process."""
    names = ["worker %d" % i for i in range(ledger.WORKERS)]
    names += ["handler", "main"]
    names += ["plugin %d" % i for i in range(ledger.PLUGINS)]
    found = {}
    for number, name in enumerate(names):
        for kind, count in book.account(number).items():
            for field, n in count._asdict().items():
                found[name, kind, field] = n
    return found


def differences(counted, recorded):
    return ["%s: %d counted, %+d recorded" % (
        " ".join(key), counted.get(key, 0),
        recorded.get(key, 0) - counted.get(key, 0))
        for key in sorted({*counted, *recorded})
        if counted.get(key, 0) != recorded.get(key, 0)]


def unfinished(counted, recorded, most):
    """Moves calls whose stack ends before its thread's function, at most so
    many, to the account that lacks them. Returns how many."""
    moved = 0
    for account, kind, field in [key for key in recorded if key[0] == "other"]:
        left = recorded[account, kind, field]
        for key in counted:
            lacks = min(left, counted[key] - recorded[key])
            if key[1:] == (kind, field) and lacks > 0:
                recorded[key] += lacks
                left -= lacks
                moved += lacks if field == "calls" else 0
        recorded[account, kind, field] = left
    return moved if moved <= most else -1


def exact_totals(book, dump, report):
    """By account and kind, and of all that reached the allocator."""
    counted = wanted(book)
    recorded = dumps.by_place(report)
    short = unfinished(counted, recorded, dump.info["lost"]["failed_unwinds"])
    wrong = differences(counted, recorded)
    yield not wrong and short >= 0, \
        "%d accounts and kinds are exact, %d stacks are short%s" % (
            len(counted) // 3, short,
            "".join("\n#   " + line for line in wrong[:20]))
    totals = report["totals"]
    early = dump.info["lost"]["early_events"]
    for ours, key in (("heap_calls", "allocations"), ("heap_frees", "frees"),
                      ("heap_bytes", "bytes_allocated")):
        n = getattr(book, ours)
        more = totals[key] - n
        yield more == 0, "%s: %s reached the allocator, %s recorded%s" % (
            key, format(n, ","), format(totals[key], ","),
            " (%+d)" % more if more else "")
    yield early == 0, "%d events before the start" % early


def exact_threads(dump, book):
    """The same calls by the thread that made them, over all its lives."""
    report = dump.ask("report", "--by=thread", "--limit=0", "--focus=^work$",
                      "--ignore=^(handler_malloc|leak|run_child)$")
    found = {}
    for row in report["sites"]:
        name = row["name"].split()[0]
        for field, key in (("calls", "allocations"), ("frees", "frees"),
                           ("bytes", "bytes_allocated")):
            found[name, field] = found.get((name, field), 0) + row[key]
    counted = {}
    for number in range(ledger.WORKERS):
        for count in book.account(number).values():
            for field, n in count._asdict().items():
                key = "worker%d" % number, field
                counted[key] = counted.get(key, 0) + n
    wrong = differences(counted, found)
    lacks = [counted[key] - found.get(key, 0) for key in counted]
    short = sum(counted[key] - found.get(key, 0) for key in counted
                if key[1] == "calls")
    yield min(lacks) >= 0 and \
        short <= dump.info["lost"]["failed_unwinds"] and \
        (short > 0 or not wrong), \
        "16 threads, %d lives, are exact, %d stacks are short%s" \
        % (len(report["sites"]), short,
           "".join("\n#   " + line for line in wrong[:20] if not short))


def estimates(book, report):
    """Of a sample: five standard errors; an interval's half has 1.96."""
    totals = report["totals"]
    for ours, key in (("heap_calls", "allocations"),
                      ("heap_bytes", "bytes_allocated")):
        n = getattr(book, ours)
        half = (totals[key + "_high"] - totals[key + "_low"]) / 2
        yield abs(totals[key] - n) <= half * 5 / 1.96, \
            "%s: %s reached the allocator, %s ± %s estimated" % (
                key, *(format(int(x), ",") for x in (n, totals[key], half)))


def flat(run):
    """From minute 5 to 10 and in the last 5; a short run is still growing."""
    end = run.samples[-1]["at"]
    most = max(sample["ring"] + sample["nameless"] for sample in run.samples)
    yield most <= MOST_BYTES, "at most %.1f MiB in the target" % (most / MIB)
    most = max(sample.get("buffers", 0) for sample in run.samples)
    yield 0 < most <= BUFFERS_BYTES, "... of it %.1f MiB of buffers" % (
        most / MIB)
    if end < 1200:
        return
    for key, more in GROWTH.items():
        if not any(key in sample for sample in run.samples):
            continue   # no collector
        was = memory.window(run.samples, key, 300, 600)
        now = memory.window(run.samples, key, end - 300, end)
        unit, name = (MIB, " MiB") if more > PAGE else (1, "")
        yield was > 0 and now - was <= more, \
            "%s: %.10g%s in minutes 5 to 10, %.10g%s in the last 5" % (
                key, was / unit, name, now / unit, name)


def left_over(run):
    """Only dumps are left, and those of children are gone already."""
    kept = {run.place + "/out/d.hwd"}
    if run.way == "sample":
        kept |= {path for path in glob.glob(run.place + "/out/d.hwd.*")
                 if not path.endswith((".ring", ".new"))}
    left = sorted(set(glob.glob(run.place + "/out/*")) - kept) + \
        glob.glob(run.place + "/tmp/*")
    yield not left, "no file is left%s" % "".join(
        "\n#   %s, %d bytes" % (path, os.path.getsize(path))
        for path in left[:10])


def program(run):
    book = run.book
    yield run.status == 0 and book.ended == 1, \
        "the program ended with status %d" % run.status
    yield book.damaged == 0 and book.failed_calls == 0, \
        "%d blocks damaged, %d calls failed" % (book.damaged,
                                                book.failed_calls)
    print("# " + ", ".join("%s %s" % (format(getattr(book, key), ","), key)
                           for key in ledger.FIELDS[4:12]))
    yield book.dlopens > 0 and book.same_place > 0, \
        "%d plugins lay where another one was" % book.same_place


def of_children(run, dump):
    seen = run.children.seen
    print("# children: " + ", ".join("%d %s" % (n, what)
                                     for what, n in sorted(seen.items())))
    wrong = run.children.problems
    yield not wrong, "%d children, %d dumps of theirs are exact%s" % (
        seen["children"], seen["dumps"],
        "".join("\n#   " + line for line in wrong[:20]))
    yield seen["children"] == run.book.forks, \
        "%d children ended" % run.book.forks
    execed = dump.info["notes"]["execed_children"]
    yield execed == seen["trifles"], \
        "%d execed at once, %d without a dump" % (execed, seen["trifles"])


def verdicts(run, dump):
    yield from program(run)
    yield dump.status == 0, "check: %s" % dump.said
    lost = dump.lost()
    info = dump.info
    print("# %s events, %d threads, %d nodes, %d modules, dump of %.1f MiB; "
          "lost %s; notes %s" % (
              format(info["events"], ","), info["threads"],
              info["stack_nodes"], info["modules"],
              os.path.getsize(dump.path) / MIB,
              {k: v for k, v in info["lost"].items() if v},
              {k: v for k, v in info["notes"].items() if v}))
    yield not lost, "nothing is lost: %s" % (lost or "0")
    if run.way != "preload":
        yield not info["notes"]["drainer_taken_over"], "the collector stayed"
    report = dump.sites()
    if run.way == "sample":
        yield from estimates(run.book, report)
    else:
        yield from of_children(run, dump)
        yield from exact_totals(run.book, dump, report)
        yield from exact_threads(dump, run.book)
    yield from flat(run)
    yield from left_over(run)
