#!/bin/bash
# SPDX-License-Identifier: MIT
# Pools of sites that are known in closed form (samples/pools.c); what is said
# of wrong words; a screen of 80 columns.
. "$(dirname "$0")/lib.sh"
which jq >/dev/null || skip_all "no jq"
"$heapwise" record --details=all -o d.hwd -- "$samples/pools" ||
	fails "could not record"
"$heapwise" report --json --limit=0 d.hwd >r.json

# id FUNCTION: of the site with that frame.
id() {
	jq -r --arg f "$1" '[.sites[] | select(any(.frames[];
		.function == $f))][0].id' r.json
}

# simulated NAME FUNCTION OPTION...: a simulation into NAME.json.
simulated() {
	local name=$1 site
	site=$(id "$2")
	shift 2
	"$heapwise" simulate --json --site "$site" "$@" d.hwd >"$name.json" ||
		fails "simulate $name"
}

# at NAME POLICY CAP KEY: a figure.
at() {
	jq --arg p "$2" --argjson c "$3" "[.policies[] |
		select(.policy == \$p)][0].caps[] | select(.cap == \$c) |
		.$4" "$1.json"
}

simulated burst burst
is "burst: calls, threads, L_max, L_end" "$(jq -c '[.allocations, .threads,
	.misses_least, .live_blocks_end, .pool_sizes_bytes]' burst.json)" \
	"[100000,1,100,10,[48]]"
for policy in shared freeing owner trim; do
	for cap in 1 2 4 8 16 32 64; do
		is "burst: $policy of $cap" "$(at burst $policy $cap hits)" \
			$((cap * 999))
	done
	is "burst: $policy of 64: calls saved, idle" "$(jq -c --arg p $policy '
		[.policies[] | select(.policy == $p)][0].caps[] |
		select(.cap == 64) | [.calls_saved, .idle_bytes_peak,
		.idle_bytes_end, .idle_blocks_end]' burst.json)" \
		"[$((2 * 64 * 999)),$((64 * 48)),$((64 * 48)),64]"
	for cap in 128 65536 null; do
		is "burst: $policy of $cap" "$(at burst $policy $cap hits) $(
			at burst $policy $cap idle_blocks_end) $(
			at burst $policy $cap idle_blocks_peak)" "99900 90 100"
	done
	is "burst: $policy: knee" "$(jq --arg p $policy '.policies[] |
		select(.policy == $p).knee_cap' burst.json)" 128
done
is "burst: sync" "$(at burst sync null hits)" 99900
# An object is taken in turn: all of a ring of 100 are idle when its turn comes,
# of a ring of 64 only the 36 that the round before did not come to twice.
simulated ring burst --policy ring --cap 100
is "burst: ring of 100" "$(at ring ring 100 hits) $(jq \
	'.policies[0].knee_cap' ring.json)" "99900 100"
# The heap's peak was a burst of 4,800 bytes. With all idle ones kept it comes
# later: 100 blocks of burst(), 50 of give(), and what a thread needs.
thread=$(jq '.totals.bytes_allocated - 4800000 - 640000 - 139600 - 3200' r.json)
is "burst: heap's peak" "$(jq .heap_peak_bytes burst.json) $(
	at burst shared null heap_peak_bytes_added)" "4800 $((3200 + thread))"

simulated give give
is "give: two threads" "$(jq .threads give.json)" 2
for cap in 1 64 null; do
	is "give: freeing of $cap" "$(at give freeing $cap hits)" 0
done
is "give: freeing keeps all" "$(at give freeing null idle_blocks_end)" 10000
for policy in shared owner; do
	is "give: $policy" "$(at give $policy 32 hits) $(
		at give $policy 64 hits)" "$((32 * 199)) $((50 * 199))"
	is "give: $policy: knee" "$(jq --arg p $policy '.policies[] |
		select(.policy == $p).knee_cap' give.json)" 64
done

simulated vary vary
is "vary: sizes" "$(jq -c .pool_sizes_bytes vary.json)" "[16,100,1000]"
is "vary: a miss each" "$(at vary shared 1 hits)" 997
simulated vary vary --sizes 1K,128
is "vary: named sizes" "$(jq -c '[.pool_sizes_bytes, .waste_bytes_peak]' \
	vary.json) $(at vary shared 1 hits)" "[[128,1024],112] 998"
simulated vary vary --sizes 100
is "vary: too large for a pool" "$(jq -c '[.pooled_allocations,
	.waste_bytes_peak]' vary.json) $(at vary shared 1 hits)" "[900,84] 899"

simulated grow grow
for policy in shared owner ring trim; do
	is "grow: $policy: failed reallocs are no releases" \
		"$(at grow $policy 1 hits)" 99
done
is "grow: one at once" "$(jq -c '[.allocations, .misses_least,
	.live_blocks_end]' grow.json)" "[100,1,0]"

"$heapwise" simulate --json --site "$(id give)" --site "$(id burst)" \
	--sizes 64 d.hwd >both.json
is "two sites share a pool" "$(jq -c '[(.sites | length), .allocations,
	.misses_least]' both.json)" "[2,110000,100]"
is "measured calls cost something" "$(jq '.measured_calls > 100000 and
	.pair_ns_mean > 0 and .pair_ns_mean >= .pair_ns_low and (.policies[0].caps[-1] |
	.saved_ns_high >= .saved_ns_low)' both.json)" true

# For people.
for options in "" "--policy owner" "--policy sync" "--cap 50" "--tau 0.001" \
	"--site $(id give) --site $(id vary) --cap 100000"; do
	for locale in C C.UTF-8; do
		LC_ALL=$locale "$heapwise" simulate --site "$(id burst)" \
			$options d.hwd >out.txt 2>err
		got="$? $(cat err), $(LC_ALL=C.UTF-8 awk 'length($0) > 80' \
			out.txt | wc -l) over 80 columns"
		[ $locale != C ] || got+=", $(LC_ALL=C grep -c '[^ -~]' \
			out.txt) not ASCII"
		is "simulate $options in $locale" "$got" "0 , 0 over 80 columns$(
			[ $locale != C ] || echo ', 0 not ASCII')"
		holds "has rows" grep -Eq '^ *(sync|  knee|  --cap) ' out.txt
	done
done
"$heapwise" simulate --site "$(id burst)" d.hwd >out.txt
is "the knee on the screen" "$(awk '/^  knee/ { print $2, $3, $5 }' out.txt)" \
	"128 99.9% 200K"

# The id of advise's site, whatever called it, and what the allocator's own
# caches serve: of 100 blocks at once no more than 7 of a round.
advised=$("$heapwise" advise --json d.hwd | jq -r '[.findings[],
	.not_worth_it[] | select(any(.frames[0:2][]; .function == "burst"))
	| select(.detector != "arena")][0].id')
"$heapwise" simulate --json --site "$advised" d.hwd >a.json ||
	fails "simulate advise's site"
is "a site of advise" "$(jq .allocations a.json)" 100000
holds "what the allocator's caches serve" jq -e '.incumbent_hit_ratio |
	. >= 0 and . <= 1' a.json
holds "the column of what is gained" grep -q '^policy .* more ' out.txt

# A sample has no order: a model, with intervals that hold the truth.
HEAPWISE_SEED=5 "$heapwise" record --sample 4K -o s.hwd -- "$samples/pools"
site=$(id burst)
"$heapwise" simulate --json --site "$site" s.hwd >s.json
is "sample: mode" "$(jq -c '[.mode, has("policies")]' s.json)" \
	'["sampled",false]'
holds "sample: the bound" jq -e '.model | .bound_ratio_low <= 0.999 and
	.bound_ratio_high >= 0.999 and .bound_ratio_low > 0.9' s.json
holds "sample: calls" jq -e '.model | .allocations_low <= 100000 and
	.allocations_high >= 100000' s.json
"$heapwise" simulate --site "$site" s.hwd >s.txt
holds "sample: says so" grep -q "This is a sample" s.txt
is "sample: columns" "$(awk 'length($0) > 80' s.txt | wc -l)" 0

# refuses NAME PATTERN OPTION...: status 2, one line, nothing else.
refuses() {
	local name=$1 pattern=$2 status
	shift 2
	"$heapwise" simulate "$@" >out 2>err
	status=$?
	if [ $status = 2 ] && [ "$(grep -c . err)" = 1 ] &&
	   grep -q -e "$pattern" err && ! [ -s out ]; then
		ok "$name ($(cat err))"
	else
		fails "$name: status $status: $(head -c 400 err)"
	fi
}
refuses "no site" "site=ID" d.hwd
refuses "no dump" "no dump" --site "$site"
refuses "not an id" "not a site" --site main d.hwd
refuses "too long for an id" "not a site" --site "${site}0" d.hwd
refuses "unknown id" "most calls are $site, .*report" --site 000000000000 d.hwd
refuses "unknown policy" "shared, .*trim" --site "$site" --policy lru d.hwd
refuses "no cap" "cap=0" --site "$site" --cap 0 d.hwd
refuses "a huge cap" "cap=" --site "$site" --cap 99999999999 d.hwd
refuses "bad sizes" "sizes=" --site "$site" --sizes 64,,1 d.hwd
refuses "bad tau" "tau=" --site "$site" --tau soon d.hwd
"$heapwise" record -o jq.hwd -- jq -n 1 >/dev/null
digit=$("$heapwise" report --json --limit=0 jq.hwd 2>err | jq -r '[.sites[].id[:1]] |
	group_by(.) | max_by(length)[0]')
refuses "ambiguous" "[2-9][0-9]* sites begin with $digit: .*digits" \
	--site "$digit" jq.hwd
# advise reckons the same, of labelled programs: what a pool of its cap saves, but
# for what a pop and a push take here, which both measure, each for itself; and no
# more than all that its allocator takes, of which simulate knows nothing.
# pool PROGRAM: its finding of a pool, and the site's cap, calls and times.
pool() {
	"$heapwise" record -o "$1.hwd" -- "./$1" >/dev/null
	"$heapwise" advise --json --all "$1.hwd" 2>/dev/null >"$1.json"
	jq '. as $all | [(.findings + .not_worth_it)[] | select(.detector |
		endswith("pool"))][0] | . as $f | . + {pool_ns: $all.pool_ns,
		most: $all.allocator_ns,
		cap: $all.sites[] | select(.id == $f.id).pool.cap}' "$1.json"
}
for path in pool/packets pool/wal sized_pool/compress; do
	name=${path#*/}
	${CC:-gcc} -g -O2 -o "$name" "$root/samples/advice/$path.c" -lm ||
		fails "$path: not built"
	pool "$name" >finding.json
	"$heapwise" simulate --json --site "$(jq -r .id finding.json)" \
		--policy freeing --cap "$(jq .cap finding.json)" "$name.hwd" \
		2>/dev/null >simulated.json
	is "advise and simulate: $path" "$(jq -cn --slurpfile f finding.json \
		--slurpfile s simulated.json '$f[0] as $f | $s[0] as $s |
		$s.policies[0] as $p | ($p.caps[] | select(.cap == $f.cap)) as $c |
		def near($a; $b): if $a <= 1.005 * $b and $b <= 1.005 * $a
			then "same" else [$a, $b] end;
		[near($f.saved_calls; $c.hits),
		near($f.saved_ns_low + $f.saved_calls * $f.pool_ns;
			$c.saved_ns_low + $c.hits * $p.pool_ns),
		near($f.saved_ns_high + $f.saved_calls * $f.pool_ns;
			[$c.saved_ns_high + $c.hits * $p.pool_ns,
			$f.most + $f.saved_calls * $f.pool_ns] | min)]')" \
		'["same","same","same"]'
done
finish
