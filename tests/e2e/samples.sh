#!/bin/bash
# SPDX-License-Identifier: MIT
# Every sample, recorded both ways, against what its opening comment states.
# Arguments choose samples by name.
. "$(dirname "$0")/lib.sh"
exec $python "$root/tests/e2e/samples.py" "$heapwise" "$library" "$samples" \
	"$root/samples" "$@"
