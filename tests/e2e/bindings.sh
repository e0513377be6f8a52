#!/bin/bash
# SPDX-License-Identifier: MIT
# What the library may not do to a program's loader and system calls: catch
# the unwinder's symbols, call the system on the event path, show itself.
. "$(dirname "$0")/lib.sh"

# No _Unwind_* of anybody is bound to libunwind; C++ exceptions need libgcc's.
for sample in throw plugin; do
	LD_DEBUG=bindings LD_DEBUG_OUTPUT=$work/$sample HEAPWISE_OUTPUT=$work/b.hwd \
		LD_PRELOAD=$library "$samples/$sample" >/dev/null
	cat $sample.* >$sample.log
	holds "$sample: loader told its bindings" grep -q 'to .*libheapwise' \
		$sample.log
	is "$sample: _Unwind_* bound to libunwind" \
		"$(grep -E '_Unwind_' $sample.log | grep -c 'to [^ ]*libunwind')" 0
	is "$sample: _Unwind_* bound to us" \
		"$(grep -E '_Unwind_' $sample.log | grep -c 'to [^ ]*libheapwise')" 0
done

# Only what is interposed is exported.
nm -D --defined-only "$library" | awk '{ print $3 }' | sed 's/@.*//' |
	sort >exported
grep -v -x -E 'malloc|free|calloc|realloc|reallocarray|posix_memalign|aligned_alloc|memalign|valloc|pvalloc|malloc_usable_size|cfree|free_sized|free_aligned_sized|_Zn[wa].*|_Zd[la].*|pthread_create|dlclose|v?fork|_Fork|exec.*|fexecve|_exit|_Exit|quick_exit|posix_spawnp?|prctl|syscall|la_version|heapwise.*|HEAPWISE.*' \
	exported >strange
is "strange exports" "$(cat strange)" ""
is "dlopen is left alone" "$(grep -c -x dlopen exported)" 0
is "executable stack" \
	"$(readelf -lW "$library" | grep GNU_STACK | grep -c RWE)" 0

# System calls of the program, by number of rounds: the event path has none.
# Under record waits for the drainer (futex), and larger buffers, come on top;
# where the collector gets no processor for long, the program drains itself, in
# some ten calls for 8,000 events.
# What every event passes through has no vector or floating-point registers of
# the program to save, and divides nothing.
for function in $(nm "$library" | awk '$3 ~ /^(malloc|free|malloc_closely|free_closely|recorder_allocated|recorder_release)$/ {print $3}'); do
	objdump -d --no-show-raw-insn --disassemble=$function "$library"
done >hot.s
holds "the hot path is there" test "$(grep -c '>:$' hot.s)" -ge 6
is "vector registers in the hot path" "$(grep -cE '%[xyz]mm|%st' hot.s)" 0
is "divisions in the hot path" "$(grep -cE 'i?div[lq]? ' hot.s)" 0

which strace >/dev/null || { skip "no strace"; finish; }
strace -o /dev/null true 2>/dev/null || { skip "may not trace"; finish; }
count() {
	"$heapwise" record -o s.hwd -- strace -f -o trace "$samples/$1" "$2" \
		>/dev/null 2>&1
	grep -c -v -E 'futex|SIG|\+\+\+|sched_yield' trace
	rm -f s.hwd*
}
for sample in churn holes; do
	few=$(count $sample 300000)
	many=$(count $sample 900000)
	holds "$sample: $few system calls; 600,000 rounds later $many" \
		test $((many - few)) -lt 3000
done
finish
