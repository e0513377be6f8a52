#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/run.sh LOG_DIRECTORY TEST...
# Runs tests, JOBS (2) at a time, each for at most TIMEOUT (1200) seconds. One
# line a test with its time; the end of the log of a test that fails; last the
# counts. What a test printed is in LOG_DIRECTORY.
#
# A test counts as many as its cmocka summary or its `ok`, `not ok` and `skip`
# lines say, otherwise as one; it exits 0, 1, or 77 for "cannot run here".
set -u

count_lines() { grep -c -E "$1" "$2"; }

# cmocka's "[  PASSED  ] 5 test(s)", once for each group.
count_cmocka() {
	sed -n "s/^\[  $1  \] \([0-9]*\) test(s).*/\1/p" "$2" |
		awk '{ n += $1 } END { print n + 0 }'
}

run_one() {
	local log_directory=$1 test=$2
	local name=${test#tests/} log passed failed skipped status word started
	name=${name#"${B:-build}"/tests/}
	name=${name%.sh}
	log=$log_directory/${name//\//-}.log
	started=$EPOCHREALTIME
	timeout -k 10 "${TIMEOUT:-1200}" "$test" >"$log" 2>&1 </dev/null
	status=$?
	if grep -q '^\[==========\].* test(s) run' "$log"; then
		passed=$(count_cmocka 'PASSED' "$log")
		failed=$(count_cmocka 'FAILED' "$log")
		skipped=$(count_cmocka 'SKIPPED' "$log")
	else
		passed=$(count_lines '^ok ' "$log")
		failed=$(count_lines '^not ok ' "$log")
		skipped=$(count_lines '^skip ' "$log")
	fi
	case $status in
	0) ;;
	77) skipped=$((skipped + 1)) ;;
	*) [ "$failed" -gt 0 ] || failed=1 ;;
	esac
	[ $((passed + failed + skipped)) -gt 0 ] || passed=1
	word=PASS
	[ "$passed" -gt 0 ] || word=SKIP
	[ "$failed" -eq 0 ] || word=FAIL
	printf '%s %s %s\n' "$passed" "$failed" "$skipped" >"$log.count"
	printf '%s  %-34s %4d passed %s%s %s s\n' "$word" "$name" "$passed" \
		"$([ "$failed" -gt 0 ] && echo "$failed failed ")" \
		"$([ "$skipped" -gt 0 ] && echo "$skipped skipped ")" \
		"$(echo "$started $EPOCHREALTIME" |
		   awk '{ printf "%7.1f", $2 - $1 }')"
	if [ "$failed" -gt 0 ]; then
		[ "$status" != 124 ] || echo "    timed out"
		grep -E '^not ok ' "$log" | head -n 20 | sed 's/^/    /'
		tail -n 15 "$log" | sed 's/^/    | /'
		echo "    (exit status $status; all of it: $log)"
	elif [ "$skipped" -gt 0 ]; then
		grep -E '^skip ' "$log" | head -n 5 | sed 's/^/    /'
	fi
	return 0
}

if [ "$1" = --one ]; then
	run_one "$2" "$3"
	exit
fi

logs=$1
shift
mkdir -p "$logs"
rm -f "$logs"/*.log "$logs"/*.count
printf '%s\0' "$@" | xargs -0 -n 1 -P "${JOBS:-2}" "$0" --one "$logs"
cat "$logs"/*.count 2>/dev/null | awk '
	{ passed += $1; failed += $2; skipped += $3 }
	END {
		if (NR == 0)
			failed = 1
		printf "%d passed, %d failed", passed, failed
		if (skipped)
			printf ", %d skipped", skipped
		print ""
		exit failed > 0
	}'
