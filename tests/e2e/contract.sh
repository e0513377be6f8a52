#!/bin/bash
# SPDX-License-Identifier: MIT
# The words that programs rely on: the keys of --json, and what people see.
. "$(dirname "$0")/lib.sh"
"$heapwise" record -o d.hwd -- "$samples/leaks"
"$heapwise" record --sample 4K -o sampled.hwd -- "$samples/mixed" >/dev/null

"$heapwise" report --json d.hwd >r.json
for key in allocations frees bytes_allocated peak_bytes leaked_bytes \
	leaked_blocks temporary; do
	holds "totals.$key" jq -e ".totals.$key | numbers" r.json
done
for key in allocations bytes_allocated peak_bytes leaked_bytes temporary; do
	holds "sites[].$key" jq -e "all(.sites[]; .$key | type == \"number\")" r.json
done
for key in id frames; do
	holds "sites[].$key" jq -e "all(.sites[]; has(\"$key\"))" r.json
done
for key in function file line module address inlined; do
	holds "frames[].$key" \
		jq -e "all(.sites[].frames[]; has(\"$key\"))" r.json
done
line=$(grep -n "void \*forget" "$root/samples/leaks.c" | cut -d: -f1)
holds "file and line" jq -e 'any(.sites[].frames[];
	.function == "forget" and (.file | endswith("samples/leaks.c")) and
	.line == '"$line"')' r.json
for key in allocations_low allocations_high bytes_allocated_low \
	bytes_allocated_high; do
	holds "sampled totals.$key" sh -c '"$0" report --json sampled.hwd |
		jq -e ".totals.$1 | numbers"' "$heapwise" $key
done
holds "sampled totals.weak" sh -c '"$0" report --json sampled.hwd |
	jq -e ".totals | (.weak | type == \"array\") and
	(.few_samples == (.samples < 10))"' "$heapwise"
holds "sampled --at: weak figures of what was live" sh -c '"$0" report \
	--at=peak --json sampled.hwd | jq -e "[.sites[], .totals] |
	any(.weak | index(\"live_bytes\")) and
	all(.weak | (index(\"live_bytes\") == null) ==
		    (index(\"leaked_bytes\") == null))"' "$heapwise"
holds "sampled mean lifetime" sh -c '"$0" report --json sampled.hwd |
	jq -e ".totals | .mean_lifetime_ns_low <= .mean_lifetime_ns and
	(.mean_lifetime_ns_high == null or
	 .mean_lifetime_ns_high >= .mean_lifetime_ns)"' "$heapwise"
ours=$("$heapwise" info --json d.hwd | jq .notes.recorder_bytes)
holds "the recorder's own memory: $ours bytes" \
	sh -c "[ $ours -gt 100000 ] && [ $ours -lt 8000000 ]"
holds "info" sh -c '"$0" info --json d.hwd | jq -e "
	.mode == \"exact\" and (.program | endswith(\"/leaks\")) and
	(.lost | type == \"object\")"' "$heapwise"
# What is long is cut between characters, to 80 columns.
cat >columns.py <<'END'
import sys, unicodedata
text = open(sys.argv[1], "rb").read().decode()
wide = lambda c: 2 if unicodedata.east_asian_width(c) in "WF" else 1
sys.exit(any(sum(map(wide, line)) > 80 for line in text.split("\n")) or
         "..." not in text)
END
for letter in x ä 漢; do
	for name in p pp ppp pppp; do
		directory=$(printf "$letter%.0s" {1..60})
		mkdir -p "$directory"
		cp "$samples/leaks" "$directory/$name"
		"$heapwise" record -o long.hwd -- "./$directory/$name" {1000..1030}
		"$heapwise" info long.hwd >long.txt
		holds "info: a path of $letter, $name: 80 columns" \
			$python columns.py long.txt
	done
done
for way in record preload; do
	if [ $way = record ]; then
		GLIBC_TUNABLES=glibc.malloc.tcache_count=3 "$heapwise" record \
			-o $way.hwd -- "$samples/leaks" >/dev/null
	else
		GLIBC_TUNABLES=glibc.malloc.tcache_count=3 LD_PRELOAD=$library \
			HEAPWISE_OUTPUT=$work/$way.hwd "$samples/leaks" >/dev/null
	fi
	is "$way: tunables" "$("$heapwise" info --json $way.hwd |
		jq -r .tunables)" glibc.malloc.tcache_count=3
	is "$way: tunables, for a person" \
		"$("$heapwise" info $way.hwd | grep -c '^tunables  *glibc')" 1
	holds "$way: what an empty measurement takes" jq -e \
		'.empty_pair_ns > 1 and .empty_pair_ns < 500' \
		<("$heapwise" info --json $way.hwd)
done
is "no tunables" "$("$heapwise" info --json d.hwd | jq .tunables)" null
is "two dumps in one report" "$("$heapwise" report --json d.hwd d.hwd \
	2>/dev/null | jq .totals.allocations)" 202

# For people: no colour and 80 columns when it is not a terminal, and only ASCII
# is drawn where the locale has nothing else.
"$heapwise" record -o cxx.hwd -- "$samples/operators" >/dev/null
views=("" "--by=function" "--by=file" "--by=line" "--by=module" "--by=thread"
	"--by=size" "--sort=peak" "--sort=leaked" "--sort=temporary"
	"--sort=bytes" "--sort=allocations" "--sort=at-peak" "--sort=size"
	"--sort=lifetime" "--sort=blocks" "--tree" "--tree=down"
	"--tree --sort=leaked" "--tree --min-share=0 --full-names --all-frames"
	"--tree=down --at=peak --sort=blocks" "--at=peak" "--at=0.001"
	"--at=peak --by=line --sort=blocks" "--from=0.0001 --to=0.5"
	"--focus=main|keep|so.6 --ignore=nothing_of_this_name_is_anywhere_at_all"
	"--frames=1" "--frames=0" "--all-frames --frames=0" "--full-names"
	"--by=function --full-names --all-frames" "--temporary=3")
for dump in d sampled cxx; do
	for options in "${views[@]}"; do
		for locale in C C.UTF-8; do
			LC_ALL=$locale "$heapwise" report $options $dump.hwd \
				>report.txt 2>err
			got="$? $(cat err)"
			got+=", $(grep -c $'\e' report.txt) escapes"
			got+=", $(LC_ALL=C.UTF-8 awk 'length($0) > 80' \
				report.txt | wc -l) over 80 columns"
			[ $locale != C ] ||
				got+=", $(LC_ALL=C grep -c '[^ -~]' \
					report.txt) not ASCII"
			is "report $options $dump.hwd in $locale" "$got" \
				"0 , 0 escapes, 0 over 80 columns$(
				[ $locale != C ] || echo ', 0 not ASCII')"
		done
	done
done
holds "report names sites" sh -c '"$0" report d.hwd | grep -q forget' \
	"$heapwise"
is "--limit=1" "$("$heapwise" report --json --limit=1 d.hwd |
	jq '.sites | length')" 1
if which script >/dev/null; then
	script -qec "$heapwise report d.hwd" /dev/null >tty.txt </dev/null
	holds "colour on a terminal" grep -q $'\e\[' tty.txt
	NO_COLOR=1 script -qec "$heapwise report d.hwd" /dev/null >tty.txt \
		</dev/null
	is "NO_COLOR" "$(grep -c $'\e\[[0-9;]*m' tty.txt)" 0
fi
for command in record report export list advise simulate info check; do
	holds "$command --help, -h" sh -c '"$0" "$1" --help |
		grep -qi usage && "$0" "$1" -h | grep -qi usage' \
		"$heapwise" $command
done
finish
