# SPDX-License-Identifier: MIT
"""The dumps that a run left: whole, and what they hold."""
import concurrent.futures
import json
import os
import subprocess

READ_S = 300
META_MOST = 1024 # a dump of this program without events
READERS = 2     # at a time
ASKED = 50      # the largest dumps, of a tree of processes: the others are checked
FRAMES = ("truncated_stacks", "failed_unwinds", "leaf_only_stacks")


def never_started(path):
    """A process that was killed before its recorder had begun: its ring file, or
    its dump, which is empty or says only what it would have been of."""
    dump = path[:-len(".ring.new")] if path.endswith(".ring.new") else path
    return not os.path.exists(dump + ".ring") and (
        not os.path.exists(dump) or os.path.getsize(dump) < META_MOST)


class Dumps:
    """All dumps in a directory; `problems` says what is wrong with them."""

    def __init__(self, program, directory, empty, kills):
        self.program, self.empty = program, empty
        self.problems, self.count, self.events, self.lost = [], 0, 0, {}
        self.programs = {}      # name: events
        paths = [os.path.join(directory, name) for name in
                 sorted(os.listdir(directory)) if not name.endswith(".ring")]
        if kills:
            paths = [p for p in paths if not never_started(p)]
        paths.sort(key=os.path.getsize, reverse=True)
        asked = [True] * ASKED + [False] * len(paths)
        with concurrent.futures.ThreadPoolExecutor(READERS) as pool:
            for problems, info in pool.map(self._read, paths, asked):
                self._add(problems, info)
        self.rings = [n for n in os.listdir(directory) if n.endswith(".ring")]
        if self.rings:
            self.problems.append("ring files stay: " + " ".join(self.rings[:3]))

    def lost_count(self):
        """Events that are not there, and what else was lost but frames."""
        return sum(n for key, n in self.lost.items() if key not in FRAMES)

    def cut_count(self):
        """Events whose stack is not complete."""
        return sum(n for key, n in self.lost.items() if key in FRAMES)

    def events_of(self, name):
        return sum(n for p, n in self.programs.items() if p.startswith(name))

    def _read(self, path, asked):
        """(what is wrong with one dump, what info says of it or None)."""
        name, problems = os.path.basename(path), []
        if os.path.exists(path + ".ring"):
            self._heapwise("check", "--finish", path)
        status, out = self._heapwise("check", path)
        if status != 0:
            problems.append("%s: check %d: %s" % (name, status, out[:200]))
        if not asked:
            return problems, None
        # nobody asks for the modules: none is found in an empty root
        status, out = self._heapwise("info", "--json", "--sysroot=" + self.empty,
                                     path)
        if status != 0:
            return problems + ["%s: info %d: %s" % (name, status, out[:200])], None
        return problems, json.loads(out)

    def _add(self, problems, info):
        self.count += 1
        self.problems += problems
        if not info:
            return
        program = os.path.basename(info["program"])
        self.events += info["events"]
        self.programs[program] = self.programs.get(program, 0) + info["events"]
        for key, value in info["lost"].items():
            if value:
                self.lost[key] = self.lost.get(key, 0) + value

    def _heapwise(self, *arguments):
        got = subprocess.run([self.program, *arguments], text=True, timeout=READ_S,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, check=False,
                             start_new_session=True)
        return got.returncode, got.stdout
