#!/bin/bash
# SPDX-License-Identifier: MIT
# 100 random SIGKILLs of each kind: every dump readable and complete.
. "$(dirname "$0")/lib.sh"
$python "$root/tests/e2e/kills.py" "$heapwise" "$library" "$samples/counted" \
	"${RUNS:-100}" "${SEED:-1}"
