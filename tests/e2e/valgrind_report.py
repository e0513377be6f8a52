# SPDX-License-Identifier: MIT
"""valgrind_report.py FILE...: prints what memcheck found.

Its logs with --track-fds also tell the three descriptors that are always there
and those that were open before: these lines are left out.
"""
import re
import sys

STANDARD = re.compile(r"==\d+== (FILE DESCRIPTORS: .*|)$")
OPEN = re.compile(r"==\d+== Open (AF_UNIX socket|file descriptor) ")
INHERITED = re.compile(r"==\d+== +<inherited from parent>")


def findings(lines):
    found, held = [], []
    for line in lines:
        if INHERITED.match(line):
            held = []
            continue
        found += held
        held = []
        if OPEN.match(line):
            held = [line]
        elif not STANDARD.match(line):
            found.append(line)
    return found + held


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with open(name, errors="replace") as log:
            for said in findings(log.read().splitlines()):
                print(said)
