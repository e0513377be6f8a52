#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/fuzz/run.sh [TARGET...]
# Fuzzes one target after the other, EACH seconds, from tests/fuzz/corpus and
# what earlier runs found, which stays in build/fuzz/corpus. One line a target:
# executions, coverage (edges, and libFuzzer's features), findings, which are
# in build/fuzz/findings. SEED=N repeats a run. An input takes TIMEOUT seconds at
# most, by the clock: more where others use the processors. Status 1 if anything
# was found.
set -u
cd "$(dirname "$0")/../.." || exit 2
fuzz=$PWD/${B:-build}/fuzz
all='reader report export advise simulate diff ring finish
	baseline list names budget thresholds patterns options variables'
export ASAN_OPTIONS=abort_on_error=0:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
unset DEBUGINFOD_URLS
failed=0
for target in ${*:-$all}; do
	found=$fuzz/findings/$target
	corpus=$fuzz/corpus/$target
	mkdir -p "$corpus" "$found"
	seeds=tests/fuzz/corpus/$target
	log=$fuzz/$target.log
	words=
	[ ! -f tests/fuzz/$target.dict ] || words=-dict=tests/fuzz/$target.dict
	before=$(find "$found" -type f | wc -l)
	HEAPWISE_FUZZ=$target nice -n 19 "$fuzz/fuzz" \
		-max_total_time="${EACH:-60}" -timeout="${TIMEOUT:-20}" -rss_limit_mb=3000 \
		-max_len="${MAX_LEN:-65536}" \
		-close_fd_mask=3 -print_final_stats=1 ${SEED:+-seed=$SEED} \
		-artifact_prefix="$found/" $words \
		"$corpus" "$seeds" >"$log" 2>&1 </dev/null
	status=$?
	new=$(($(find "$found" -type f | wc -l) - before))
	last=$(grep -a -E '^#[0-9]+' "$log" | tail -n 1)
	printf '%-11s %9s executions, %6s edges, %6s features, %s new inputs: ' \
		"$target" \
		"$(echo "$last" | sed 's/^#\([0-9]*\).*/\1/')" \
		"$(echo "$last" | sed -n 's/.* cov: \([0-9]*\).*/\1/p')" \
		"$(echo "$last" | sed -n 's/.* ft: \([0-9]*\).*/\1/p')" \
		"$(sed -n 's/^stat::new_units_added: *//p' "$log")"
	if [ $status -eq 0 ] && [ $new -eq 0 ]; then
		echo "nothing found"
	else
		echo "$new found, see $log"
		grep -a -m 1 -E 'ERROR|runtime error|SUMMARY' "$log"
		failed=1
	fi
done
exit $failed
