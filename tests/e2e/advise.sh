#!/bin/bash
# SPDX-License-Identifier: MIT
# advise: its options, its keys, what it looks like, what --explain says, and
# what it does with dumps that tell less or are broken.
. "$(dirname "$0")/lib.sh"
export COLUMNS=80
${CC:-gcc} -g -O1 -fno-omit-frame-pointer -o work "$root/tests/e2e/advise.c" ||
	{ fails "no program to advise on"; finish; }
"$heapwise" record -o d.hwd -- ./work
advise() { timeout 120 "$heapwise" advise "$@" 2>err; }
lines_of() { grep -n "$1" "$root/tests/e2e/advise.c" | tail -n 1 | cut -d: -f1; }

advise --json --all d.hwd >all.json
advise --json d.hwd >d.json
# id DETECTOR FUNCTION: of its finding, worth it or not
id() {
	jq -r --arg d "$1" --arg f "$2" '[(.findings + .not_worth_it)[] |
		select(.detector == $d and .frames[0].function == $f)][0].id' \
		all.json
}
for pair in "hoist round_trip" "pool batches" "slab cell"; do
	holds "$pair" test "$(id $pair)" != null
done
is "no finding at the wrapper" "$(jq '[.sites[], .findings[] | .frames[0] |
	select(.function == "xmalloc")] | length' all.json)" 0

# Keys.
for key in id detector remedy allocations saved_calls saved_ns_low \
	saved_ns_high saved_cpu_low saved_cpu_high saved_bytes price_bytes \
	tags seen do price check verify not_worth_it frames; do
	holds "findings[].$key" jq -e "(.findings + .not_worth_it) |
		length > 0 and all(has(\"$key\"))" d.json
done
holds "every finding says how to verify" jq -e '(.findings + .not_worth_it) |
	all(.verify | length > 20)' d.json
for key in file program mode allocations peak_bytes cpu_ns allocator_ns pool_ns \
	pools lost_events hides_allocations findings not_worth_it; do
	holds "$key" jq -e "has(\"$key\")" d.json
done
for key in id allocations bytes_allocated samples frees reallocs \
	rate_per_second quarters size_bytes usable_bytes usable_share live_max \
	live_max_bytes live_end at_peak at_peak_bytes at_peak_waste_bytes \
	survivors old_survivors calloc_calls calloc_bytes lifetime_ns \
	far_free_share same_caller_share allocation_ns realloc_ns free_ns lifetime_bytes \
	lifetime_allocations temporary_share lifo_share threads \
	thread_live_max in_turn_share cache_hits growth pool verdicts frames; do
	holds "sites[].$key" jq -e ".sites | length > 2 and
		all(has(\"$key\"))" all.json
done
is "sites only with --all" "$(jq 'has("sites")' d.json)" false
site() { jq --arg f "$1" ".sites[] | select(.frames[0].function == \$f) | $2" \
	all.json; }
is "calls of round_trip" "$(site round_trip .allocations)" 20000
is "its quarters" "$(site round_trip '.quarters | add')" 20000
is "its frees" "$(site round_trip .frees)" 20000
is "one live at once" "$(site round_trip .live_max)" 1
is "freed before the next" "$(site round_trip '.lifetime_allocations.p99')" 0
is "temporary" "$(site round_trip '.temporary_share | join(" ")')" '"1 1 1 1"'
holds "sizes" jq -e '.sites[] | select(.frames[0].function == "round_trip") |
	.size_bytes | .p50 >= 3031 and .p99 == 3063' all.json
is "cells stay" "$(site cell '[.live_end, .survivors] | join(" ")')" \
	'"30000 30000"'
holds "growth" jq -e '[.sites[] | select(.frames[0].function == "append")][0] |
	.growth.blocks == 500' all.json

# Several pools: what they cost together, known in closed form.
${CC:-gcc} -g -O1 -fno-omit-frame-pointer -o pools \
	"$root/tests/e2e/advise_pools.c" || fails "no pools"
"$heapwise" record -o pools.hwd -- ./pools
advise --json --detectors=pool pools.hwd >pools.json
is "pools together" "$(jq -c '[.pools | .findings, .price_bytes,
	.price_bytes_summed, .peak_bytes_added]' pools.json)" \
	"[2,90000,90000,40000]"
advise --detectors=pool pools.hwd >out.txt
is "pools together, a line" "$(grep -c \
	'^The 2 pools together hold at most 87.9 KiB' out.txt)" 1
is "one pool: nothing to add up" "$(jq .pools d.json)" null

# What is kept until a program ends by itself, and what is only forgotten.
for pair in "concordance [[\"leak\",[\"kept\"]]]" "config [[\"leak\",[]]]"; do
	name=${pair% *}
	${CC:-gcc} -g -O2 -o "$name" "$root/samples/advice/leak/$name.c" ||
		fails "no $name"
	"$heapwise" record -o "$name.hwd" -- "./$name" >/dev/null
	is "leak: $name" "$(advise --json --detectors=leak "$name.hwd" |
		jq -c '[.findings[] | [.detector, .tags]]')" "${pair#* }"
done
advise --detectors=leak concordance.hwd >out.txt
is "leak: what kept means" "$(grep -c '^\[kept\]: never freed' out.txt)" 1

# --limit, --all, --detectors.
shown() { grep -cE '^ ?[0-9]+\. [a-z-]+: .* [0-9a-f]{12}$' out.txt; }
worth=$(jq '.findings | length' d.json)
advise d.hwd >out.txt
is "findings shown" "$(shown)" "$((worth < 10 ? worth : 10))"
advise --limit=1 d.hwd >out.txt
is "--limit=1" "$(shown)" 1
advise --limit=0 --all d.hwd >out.txt
is "--all" "$(shown)" "$(jq '(.findings + .not_worth_it) | length' d.json)"
is "--limit, json" "$(advise --limit=1 --json d.hwd |
	jq '.findings | length')" 1
is "--detectors" "$(advise --detectors=hoist,pool --json d.hwd |
	jq -r '[(.findings + .not_worth_it)[].detector] - ["hoist", "pool"] |
	length')" 0
advise --detectors=hoist,nothing d.hwd >out.txt
is "--detectors=nothing" "$? $(grep -c "nothing.*hoist" err)" "2 1"
advise --limit=x d.hwd >out.txt
is "--limit=x" "$? $(grep -c 'not a number' err)" "2 1"

# --thresholds.
printf '# all\nmin-calls = 1e9\n\n' >none.txt
advise --thresholds=none.txt d.hwd >out.txt
is "--thresholds: nothing left" "$(grep -c 'no site makes 1,000,000,000 calls' \
	out.txt)" 1
printf 'hoist.run 10\nhoist.runs 10\n' >bad.txt
advise --thresholds=bad.txt d.hwd >out.txt
is "--thresholds: no such" "$? $(grep -c "bad.txt: line 2: .*hoist.runs" err)" \
	"2 1"
printf 'pool.hit lots\n' >bad.txt
advise --thresholds=bad.txt d.hwd >out.txt
is "--thresholds: no number" "$? $(grep -c "line 1: pool.hit: 'lots'" err)" \
	"2 1"
advise --thresholds=missing.txt d.hwd >out.txt
is "--thresholds: no file" "$? $(grep -c '^heapwise: missing.txt: No such' err)" \
	"2 1"
timeout 60 "$heapwise" advise --thresholds=/dev/zero d.hwd >out.txt 2>err
is "--thresholds: without end" "$? $(cat err)" \
	"2 heapwise: /dev/zero: longer than a mebibyte"
"$heapwise" advise --thresholds=/dev/null --json d.hwd 2>/dev/null |
	jq 'del(.file)' >same.json
is "--thresholds: empty" "$(jq -S '[.findings[].id]' same.json)" \
	"$(jq -S '[.findings[].id]' d.json)"

# --explain.
hoist=$(id hoist round_trip)
advise --explain=$hoist d.hwd >out.txt
for words in "hoist: keep one buffer" "verify  record again" \
	"^Stack (through xmalloc)$" "^    round_trip " "^    main " \
	"calls      20,000" "in turn    100%" "temporary  100%" \
	"hoist          advised" "pool           hoist comes first here" \
	"no calloc here" "^To begin with, in C$" "#define FIRST_BYTES 3063"; do
	holds "--explain: $words" grep -e "$words" out.txt
done
advise --explain=$(id pool batches) d.hwd >out.txt
for words in "#define OBJECT_BYTES 2" "serves, by how many it keeps: .*1: " \
	"hoist          more than one live" "own cache serves"; do
	holds "--explain, pool: $words" grep -e "$words" out.txt
done
advise --explain=$(id slab cell) d.hwd >out.txt
holds "--explain: what a gate needs" grep -q \
	"pool  .*calls / most live at once: 1, needs 20" out.txt
advise --explain=${hoist:0:9} d.hwd >short.txt
advise --explain=$hoist d.hwd >out.txt
same "--explain: the beginning of an id" short.txt out.txt
advise --explain=$hoist --json d.hwd >e.json
is "--explain --json" "$(jq -r '[.id, .findings[0].detector, .site.id,
	.skeletons[0].language, (.skeletons[0] | .c, .cxx | length > 100)] |
	join(" ")' e.json)" "$hoist hoist $hoist C true true"
is "--explain --json: a verdict each" "$(jq '.site.verdicts | length' e.json)" \
	"$(advise --explain=$hoist d.hwd |
		awk '/^Every remedy/ { on = 1; next } on && !NF { exit }
		on && /^    [a-z]/ { n++ } END { print n }')"
for word in zzzz 0123456789ab; do
	advise --explain=$word d.hwd >out.txt
	is "--explain=$word" "$? $(grep -c "$word: no site has this id" err) $(
		wc -c <out.txt)" "2 1 0"
done
advise --explain= d.hwd >out.txt
is "--explain, ambiguous" "$? $(grep -c 'more than one' err)" "2 1"

# 80 columns, 12 lines, ASCII in the C locale, no colour in a file.
for options in "" --all "--explain=$hoist" "--explain=$(id slab cell)"; do
	for locale in C C.UTF-8; do
		LC_ALL=$locale advise $options d.hwd >out.txt
		got="$(grep -c $'\e' out.txt) escapes, $(expand out.txt |
			LC_ALL=C.UTF-8 awk 'length($0) > 80' | wc -l) too long"
		[ $locale != C ] ||
			got+=", $(LC_ALL=C grep -c $'[^ -~\t]' out.txt) not ASCII"
		is "advise $options in $locale" "$got" \
			"0 escapes, 0 too long$([ $locale != C ] ||
			echo ', 0 not ASCII')"
	done
done
advise --all --limit=0 d.hwd >out.txt
is "12 lines a finding" "$(awk '/^ ?[0-9]+\. / { n = 0; on = 1 } { n++ }
	on && !NF { if (n - 1 > 12) print n - 1; on = 0 }' out.txt)" ""
if which script >/dev/null; then
	script -qec "$heapwise advise d.hwd" /dev/null >tty.txt </dev/null
	holds "colour on a terminal" grep -q $'\e\[' tty.txt
fi

# Little, a sample, nothing, a part, a killed one.
"$heapwise" record -o little.hwd -- /bin/true
advise little.hwd >out.txt
is "little to say" "$? $(grep -c '^Nothing here is worth changing: no site' \
	out.txt)" "0 1"
"$heapwise" record --sample 4K -o sampled.hwd -- ./work
advise sampled.hwd >out.txt
is "sampled" "$? $(grep -c '^This is a sample' out.txt)" "0 1"
advise --json --all sampled.hwd >s.json
is "sampled: only what it tells" "$(jq -r '[(.findings + .not_worth_it)[] |
	.detector] - ["pool", "handoff", "slab", "size-class", "zeroing",
	"false-sharing", "leak"] | length' s.json)" 0
holds "sampled: no order" jq -e '.mode == "sampled" and (.sites | length > 0 and
	all(.lifo_share == null and .lifetime_allocations == null))' s.json
busiest=$(jq -r '.sites[0].id' s.json)
advise --explain=$busiest sampled.hwd >out.txt
is "sampled: --explain" "$? $(grep 'a sample does not tell: record' out.txt |
	grep -cE '^    (hoist|stack|reserve|arena|sized-pool) ') $(
	grep -c 'samples$' out.txt)" "0 5 1"
: >empty.hwd
advise empty.hwd >out.txt
is "empty" "$? $(wc -c <out.txt) $(grep -c '^heapwise: empty.hwd' err)" "2 0 1"
head -c $(($(stat -c %s d.hwd) * 2 / 3)) d.hwd >part.hwd
advise part.hwd >out.txt
is "truncated" "$? $(grep -c '^work: .* allocations' out.txt) $(
	grep -c '^heapwise: part.hwd' err)" "0 1 1"
bash -c 'timeout -s KILL 0.2 "$0" record -o killed.hwd -- sh -c \
	"./work; ./work; ./work"; :' "$heapwise" >/dev/null 2>&1
sleep 0.5
# One whose program was killed before its first block is empty: status 2.
holds "killed" sh -c 'for d in killed.hwd*; do case $d in *.ring) ;; *)
	timeout 60 "$0" advise "$d" 2>/dev/null
	status=$? expected=0
	[ -s "$d" ] || expected=2
	[ $status = $expected ] || exit 1 ;; esac; done' "$heapwise"

# export --signals: the same figures.
"$heapwise" export --format=json --signals -o export.json d.hwd 2>/dev/null
same "export --format=json --signals" <(jq -S 'del(.cpu_ns, .allocator_ns) |
	[.sites[] | .id, .allocations, .live_max, .lifetime_ns]' export.json) \
	<(jq -S '[.sites[] | .id, .allocations, .live_max, .lifetime_ns]' \
	all.json)
"$heapwise" export --format=csv --signals -o export.csv d.hwd 2>/dev/null
same "export --format=csv --signals" <($python - <<'EOF'
import csv
for row in csv.DictReader(open("export.csv", newline="")):
    assert None not in row and None not in row.values()
    print(row["id"], row["allocations"], row["quarters_3"],
          row["size_bytes_p50"], row["lifetime_ns_p99"], row["pool_cap"],
          row["hoist"], row["frames"].split(" < ")[0])
EOF
) <(jq -r '.sites[] | [.id, .allocations, .quarters[3], .size_bytes.p50,
	.lifetime_ns.p99, .pool.cap, (.verdicts[] | select(.detector ==
	"hoist").verdict), .frames[0].function] | map(. // "") | join(" ")' \
	all.json)
is "csv: rows" "$(tail -n +2 export.csv | wc -l)" "$(jq '.sites | length' all.json)"
"$heapwise" export --format=folded --signals d.hwd >out.txt 2>err
is "--signals of folded" "$? $(grep -c 'of csv and json' err)" "2 1"
"$heapwise" export --format=csv --signals --from=1 d.hwd >out.txt 2>err
is "--signals of a part" "$? $(grep -c 'whole run' err)" "2 1"

# The man page has every threshold with its default.
man=$root/analyzer/heapwise.1
sed -n 's/^\tX([A-Z_]*, "\([a-z.-]*\)", \([0-9.]*\),.*/\1 \2/p' \
	"$root/analyzer/advice/thresholds.h" >table.txt
holds "thresholds: a table" test $(wc -l <table.txt) -gt 30
while read -r name value; do
	is "man page: $name" "$(awk -v n="$name" -F '\t' \
		'$1 == n && $2 + 0 == v + 0' v="$value" "$man" | wc -l)" 1
done <table.txt
finish
