#!/bin/bash
# SPDX-License-Identifier: MIT
# Sampled runs of one site with sizes from 0 to 8 MiB mixed: how many of the
# 95% intervals cover the truth. 200 runs, of which chance alone lets 95% +- 4.6%
# (three standard deviations) pass; with LONG=1, 2,000 and 93.5% to 96.5%.
. "$(dirname "$0")/lib.sh"
runs=200 least=904 most=996
[ -z "${LONG:-}" ] || { runs=2000 least=935 most=965; }
thousands=200
calls=$((thousands * 1000))
bytes=$("$samples/mixed" $thousands | awk '{ print $2 }')

for ((seed = 1; seed <= runs; seed++)); do
	HEAPWISE_SEED=$seed "$heapwise" record --sample 16K -o d.hwd -- \
		"$samples/mixed" $thousands >out || fails "seed $seed: status"
	"$heapwise" report --json d.hwd | jq -r '.totals |
		[.allocations, .allocations_low, .allocations_high,
		.bytes_allocated, .bytes_allocated_low, .bytes_allocated_high] |
		join(" ")' 
	rm -f d.hwd*
done >estimates

awk -v calls="$calls" -v bytes="$bytes" '
	{ a += $2 <= calls && calls <= $3; b += $5 <= bytes && bytes <= $6
	  mean_calls += $1; mean_bytes += $4 }
	END { printf "%d %d %d %.4f %.4f\n", NR, a, b, mean_calls / NR / calls,
		mean_bytes / NR / bytes }' estimates >summary
read -r n covered_calls covered_bytes mean_calls mean_bytes <summary
echo "$n runs; covered: calls $covered_calls, bytes $covered_bytes;" \
	"mean estimate / truth: calls $mean_calls, bytes $mean_bytes"
is "runs" "$n" $runs
for what in calls bytes; do
	name=covered_$what
	thousandths=$((${!name} * 1000 / runs))
	if [ $thousandths -ge $least ] && [ $thousandths -le $most ]; then
		ok "$what: $thousandths of 1000 intervals cover the truth"
	else
		fails "$what: $thousandths of 1000 intervals cover the truth"
	fi
done

# Seeds make runs repeatable, and differ.
for seed in 5 5 6; do
	HEAPWISE_SEED=$seed "$heapwise" record --sample 16K -o d.hwd -- \
		"$samples/mixed" $thousands >/dev/null
	total d.hwd bytes_allocated
	rm -f d.hwd*
done >seeds
is "same seed, same estimate" "$(sed -n 1p seeds)" "$(sed -n 2p seeds)"
holds "another seed, another estimate" test "$(uniq seeds | wc -l)" = 2

# Children that do the same after a fork draw samples of their own.
cat >four.py <<'END'
import os
for _ in range(4):
    if os.fork() == 0:
        blocks = [bytes(100 + i % 50) for i in range(20000)]
        os._exit(0)
    os.wait()
END
PYTHONMALLOC=malloc HEAPWISE_SEED=7 "$heapwise" record --sample 4K -o f.hwd -- \
	$python four.py
for dump in $(dumps . | grep '/f\.hwd\.'); do
	total "$dump" bytes_allocated
done >children
is "four children" "$(wc -l <children)" 4
holds "no two draw the same sample" test "$(sort -u children | wc -l)" = 4

# A sample size of one byte is as good as exact.
"$heapwise" record --sample 1 -o d.hwd -- "$samples/leaks" >/dev/null
is "--sample 1: allocations" "$(total d.hwd allocations | cut -d. -f1)" 101
finish
