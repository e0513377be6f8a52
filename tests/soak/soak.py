# SPDX-License-Identifier: MIT
"""soak.py HEAPWISE LIBRARY PROGRAMS: records the soak program and compares.

MINUTES (30) of it, divided among the WAYS: record, preload (without a
collector), sample, glibc (record, with libc's allocator). While it runs, every
child's dumps are compared to what the child counted, and what the recording
takes is looked at. In the end the program's own dump must have every call, by
thread and kind; nothing may have grown but the dump; no file may be left. WORK
is where all of that is (a temporary directory); it is kept if something is
wrong.
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import children
import dumps
import judge
import ledger
import memory

HEAPWISE, LIBRARY, PROGRAMS = (os.path.abspath(path) for path in sys.argv[1:4])
MINUTES = float(os.environ.get("MINUTES", "30"))
WAYS = os.environ.get("WAYS", "record").split()
SAMPLE = "16K"


def start(way, place, seconds):
    command = [PROGRAMS + "/soak", place + "/ledger", str(int(seconds))]
    environment = dict(os.environ, TMPDIR=place + "/tmp")
    dump = place + "/out/d.hwd"
    if way == "glibc":
        environment["SOAK_HEAP"] = "glibc"
    if way == "preload":
        environment.update(LD_PRELOAD=LIBRARY, HEAPWISE_OUTPUT=dump)
    else:
        options = ["--sample", SAMPLE] if way == "sample" else []
        command = [HEAPWISE, "record", *options, "-o", dump, "--", *command]
    return subprocess.Popen(command, env=environment, cwd=place)


def wait_for_book(place, process):
    for _ in range(6000):
        path = place + "/ledger"
        if os.path.exists(path) and os.path.getsize(path) == ledger.BYTES:
            book = ledger.Ledger(path)
            if book.magic == ledger.MAGIC:
                return book
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise RuntimeError("the program did not start: %s" % process.poll())


class Run:
    def __init__(self, way, place, seconds):
        self.way, self.place, self.seconds = way, place, seconds
        for name in ("out", "tmp", "kept"):
            os.makedirs(place + "/" + name)
        self.began = time.monotonic()
        self.process = start(way, place, seconds)
        self.book = wait_for_book(place, self.process)
        self.children = children.Children(HEAPWISE, self.book,
                                          place + "/out", place + "/kept")
        self.children.collected = way != "preload"
        self.samples = []

    def watch(self):
        every = min(10, self.seconds / 20)
        collector = 0
        while self.process.poll() is None:
            at = time.monotonic() - self.began
            if at > self.seconds + 300:
                self.process.kill()
                raise RuntimeError("does not end")
            collector = collector or memory.find_collector(
                self.place + "/out/d.hwd.ring")
            sample = self.sample(at, collector)
            if sample["threads"] > 2:    # else it is about to end
                self.samples.append(sample)
                self.tell()
            until = time.monotonic() + every
            if self.way != "sample":
                self.children.look()
            while self.process.poll() is None and time.monotonic() < until:
                time.sleep(0.05)

    def sample(self, at, collector):
        figures = {"at": at, **memory.target(self.book.pid),
                   **memory.ring(self.place + "/out/d.hwd.ring")}
        if collector:
            figures.update(memory.collector(collector))
        figures["files"] = len(glob.glob(self.place + "/out/*"))
        figures["dump"] = os.path.getsize(self.place + "/out/d.hwd")
        return figures

    def tell(self):
        if len(self.samples) % 12 == 1:
            print("# %s" % json.dumps({k: v for k, v in
                                       self.samples[-1].items()}), flush=True)

    def finish(self):
        self.status = self.process.wait()
        if self.way != "sample":
            self.children.finish()
        with open(self.place + "/samples.json", "w", encoding="utf-8") as file:
            json.dump(self.samples, file)
        return judge.verdicts(self, dumps.Dump(HEAPWISE, self.place +
                                               "/out/d.hwd"))


def main():
    work = os.environ.get("WORK") or tempfile.mkdtemp(prefix="heapwise-soak.")
    bad = 0
    for way in WAYS:
        place = "%s/%s" % (work, way)
        shutil.rmtree(place, ignore_errors=True)
        run = Run(way, place, MINUTES * 60 / len(WAYS))
        try:
            run.watch()
        finally:
            if run.process.poll() is None:
                run.process.kill()
        for good, text in run.finish():
            print("%s %s: %s" % ("ok" if good else "not ok", way, text),
                  flush=True)
            bad += not good
    if not bad and "WORK" not in os.environ:
        shutil.rmtree(work)
    elif bad:
        print("# all of it is in " + work)
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
