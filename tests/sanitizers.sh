#!/bin/bash
# SPDX-License-Identifier: MIT
# With sanitizers in what they test: the unit tests under AddressSanitizer with
# UndefinedBehaviorSanitizer; those that have threads under ThreadSanitizer;
# programs with the recorder linked into them under each, and under memcheck;
# every command of the analyzer once; with LONG=1 also that under memcheck. `make
# check-sanitized` does more of it.
cd "$(dirname "$0")/.." || exit 1
failures=0
all=$(cd tests/unit && ls test_*.c 2>/dev/null | sed 's/\.c$//')
threaded=$(cd tests/unit && grep -lE \
	'pthread_create|together\.h|decoder\.h|demangle\.h|replay_run\.h' \
	test_*.c | xargs grep -LE '"analyzer/[a-z]+/' | sed 's/\.c$//')
# What takes long, and is of figures or texts more than of memory: only with
# LONG=1.
[ -n "${LONG:-}" ] || all=$(printf '%s\n' $all | grep -v -E \
	'^test_(coverage|significance|rank_test|pool_sim|snapshot_json|json_walk)$')
for sanitizers in address,undefined thread; do
	units=$all
	[ $sanitizers = thread ] && units=$threaded
	directory=build/${sanitizers//,/-}
	if ! flock build/$sanitizers.lock make -j2 -s --no-print-directory SAN=$sanitizers \
		CFLAGS='-O1 -g1' LDFLAGS=-fuse-ld=gold \
		$(printf "$directory/tests/unit/%s " $units); then
		echo "not ok build with $sanitizers"
		failures=1
		continue
	fi
	for unit in $units; do
		if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
			timeout 300 $directory/tests/unit/$unit >build/log.$$ 2>&1; then
			echo "ok $unit, $sanitizers"
		else
			cat build/log.$$
			echo "not ok $unit, $sanitizers"
			failures=1
		fi
		rm -f build/log.$$
	done
done

tests/linked.sh address,undefined "medley early" realloc failures || failures=1
tests/linked.sh thread "medley gently" cancel || failures=1
tests/linked.sh memcheck medley || failures=1
make -s --no-print-directory build/sanitized/heapwise &&
	SANITIZED=1 tests/commands.sh || failures=1
[ -z "${LONG:-}" ] || tests/commands.sh memcheck || failures=1
exit $failures
