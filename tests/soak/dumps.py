# SPDX-License-Identifier: MIT
"""What dumps of the soak program say, by account and kind of call."""
import collections
import json
import os
import re
import subprocess

import ledger

KIND = re.compile(r"do_(%s)$" % "|".join(ledger.KINDS))
WORKER = re.compile(r"worker_(\d+)$")
PLUGIN = re.compile(r"plugin_(\d+)_allocate$")
# Said of stacks that are short, not of events that are missing.
NOT_LOST = {"nested_events", "leaf_only_stacks", "failed_unwinds"}


def heapwise(program, *arguments, limit_s=1500):
    """(exit status, output, messages)"""
    got = subprocess.run([program, *arguments], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=limit_s)
    return (got.returncode, got.stdout.decode(errors="replace"),
            got.stderr.decode(errors="replace"))


class Dump:
    def __init__(self, program, path):
        self.program, self.path, self.finished = program, path, False
        if os.path.exists(path + ".ring"):
            heapwise(program, "check", "--finish", path)
            self.finished = True
        self.status, said, wrong = heapwise(program, "check", path)
        self.said = (said + wrong).strip()
        self.info = self.ask("info")

    def ask(self, command, *options):
        status, out, wrong = heapwise(self.program, command, "--json",
                                      *options, self.path)
        if status:
            raise RuntimeError("%s %s: status %d: %s" % (
                command, self.path, status, wrong[:300]))
        return json.loads(out)

    def lost(self):
        """{counter: n} of events that are missing."""
        return {name: n for name, n in self.info["lost"].items()
                if n and name not in NOT_LOST}

    def sites(self):
        return self.ask("report", "--limit=0", "--frames=0")


def place_of(site):
    """(account's name, kind) of a site, or None: the C library's own."""
    kind = None
    for frame in site["frames"]:
        function = frame["function"] or ""
        if function == "handler_malloc":
            return "handler", "malloc"
        if plugin := PLUGIN.match(function):
            return "plugin " + plugin[1], "malloc"
        if not kind and (found := KIND.match(function)):
            kind = found[1]
        if kind and (worker := WORKER.match(function)):
            return "worker " + worker[1], kind
        if kind and function == "leak":
            return "main", kind
    return ("other", kind) if kind else None


def by_place(report):
    """{(account, kind, field): n}"""
    total = collections.Counter()
    for site in report["sites"]:
        place = place_of(site)
        if place:
            total[(*place, "calls")] += site["allocations"]
            total[(*place, "bytes")] += site["bytes_allocated"]
            total[(*place, "frees")] += site["frees"]
    return total


def by_kind(report):
    """{(kind, field): n}, whoever it was."""
    total = collections.Counter()
    for (_, kind, field), n in by_place(report).items():
        total[kind, field] += n
    return total
