#!/bin/bash
# SPDX-License-Identifier: MIT
# Pairs of programs with a known change: what diff says of each.
. "$(dirname "$0")/lib.sh"
$python -B "$root/tests/e2e/diff_pairs.py" "$heapwise" "$samples/diff" \
	"$root/samples/diff" "$@"
exit $?
