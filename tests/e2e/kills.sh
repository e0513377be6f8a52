#!/bin/bash
# SPDX-License-Identifier: MIT
# 100 random SIGKILLs of each kind: every dump readable and complete.
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-40}
[ -z "${LONG:-}" ] || runs=1000
$python "$root/tests/e2e/kills.py" "$heapwise" "$library" "$samples/counted" \
	"$runs" "${SEED:-1}"
