# SPDX-License-Identifier: MIT
"""What the soak program counted: ledger.h, read from outside."""
import collections
import mmap
import struct

MAGIC = 0x4b414f53504145
WORKERS, PLUGINS, CHILDREN, CHILD_THREADS = 16, 6, 8192, 4
KINDS = ("malloc", "calloc", "realloc_null", "realloc", "reallocarray",
         "posix_memalign", "aligned_alloc", "memalign")
HANDLER, MAIN, FIRST_PLUGIN = WORKERS, WORKERS + 1, WORKERS + 2
FIRST_CHILD = FIRST_PLUGIN + PLUGINS
CHILD_ACCOUNTS = CHILD_THREADS + 1
FIELDS = ("magic pid warm ended threads handovers dlopens same_place "
          "signals_sent signals_handled signals_in_call forks damaged "
          "failed_calls heap_calls heap_bytes heap_frees").split()
CHILD_FIELDS = "pid fate threads killed status ended execs began_ns".split()
FATES = ("loop", "exit", "under exit", "exec", "trifle")
CHILDREN_AT = 8 * len(FIELDS)
ACCOUNTS_AT = CHILDREN_AT + CHILDREN * 8 * len(CHILD_FIELDS)
BYTES = ACCOUNTS_AT + (FIRST_CHILD + CHILDREN * CHILD_ACCOUNTS) * \
    len(KINDS) * 24

Child = collections.namedtuple("Child", CHILD_FIELDS)
Count = collections.namedtuple("Count", "calls bytes frees")


class Ledger:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = mmap.mmap(file.fileno(), BYTES, prot=mmap.PROT_READ)

    def __getattr__(self, name):
        return struct.unpack_from("<Q", self.bytes,
                                  8 * FIELDS.index(name))[0]

    def child(self, number):
        return Child(*struct.unpack_from(
            "<8Q", self.bytes,
            CHILDREN_AT + number * 8 * len(CHILD_FIELDS)))

    def account(self, number):
        """{kind: Count} of what was used."""
        at = ACCOUNTS_AT + number * len(KINDS) * 24
        counts = {kind: Count(*struct.unpack_from("<3Q", self.bytes,
                                                  at + 24 * i))
                  for i, kind in enumerate(KINDS)}
        return {kind: count for kind, count in counts.items() if any(count)}

    def child_accounts(self, number):
        """Of its threads, and of the program that it became."""
        first = FIRST_CHILD + number * CHILD_ACCOUNTS
        return ([self.account(first + i) for i in range(CHILD_THREADS)],
                self.account(first + CHILD_THREADS))


def summed(accounts):
    total = collections.Counter()
    for account in accounts:
        for kind, count in account.items():
            for field, n in count._asdict().items():
                total[kind, field] += n
    return total
