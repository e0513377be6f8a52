#!/bin/bash
# SPDX-License-Identifier: MIT
# Every system call that the recorder, the collector and the launcher make fails
# in its turn, or does but half of what it should; tests/faults/fail_calls.py says
# what then must be. A few of each kind; with LONG=1 each place in the code with
# each error. WAYS="bare record": only these.
. "$(dirname "$0")/../e2e/lib.sh"
faults=$root/tests/faults
cc=${CC:-gcc}
{
	echo 'static const char *const call_names[512] = {'
	echo '#include <sys/syscall.h>' | $cc -dM -E - |
		sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/[\2] = "\1",/p'
	echo '};'
} >call_names.h
$cc -D_GNU_SOURCE -O1 -I. -o fail_call "$faults/fail_call.c" ||
	skip_all "cannot be built"
$cc -w -g -O1 -fno-builtin -fno-optimize-sibling-calls -o target \
	"$faults/target.c" -pthread -ldl || skip_all "cannot be built"
[ "$(./fail_call "$PWD/target" 1)" = "done" ] || skip_all "may not trace"
for way in ${WAYS:-bare bare-sampled record record-sampled}; do
	$python -B "$faults/fail_calls.py" "$work/fail_call" "$work/target" \
		"$build" "$way" || failures=$((failures + 1))
done
finish
