#!/bin/bash
# SPDX-License-Identifier: MIT
# The views of report: rows by function, file and line, filters and trees
# against a slow reckoning from all sites (views.py); parts of a run and moments
# against a program that tells its phases; what people see.
. "$(dirname "$0")/lib.sh"
reckon="$python -B $root/tests/e2e/views.py"

# report FILE OPTION...: report --json of a dump into view.json.
report() {
	local dump=$1
	shift
	"$heapwise" report --json "$@" "$dump" >view.json
}

# agrees NAME ARGUMENTS...: view.json is what all.json makes of it.
agrees() {
	local name=$1
	shift
	if $reckon all.json view.json "$@" >reckon.txt; then
		ok "$name: $(tail -n 1 reckon.txt)"
	else
		fails "$name: $(cat reckon.txt)"
	fi
}

# A C++ program with inlined calls and templates, a C program, python3.
if "${CXX:-g++}" -std=c++17 -O2 -g -o views "$root/tests/e2e/views.cc"; then
	"$heapwise" record -o cxx.hwd -- ./views
else
	skip "no C++ compiler"
fi
"$heapwise" record -o c.hwd -- "$samples/recursion" >/dev/null
"$heapwise" record -o jq.hwd -- jq -n '[range(2000) | {a: ., b: "x\(.)"}] |
	map(.a) | add' >/dev/null
PYTHONMALLOC=malloc "$heapwise" record -o python.hwd -- $python -I -S -c \
	'print({str(i): [i] for i in range(2000)}.keys() >= {1})' >/dev/null
for dump in cxx c jq python; do
	[ -e $dump.hwd ] || continue
	"$heapwise" export --format=json $dump.hwd >all.json
	for view in function file line; do
		report $dump.hwd --by=$view
		agrees "$dump by $view" by $view
		report $dump.hwd --by=$view --all-frames
		agrees "$dump by $view, all frames" by $view all
	done
	for direction in up down; do
		for share in 0.5 5; do
			report $dump.hwd --tree=$direction --min-share=$share
			agrees "$dump tree $direction, $share%" tree $share
		done
		report $dump.hwd --tree=$direction --sort=bytes --all-frames
		agrees "$dump tree $direction, all frames" tree 1 all
		report $dump.hwd --tree=$direction --sort=leaked --min-share=2
		agrees "$dump tree $direction, leaked" tree 2
	done
	while read -r name options; do
		# shellcheck disable=SC2086
		report $dump.hwd $options
		agrees "$dump $name: $options" filter
	done <<-'END'
	focus --focus=List|push|jv_string|main
	focus --focus=^buffer$ --focus=libc[.]so
	ignore --ignore=dict|std::map|jv_|down
	both --focus=views[.]cc|Object|main --ignore=push|Dict --ignore=new
	END
done

# Recursion counts once; inlined lines are the source's own.
if [ -e cxx.hwd ]; then
	report cxx.hwd --tree
	is "a recursive function is one node" "$(json '[.tree[] | select(
		.function | . and startswith("visit(")) | .recursive] |
		unique | tostring' view.json)" "[true]"
	report cxx.hwd --by=line
	for mark in push buffer visit; do
		line=$(grep -n "// LINE $mark" "$root/tests/e2e/views.cc" |
			cut -d: -f1)
		holds "by line: $mark" jq -e 'any(.sites[]; .line == '"$line"' and
			(.file | endswith("views.cc")))' view.json
	done
	report cxx.hwd --by=function
	holds "by function: the one of the library that was called" jq -e '
		any(.sites[]; .name | test("^std::vector<int.*::push_back"))' \
		view.json
	holds "by function: inlined" jq -e '
		any(.sites[]; .name | test("make_unique"))' view.json
fi

# The phases of a run: times are those that the program told.
"$heapwise" record -o p.hwd -- "$samples/phases" tell >now.txt
start=$("$heapwise" report --json p.hwd | jq .start_realtime_ns)
for phase in 1 2 3 4; do
	read -r _ micros < <(sed -n ${phase}p now.txt)
	t[phase]=$(awk -v a="$micros" -v b="$start" \
		'BEGIN { printf "%.6f", a / 1e6 - b / 1e9 }')
done

# of FUNCTION KEY: the sum over its rows in view.json
of() {
	jq "[.sites[] | select(any(.frames[]; .function == \"$1\")) |
		.$2] | add // 0" view.json
}

# figures NAME WANTED: "KEY of FUNCTION" ... from standard input, one each line.
figures() {
	local got="" function key
	while read -r function key; do
		got+="$(of "$function" "$key") "
	done
	is "$1" "$got" "$2 "
}
live() {
	figures "$1" "$2" <<-END
	first live_blocks
	first live_bytes
	second live_blocks
	second live_bytes
	END
}
report p.hwd --at="${t[1]}"
live "live before all" "0 0 0 0"
report p.hwd --at="${t[2]}"
live "live after the first phase" "100 6400 0 0"
is "totals of a moment" "$(json .totals.live_bytes view.json)" 6400
report p.hwd --at="${t[3]}"
live "live after the second" "50 3200 50 6400"
report p.hwd --at="${t[4]}"
live "live in the end" "50 3200 0 0"
report p.hwd --at="${t[3]}" --from="${t[2]}"
live "live of what is newer" "0 0 50 6400"
report p.hwd --at=peak
live "live at the peak" "100 6400 50 6400"
is "sorted by live bytes" "$(json '.sites | map(.live_bytes) |
	. == (sort | reverse)' view.json)" true
report p.hwd --at=peak --from="${t[3]}"
live "the peak of a window" "0 0 0 0"
report p.hwd --at=peak --to="${t[2]}"
live "the peak of an earlier one" "100 6400 0 0"

window() {
	figures "$1" "$2" <<-END
	first allocations
	first frees
	first leaked_bytes
	second allocations
	second frees
	second leaked_bytes
	END
}
report p.hwd --from="${t[1]}" --to="${t[2]}"
window "the first phase" "100 0 6400 0 0 0"
report p.hwd --from="${t[2]}" --to="${t[3]}"
window "the second" "0 0 0 50 0 6400"
report p.hwd --from="${t[2]}"
window "from the second on" "0 0 0 50 50 0"
report p.hwd --to="${t[3]}"
window "up to the second" "100 50 3200 50 0 6400"
report p.hwd --from="${t[3]}" --to="${t[4]}"
window "the third" "0 0 0 0 0 0"
is "peak of a window" "$(json .totals.peak_bytes view.json)" 32
is "times are known" "$(json '.window.to_ns > .window.from_ns' view.json)" true
report p.hwd --from="${t[4]}"
is "nothing after the last" "$(json '.totals.allocations' view.json)" 0
is "other units" "$("$heapwise" report --json --to=1m p.hwd |
	jq .totals.allocations)" 170

report p.hwd
figures "temporary" "0 10" <<-END
near temporary
other temporary
END
report p.hwd --temporary=1
figures "temporary within one" "10 10" <<-END
near temporary
other temporary
END
report p.hwd --focus='^first$' --temporary=3
is "focus: totals" "$(json '.totals | "\(.allocations) \(.peak_bytes)"' \
	view.json)" "100 6400"
is "focus: of all" "$(json '.filter.of | "\(.allocations) \(.peak_bytes)"' \
	view.json)" "170 12800"

# refuses PATTERN COMMAND...: of p.hwd, in one line that matches.
refuses() {
	local pattern=$1
	shift
	"$heapwise" "$@" p.hwd >out 2>err
	if [ "$?" = 2 ] && [ ! -s out ] && [ "$(wc -l <err)" = 1 ] &&
	   grep -q -e "$pattern" err; then
		ok "$* ($(cat err))"
	else
		fails "$*: $(cat out err)"
	fi
}

# Exports take them, too.
is "export of a window" "$("$heapwise" export --format=json --from="${t[1]}" \
	--to="${t[2]}" p.hwd | jq .totals.allocations)" 100
is "export of a moment" "$("$heapwise" export --format=csv --at="${t[3]}" p.hwd |
	sed -n '/first/p' | cut -d, -f10)" 50
is "export of a moment, of one metric" "$("$heapwise" export --format=folded \
	--at="${t[3]}" p.hwd | awk '{ sum += $NF } END { print sum }')" 9600
is "and of blocks" "$("$heapwise" export --format=folded --metric=allocations \
	--at="${t[3]}" p.hwd | awk '{ sum += $NF } END { print sum }')" 100
for moment in peak "${t[3]}"; do
	"$heapwise" report --json --limit=0 --at=$moment p.hwd >report.json
	"$heapwise" export --format=json --at=$moment p.hwd >export.json
	same "export of a moment is report --json, at $moment" report.json \
		export.json
done
refuses "bytes or allocations" export --format=folded --metric=peak --at=peak
for metric in "" --metric=bytes --metric=allocations; do
	is "list of a moment $metric" "$("$heapwise" list --json $metric \
		--at="${t[3]}" first p.hwd | jq -c '.functions[0] |
		[.flat_blocks, .flat_bytes]')" "[50,3200]"
done
holds "list: live, by name" sh -c '"$0" list --at=peak first p.hwd |
	grep -q "^ *live *bytes$"' "$heapwise"
"$heapwise" list --from=1h first p.hwd >out 2>err
is "list of a part without any" "$? $(grep -c 'in the part' err)" "1 1"
refuses "live blocks" list --metric=temporary --at=peak first
is "export of some stacks" "$("$heapwise" export --format=json --ignore=second \
	--focus=phases p.hwd | jq .totals.allocations)" 120

# How long blocks lived up to a window's end: in 20 ms without an event each of
# those that live gets 20 ms older, whether it is freed later (half of them are
# in phase 3) or never.
lived_us() {
	"$heapwise" export --format=dhat --to="$1" p.hwd 2>/dev/null |
		jq '[.pps[].tl] | add'
}
for phase in 2 3; do
	later=$(awk -v t="${t[phase]}" 'BEGIN { printf "%.6f", t + 0.02 }')
	grew=$(($(lived_us "$later") - $(lived_us "${t[phase]}")))
	holds "phase $phase: 100 blocks are 20 ms older: $grew us" \
		test $grew -ge 1999990 -a $grew -le 2000010
done
is "a window past the end" "$(lived_us 1000)" \
	"$("$heapwise" export --format=dhat p.hwd 2>/dev/null |
		jq '[.pps[].tl] | add')"

# Of a sample: estimates with their intervals.
HEAPWISE_SEED=7 "$heapwise" record --sample 256 -o s.hwd -- "$samples/phases" \
	>/dev/null
report s.hwd --at=peak --focus='main|_start'
holds "sample: live blocks have an interval" jq -e '.totals |
	.live_bytes_low <= .live_bytes and .live_bytes <= .live_bytes_high and
	.live_bytes_low <= 12800 and .live_bytes_high >= 12800' view.json
report s.hwd --tree --sort=bytes
holds "sample: a tree has intervals" jq -e 'all(.tree[];
	.bytes_allocated_low <= .bytes_allocated and
	.bytes_allocated <= .bytes_allocated_high)' view.json
is "sample: the whole of a tree" "$(json '.tree[0].bytes_allocated ==
	.totals.bytes_allocated' view.json)" true
report s.hwd --to="${t[4]}"
holds "sample: a window has intervals" jq -e '.totals |
	.allocations_low <= .allocations and .allocations <= .allocations_high' \
	view.json
holds "sample: a tree on the screen" sh -c \
	'LC_ALL=C.UTF-8 "$0" report --tree s.hwd | grep -q "±"' "$heapwise"

# What is wrong is said, with its place.
refuses "at character 4" report '--focus=foo(bar'
refuses "at character 2" report '--ignore=a[b'
refuses "at character 3" export --format=csv '--focus=ab\'
refuses "empty" report --focus=
refuses "lots" report --from=lots
refuses "nowhen" report --at=nowhen
refuses "later" report --from=2 --to=1
refuses "leave out --to" report --at=1 --to=2
refuses "sideways" report --tree=sideways
refuses "add up" report --tree --sort=peak
refuses "leave out --by" report --tree --by=size
refuses "use --min-share" report --tree --limit=3
refuses "percentage" report --tree --min-share=many
refuses "for --tree" report --min-share=3
refuses "many" report --temporary=many
refuses "for --by=site" report --by=line --frames=3
refuses "sort=bytes" report --at=peak --sort=lifetime
refuses "leave out one" report --at=peak --lifetimes
refuses "leave out one" report --at=peak --timeline --json
refuses "leave out one" report --by=thread --sizes
refuses "one at a time" report --tree --sizes

# What people see.
drawn() { "$heapwise" report --tree "$@" p.hwd | tail -n +9; }
LC_ALL=C.UTF-8 drawn >tree.txt
holds "boxes" grep -q '├─ first' tree.txt
drawn >tree.txt
is "ASCII where it has to be" "$(LC_ALL=C grep -c '[^ -~]' tree.txt)" 0
holds "drawn in ASCII" grep -q '|- first' tree.txt
"$heapwise" report --focus=first --at=peak p.hwd >text.txt
holds "the share of a filter" grep -q "Only stacks with first: 66.7% of the blocks" \
	text.txt
holds "the moment" grep -q "At the heap's peak" text.txt
"$heapwise" report --from="${t[1]}" --to="${t[2]}" p.hwd >text.txt
holds "the window" grep -q "^Of the run only from .* ms to" text.txt
is "what is live at its end is not called leaked" \
	"$(grep -c leaked text.txt) $(grep -c '^left: ' text.txt)" "0 1"
"$heapwise" report --from="${t[1]}" p.hwd >text.txt
holds "what is live at the run's end is" grep -q ' leaked ' text.txt
if [ -e cxx.hwd ]; then
	"$heapwise" report cxx.hwd >short.txt
	"$heapwise" report --full-names cxx.hwd >full.txt
	holds "short names" grep -qF 'std::map<*>::operator[](' short.txt
	is "full names" "$(grep -cF '<*>' full.txt)" 0
	is "no allocator" "$(grep -c 'operator new(' short.txt)" 0
	holds "all frames" sh -c '"$0" report --all-frames cxx.hwd |
		grep -q "operator new("' "$heapwise"
	"$heapwise" report --limit=1 --frames=1 --focus='^visit' cxx.hwd >one.txt
	is "one frame" "$(grep -A 2 '%calls' one.txt | tail -n +2 | wc -l)" 2
	holds "the others are counted" grep -q 'more, up to main' one.txt
	is "all frames of a site" "$("$heapwise" report --limit=1 --frames=0 \
		cxx.hwd | grep -c 'more, up to')" 0
fi
finish
