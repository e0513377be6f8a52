#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs built with AddressSanitizer: its runtime as a library, which wants to
# be the first and ends the program otherwise, and in the program itself, where
# nobody sees its malloc. record arranges the former; with LD_PRELOAD alone the
# user does. Errors are found as ever.
. "$(dirname "$0")/../e2e/lib.sh"
cat >work.c <<'END'
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) static void work(void)
{
	for (int i = 0; i < 100; i++) {
		char *volatile p = malloc(10);
		p[9] = 1;
		free(p);
	}
}
int main(int argc, char **argv)
{
	work();
	write(1, "done\n", 5);
	if (argc > 1) {
		char *volatile p = malloc(10);
		p[9 + argc] = 1;
	}
	return 3;
}
END
tried=0
for build in "gcc" "gcc -static-libasan" "clang" "clang -shared-libasan"; do
	# shellcheck disable=SC2086
	$build -w -g -O0 -fno-builtin -fsanitize=address -o asan work.c \
		2>/dev/null && ASAN_OPTIONS=detect_leaks=0 ./asan >plain ||
		[ $? = 3 ] || { skip "$build: no AddressSanitizer"; continue; }
	tried=$((tried + 1))
	export ASAN_OPTIONS=detect_leaks=0
	"$heapwise" record -o r.hwd -- ./asan >out 2>err
	is "$build, record: status, messages" "$? $(cat err)" "3 "
	same "$build, record: output" plain out
	holds "$build, record: whole" whole r.hwd
	ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 \
		HEAPWISE_OUTPUT=$work/p.hwd LD_PRELOAD=$library ./asan \
		>out 2>err
	is "$build, preload: status, messages" "$? $(cat err)" "3 "
	same "$build, preload: output" plain out
	holds "$build, preload: whole" whole p.hwd
	case $build in
	gcc | *-shared-libasan)
		is "$build, record: exact" "$(calls r.hwd work)" 100
		is "$build, preload: exact" "$(calls p.hwd work)" 100
		;;
	esac
	"$heapwise" record -o e.hwd -- ./asan error >out 2>err
	is "$build, record: status of an error" $? 1
	holds "$build, record: the error is found" \
		grep -q heap-buffer-overflow err
	holds "$build, record: whole after it" whole e.hwd
	unset ASAN_OPTIONS
	rm -f ./*.hwd*
done
[ $tried -gt 0 ] || skip_all "no AddressSanitizer"
finish
