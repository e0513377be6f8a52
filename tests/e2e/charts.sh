#!/bin/bash
# SPDX-License-Identifier: MIT
# Histograms and the time line: what samples with known sizes, lifetimes and
# phases must show; sums that are the totals; a screen of 80 by 24.
. "$(dirname "$0")/lib.sh"
charts="--sizes --lifetimes --timeline"
"$heapwise" record -o tides.hwd -- "$samples/tides"
"$heapwise" record -o mixed.hwd -- "$samples/mixed" >/dev/null
"$heapwise" record -o threads.hwd -- "$samples/threads" >/dev/null
jq -n '[range(20000) | {a: ., b: "text \(.)"}]' >data.json
"$heapwise" record -o jq.hwd -- jq 'map(.b) | length' data.json >/dev/null
"$heapwise" record --sample 16K -o sampled.hwd -- \
	jq 'map(.b) | length' data.json >/dev/null
for dump in tides mixed threads jq sampled; do
	"$heapwise" report --json $charts $dump.hwd >$dump.json ||
		fails "report $dump"
done

# Closed forms.
is "sizes of tides" "$(jq -c '[.size_histogram[] |
	[.size_low_bytes, .size_high_bytes, .allocations, .bytes_allocated]]' \
	tides.json)" \
	"[[24,24,1000,24000],[50,50,20,1000],[9217,10240,300,3000000]]"
lives() { # BLOCKS BYTES of those that lived from LOW to HIGH ns
	jq -c --argjson low "$1" --argjson high "$2" '.lifetime_histogram.freed |
		map(select(.lifetime_low_ns >= $low and
			   .lifetime_high_ns <= $high)) |
		[(map(.blocks) | add), (map(.bytes) | add)]' tides.json
}
is "lives under 10 ms" "$(lives 0 1e7)" "[1000,24000]"
is "lives of 10 ms to 1 s" "$(lives 1e7 1e9)" "[310,2901000]"
holds "lives of 0.1 to 1 s" [ "$(lives 1e8 1e9)" = "[290,2900000]" -o \
	"$(jq '.totals.run_ns > 6e8' tides.json)" = true ] # a busy machine
is "never freed" "$(jq -c '.lifetime_histogram.never_freed' tides.json)" \
	'{"blocks":10,"bytes":100000}'
# How long so many bytes were live: at least the silence, and not much more.
for live in 1000000:300:900 3000000:150:450; do
	IFS=: read -r bytes low high <<<"$live"
	ms=$(jq --argjson b "$bytes" '.timeline | .span_ns as $ns |
		[.spans[] | select(.live_bytes == $b)] |
		length * $ns / 1e6 | floor' tides.json)
	holds "$bytes bytes were live for $ms ms" \
		sh -c "[ $ms -ge $((low - 5)) ] && [ $ms -le $high ]"
done
holds "the heap rises and falls as it did" jq -e '
	[.timeline.spans[].live_bytes | select(. >= 100000)] |
	reduce .[] as $x ([]; if .[-1] == $x then . else . + [$x] end) |
	map(select(. == 1000000 or . == 3000000)) ==
	[1000000, 3000000, 1000000]' tides.json

# Sums are the totals, whoever the program is.
for dump in tides mixed threads jq; do
	holds "$dump: sizes add up" jq -e '.totals as $t | .size_histogram |
		(map(.allocations) | add) == $t.allocations and
		(map(.bytes_allocated) | add) == $t.bytes_allocated' $dump.json
	holds "$dump: lifetimes add up" jq -e '.totals as $t |
		.lifetime_histogram | (.freed | map(.blocks) | add) as $freed |
		$freed == $t.frees and
		.never_freed.blocks == $t.leaked_blocks and
		.never_freed.bytes == $t.leaked_bytes and
		$freed + .never_freed.blocks + .free_not_seen.blocks ==
		$t.allocations and
		(.freed | map(.bytes) | add) + .never_freed.bytes +
		.free_not_seen.bytes == $t.bytes_allocated' $dump.json
	holds "$dump: the time line adds up" jq -e '.totals as $t |
		.timeline | (.spans | map(.allocations) | add) ==
		$t.allocations and
		(.spans | map(.bytes_allocated) | add) == $t.bytes_allocated
		and (.spans | map(.live_bytes) | max) == $t.peak_bytes
		and ([.rss[].rss_bytes] | max) <= $t.peak_rss_bytes
		and ((.spans | length) * .span_ns) >= $t.run_ns' $dump.json
	# The same, counted site by site.
	"$heapwise" report --json --by=size $dump.hwd |
		jq -c '.sites | sort_by(.size_low_bytes)[] | [.size_low_bytes,
		.size_high_bytes, .allocations, .bytes_allocated]' >slow
	jq -c '.size_histogram[] | [.size_low_bytes, .size_high_bytes,
		.allocations, .bytes_allocated]' $dump.json >ours
	same "$dump: sizes as --by=size" ours slow
done

# Estimates: unbiased as the totals are, each with its interval.
holds "a sample: sums are the totals, but for rounding" jq -e '
	def near($a; $b; $n): ($a - $b) as $d | ($d * $d) <= $n * $n;
	.totals as $t | (.size_histogram | length) as $n |
	near(.size_histogram | map(.bytes_allocated) | add;
	     $t.bytes_allocated; $n) and
	near(.size_histogram | map(.allocations) | add; $t.allocations; $n) and
	near(.timeline.spans | map(.allocations) | add; $t.allocations;
	     .timeline.spans | length) and
	near(.timeline.spans | map(.live_bytes) | max; $t.peak_bytes; 1) and
	near(.lifetime_histogram.freed | map(.blocks) | add; $t.frees; 20)' \
	sampled.json
holds "a sample: intervals" jq -e '
	([.size_histogram[], .timeline.spans[]] | all(
		.allocations_low <= .allocations and
		(.allocations_high == null or
		 .allocations_high >= .allocations) and
		.bytes_allocated_low <= .bytes_allocated and
		.bytes_allocated_high >= .bytes_allocated)) and
	(.timeline.spans | all(.live_bytes_high >= .live_bytes)) and
	([.lifetime_histogram.freed[], .lifetime_histogram.never_freed] |
	 all(.bytes_low <= .bytes and .bytes_high >= .bytes))' sampled.json
# A part of the run ends where it ends, and so do its charts.
"$heapwise" report --json $charts --from=0.01 --to=0.05 tides.hwd >part.json
holds "a part: sums and rates are its own" jq -e '.totals as $t |
	(.size_histogram | map(.allocations) | add) == $t.allocations and
	(.lifetime_histogram | (.freed | map(.blocks) | add) // 0 |
	 . <= $t.frees) and
	.lifetime_histogram.never_freed.blocks == $t.leaked_blocks and
	(.timeline | ((.spans | length) - 1) * .span_ns <= 5e7)' part.json
"$heapwise" report --timeline --to=0.05 tides.hwd >text
rate=$("$heapwise" report --to=0.05 tides.hwd |
	sed -n 's/.*(\(.*\)\/s) .*peak heap.*/\1/p')
holds "a part: $rate allocations a second, in both views" \
	grep -q "^Allocations a second: $rate on average" text
holds "a part: live when it ends" grep -q '^Live heap: .* at 50ms$' text
holds "a part: not never, but not yet" sh -c '"$0" report --lifetimes \
	--to=0.05 tides.hwd | grep -q "^ *not freed yet"' "$heapwise"
holds "not asked for, not there" sh -c '"$0" report --json tides.hwd |
	jq -e "has(\"size_histogram\") or has(\"lifetime_histogram\") or
	has(\"timeline\") | not"' "$heapwise"

# For people: a screen, at any width, in the characters of the locale.
for dump in tides mixed jq sampled; do
	for chart in $charts; do
		for locale in C C.UTF-8; do
			COLUMNS=80 LC_ALL=$locale "$heapwise" report $chart \
				$dump.hwd >text 2>err
			is "$chart $dump $locale: status" "$? $(cat err)" "0 "
			is "$chart $dump $locale: lines over 80 columns" \
				"$(LC_ALL=C.UTF-8 awk 'length($0) > 80' text |
				wc -l)" 0
			holds "$chart $dump $locale: $(wc -l <text) lines" \
				sh -c '[ $(wc -l <text) -le 23 ]'
		done
		is "$chart $dump: no escapes" "$(grep -c $'\e' text)" 0
		tail -n +3 text >rest
		holds "$chart $dump: drawn in UTF-8" \
			grep -qP '[^\x00-\x7f]' rest
		LC_ALL=C "$heapwise" report $chart $dump.hwd | tail -n +3 >rest
		is "$chart $dump: ASCII in the C locale" \
			"$(grep -caP '[^\x00-\x7f]' rest)" 0
	done
done
COLUMNS=200 LC_ALL=C.UTF-8 "$heapwise" report --timeline jq.hwd >wide
is "the time line fills 200 columns" \
	"$(LC_ALL=C.UTF-8 awk '{ if (length($0) > w) w = length($0) } END { print w }' wide)" 200
# The drawing itself: what is highest is the middle third of the run. (Stars,
# the resident memory, may stand in its place in one row.)
LC_ALL=C "$heapwise" report --timeline tides.hwd >text
top=$(grep -m 1 '##########' text | cut -c9-)
left=${top%%#*} full=${top//[^#]/}
holds "tides: high tide in the middle, columns ${#left} to $((${#left} +
	${#full}))" [ ${#left} -ge 18 -a ${#full} -ge 12 -a ${#full} -le 40 ]
is "several charts, several dumps" "$("$heapwise" report $charts tides.hwd \
	mixed.hwd | grep -cE '^(Sizes|Lifetimes|Live heap)')" 6

# Dumps that were cut.
size=$(stat -c %s jq.hwd)
bad=
for i in $(seq 1 25); do
	head -c $((size * i / 26)) jq.hwd >cut.hwd
	timeout 60 "$heapwise" report $charts cut.hwd >out 2>err
	status=$?
	[ $status = 0 ] || [ $status = 2 ] || bad="$bad $i:$status"
done
is "cut dumps" "$bad" ""
finish
