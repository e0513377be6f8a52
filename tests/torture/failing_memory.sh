#!/bin/bash
# SPDX-License-Identifier: MIT
# Every allocation of the commands' and of the collector's fails in its turn;
# tests/faults/fail_memory.py says what then must be. A few of each command; with
# LONG=1 each stack that allocates.
. "$(dirname "$0")/../e2e/lib.sh"
case $build in *address* | *thread*) skip_all "a sanitizer has its own malloc" ;; esac
faults=$root/tests/faults
flags=(-D_GNU_SOURCE -O1 -fno-builtin -fno-optimize-sibling-calls)
mkdir bin
cp "$heapwise" "$library" bin
${CC:-gcc} "${flags[@]}" -fPIC -shared -o fail_malloc.so \
	"$faults/fail_malloc.c" || skip_all "cannot be built"

# Nothing can be preloaded into the collector: it is linked with its faults.
wrapped=$(printf ',--wrap=%s' calloc strdup strndup fopen getline opendir)
objects=$(cd "$root" && ${MAKE:-make} -pn 2>/dev/null |
	sed -n 's/^COLLECTOR_OBJ := //p')
(cd "$root" && ${CC:-gcc} "${flags[@]}" -static -o "$work/bin/heapwise-collect" \
	"$faults/fail_wrapped.c" $objects -lzstd "-Wl$wrapped") ||
	skip_all "the collector cannot be linked"
$python -B "$faults/fail_memory.py" "$work/fail_malloc.so" \
	"$samples/inlined" "$work/bin" || failures=1
finish
