#!/bin/bash
# SPDX-License-Identifier: MIT
# How fast `heapwise report` reads, and in how much memory. Records dumps of
# report_load (kept in the directory that is the only argument, and reused),
# reports on each RUNS times, and prints the fastest run: events a second by the
# wall clock, symbols and all; `tiny` shows what these take. Memory stands beside
# its limit, 64 MiB and 64 bytes for each live block and stack node (of a sampled
# dump without the blocks). heaptrack_print, where it is installed, reads once a
# recording of the same program by heaptrack.
# B, RUNS=5, SCALE=100 (percent of the events), PEERS=0 leaves heaptrack out.
set -u
export LC_ALL=C
unset LD_PRELOAD DEBUGINFOD_URLS ${!HEAPWISE_*}
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/${B:-build}
heapwise=$build/heapwise
load=$build/bench/report_load
runs=${RUNS:-5}
scale=${SCALE:-100}
directory=${1:-$build/bench/report-$scale}
mkdir -p "$directory" && cd "$directory" || exit 1

# fastest COMMAND...: seconds and KiB of the fastest of $runs runs.
fastest() {
	for ((run = 0; run < runs; run++)); do
		/usr/bin/time -f '%e %M' -o time.out "$@" >/dev/null 2>&1 ||
			return 1
		tail -n 1 time.out
	done | sort -n | head -n 1
}

# number TEXT JSON-KEY FILE: a number out of a line of JSON.
number() {
	sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" "$2" | head -n 1
}

# measure NAME OPTIONS LIVE PAIRS [THREADS [SHARED]]
measure() {
	local name=$1 options=$2 events seconds kib blocks nodes
	shift 2
	if [ ! -s "$name.hwd" ]; then
		# shellcheck disable=SC2086
		"$heapwise" record $options -o "$name.hwd" -- "$load" "$@" ||
			exit 1
	fi
	"$heapwise" info --json "$name.hwd" >info.json
	"$heapwise" report --json --limit=1 "$name.hwd" >report.json
	events=$(number events info.json)
	nodes=$(number stack_nodes info.json)
	blocks=$(number peak_blocks report.json)
	read -r seconds kib < <(fastest "$heapwise" report "$name.hwd")
	awk -v n="$name" -v e="$events" -v s="$seconds" -v k="$kib" \
		-v b="$blocks" -v o="$nodes" 'BEGIN {
		printf "%-9s %6.1f M %9d %6.2f s %6.1f M/s %6.0f %6.0f MiB", n,
			e / 1e6, b, s, e / 1e6 / s, k / 1024,
			64 + 64 * (b + o) / 1048576 }'
	peer "$name" "$options" "$events" "$@"
}

# peer NAME OPTIONS EVENTS LIVE PAIRS...: heaptrack on the same program.
peer() {
	local name=$1 options=$2 events=$3 file seconds kib
	shift 3
	if [ -n "$options" ] || [ "${PEERS:-1}" = 0 ] ||
		! command -v heaptrack_print >/dev/null; then
		echo
		return
	fi
	file=$(ls "$name".heaptrack.* 2>/dev/null | head -n 1)
	if [ -z "$file" ]; then
		heaptrack -o "$directory/$name.heaptrack" "$load" "$@" \
			>/dev/null 2>&1
		file=$(ls "$name".heaptrack.* | head -n 1)
	fi
	read -r seconds kib < <(RUNS=1 runs=1 fastest heaptrack_print "$file")
	awk -v e="$events" -v s="$seconds" -v k="$kib" 'BEGIN {
		printf " %7.2f s %5.1f M/s %5.0f MiB\n", s, e / 1e6 / s,
			k / 1024 }'
}

count() { echo $(($1 * scale / 100)); }

printf '%-9s %8s %9s %8s %10s %6s %10s %s\n' dump events 'live' wall \
	'events/s' RSS 'limit' '  heaptrack_print: wall, events/s, RSS'
measure tiny '' 4096 0
measure cache '' 4096 "$(count 10000000)"
measure large '' "$(count 5000000)" "$(count 15000000)"
measure threads '' 4096 "$(count 5000000)" 2
measure shared '' 4096 "$(count 5000000)" 2 1
measure threads32 '' 4096 "$(count 300000)" 32 1
measure sampled '--sample 4K' 4096 "$(count 100000000)"
