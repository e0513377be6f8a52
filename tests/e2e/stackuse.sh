#!/bin/bash
# SPDX-License-Identifier: MIT
# How deep the recorder goes below a call of malloc and its family: 512 bytes
# where the unwind rules are known, new stacks included. The sample paints its
# stack and looks. What is rarer (a rule is learned, a buffer is changed) needs
# more, and moves to a stack of our own where the target's is small.
. "$(dirname "$0")/lib.sh"

# shallow HOW COMMAND...: 9 calls of 10 of each kind.
shallow() {
	local how=$1
	shift
	"$@" "$samples/stackuse" show >out 2>err
	for call in malloc realloc free calloc; do
		depth=$(sed -n "s/^$call 90% //p" out)
		holds "$how: $call takes $depth bytes" test "$depth" -le 512
	done
}

shallow record "$heapwise" record -o a.hwd --
shallow bare env HEAPWISE_OUTPUT=b.hwd LD_PRELOAD="$library"
shallow "every call sampled" "$heapwise" record --sample 1 -o c.hwd --
finish
