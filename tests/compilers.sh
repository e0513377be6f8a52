#!/bin/bash
# SPDX-License-Identifier: MIT
# Everything builds without a warning, with gcc and with clang, in build
# directories of their own; and in what each records, as in a debug build, no
# stack begins inside the profiler. gcc -O1 only with LONG=1: all else is built by
# gcc -O2 already.
cd "$(dirname "$0")/.." || exit 1
failures=0

check() { # WHAT COMMAND...
	local what=$1
	shift
	if "$@"; then
		echo "ok $what"
	else
		echo "not ok $what"
		failures=1
	fi
}

frames_are_the_targets() { # DIRECTORY
	local dump=$1/frames.hwd

	rm -f "$dump"
	"$1/heapwise" record -o "$dump" -- ls / >/dev/null &&
	"$1/heapwise" report --json --limit=100000 "$dump" |
		jq -e '(.sites | length) > 5 and ([.sites[].frames[].module //
			"" | select(endswith("libheapwise.so"))] == [])' \
		>/dev/null
}

build() { # DIRECTORY COMPILER FLAGS
	make -j2 --no-print-directory B="$1" CC="$2" CFLAGS="$3" WERROR=1 all
}

for compiler in gcc clang; do
	[ $compiler != gcc ] || [ -n "${LONG:-}" ] || continue
	which $compiler >/dev/null || { echo "skip no $compiler"; continue; }
	check $compiler build build/$compiler $compiler '-O1 -g'
	check "$compiler: frames" frames_are_the_targets build/$compiler
done
check 'gcc -Og' build build/gcc-debug gcc '-Og -g3'
check 'gcc -Og: frames' frames_are_the_targets build/gcc-debug
exit $failures
