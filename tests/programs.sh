#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs of all kinds, each with a real job, behave as without us and leave
# dumps that can be read: those in tests/programs that take little time, or those
# named; --all: all of them; --table: a line a program.
. "$(dirname "$0")/e2e/lib.sh"
exec $python -B "$root/tests/matrix/main.py" "$build" "$@"
