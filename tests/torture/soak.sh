#!/bin/bash
# SPDX-License-Identifier: MIT
# The soak: see tests/soak/soak.py. MINUTES (0.3) of it, divided among the WAYS
# (record preload); `make soak` is half an hour.
. "$(dirname "$0")/../e2e/lib.sh"
cd / || exit 1
[ -x "$build/tests/soak/soak" ] || skip_all "not built: make $build/tests/soak/soak"
MINUTES=${MINUTES:-0.3} WAYS=${WAYS:-record preload} \
	$python -B "$root/tests/soak/soak.py" "$heapwise" "$library" \
	"$build/tests/soak" || failures=1
finish
