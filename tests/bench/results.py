# SPDX-License-Identifier: MIT
"""What came out of the runs of one program: medians, ratios, added times."""
from dataclasses import dataclass, field
from statistics import median

import configurations

MIB = 1 << 20
RECORDER_BYTES = 32 * MIB       # allowed beside the program's own memory,
RECORDER_NODE_BYTES = 48        # and for each stack node
REPORT_BYTES = 64 * MIB         # likewise for `heapwise report`
REPORT_ITEM_BYTES = 64          # for each live block at the peak and each node


@dataclass
class Result:
    program: object
    runs: dict = field(default_factory=dict)    # configuration's name: [Run]
    facts: dict = field(default_factory=dict)   # likewise: what it recorded

    def has(self, *names):
        return all(self.runs.get(name) for name in names)

    def median(self, name, what):
        """None where a configuration does not have it."""
        values = [getattr(r, what) for r in self.runs.get(name, [])]
        return median(values) if values and None not in values else None

    def ratio(self, name, what):
        return self.median(name, what) / max(self.median("native", what), 1e-9)

    def fact(self, group, key, name="record"):
        return self.facts[name][group][key] if name in self.facts else None

    def pairs(self):
        """Allocations of one run; each was freed, or will be."""
        return self.fact("totals", "allocations") or self.fact("totals",
                                                               "allocations", "bare")

    def added_ns(self, name, what):
        """Per allocation and its free; None where nobody counted them."""
        base = configurations.named(name).base
        if name == "native" or not self.pairs() or not self.has(base, name):
            return None
        return (self.median(name, what) - self.median(base, what)) * 1e9 / self.pairs()

    def added_ratio(self, name, what, peer="heaptrack"):
        """This configuration's added time as a part of heaptrack's."""
        mine, its = self.added_ns(name, what), self.added_ns(peer, what)
        return mine / its if mine is not None and its and its > 0 else None

    def throughput(self, name):
        """Operations a second, of a program that counts them."""
        return self.program.operations / self.median(name, "wall_s")

    def bytes_per_event(self, name):
        if name == "heaptrack":
            events = self.fact("info", "events") or self.fact("info", "events", "bare")
        else:
            events = self.fact("info", "events", name)
        size = self.median(name, "dump_bytes")
        return size / events if events and size else None

    def events_per_second(self, name="record"):
        events, read_s = self.fact("info", "events", name), self.median(name, "read_s")
        return events / read_s if events and read_s else None

    def recorder_bytes(self, name):
        """(what the recorder took in the target's memory, what it may take)."""
        nodes = self.fact("info", "stack_nodes", name)
        taken = self.median(name, "rss_bytes") - self.median("native", "rss_bytes")
        return taken, RECORDER_BYTES + RECORDER_NODE_BYTES * nodes

    def report_bytes(self, name="record"):
        """(what `heapwise report` took, what it may take)."""
        items = self.fact("totals", "peak_blocks", name) + \
            self.fact("info", "stack_nodes", name)
        return self.median(name, "read_rss_bytes"), \
            REPORT_BYTES + REPORT_ITEM_BYTES * items
