#!/bin/bash
# SPDX-License-Identifier: MIT
# The unit tests once more, under AddressSanitizer with
# UndefinedBehaviorSanitizer; and under ThreadSanitizer those of modules that
# several threads may enter.
cd "$(dirname "$0")/.." || exit 1
failures=0
all=$(cd tests/unit && ls test_*.c 2>/dev/null | sed 's/\.c$//')
threaded=$(cd tests/unit && grep -lE \
	'pthread|preload/|decoder|replay_run\.h' test_*.c | sed 's/\.c$//')
for sanitizers in address,undefined thread; do
	units=$all
	[ $sanitizers = thread ] && units=$threaded
	directory=build/${sanitizers//,/-}
	if ! flock build/$sanitizers.lock make -j2 -s --no-print-directory SAN=$sanitizers CFLAGS='-O1 -g' \
		$(printf "$directory/tests/unit/%s " $units); then
		echo "not ok build with $sanitizers"
		failures=1
		continue
	fi
	for unit in $units; do
		if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
			timeout 300 $directory/tests/unit/$unit >log.$$ 2>&1; then
			echo "ok $unit, $sanitizers"
		else
			cat log.$$
			echo "not ok $unit, $sanitizers"
			failures=1
		fi
		rm -f log.$$
	done
done
exit $failures
