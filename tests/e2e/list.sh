#!/bin/bash
# SPDX-License-Identifier: MIT
# heapwise list: figures of lines against a slow count over the report's own
# stacks and against what a program is known to do; sources that are gone,
# edited, huge, or no sources at all.
. "$(dirname "$0")/lib.sh"

mkdir src
cat >src/shop.cc <<'END'
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace shop {

template <typename T> struct Shelf {
	std::vector<T> items;
	void put(const T &item)
	{
		items.reserve(items.size() + 1); // put: one each
		items.push_back(item);
	}
};

static inline char *label(size_t bytes)
{
	char *text = static_cast<char *>(malloc(bytes)); // label: 30 of 48
	asm volatile("" : "+r"(text) : : "memory");
	return text;
}

struct Order {
	void fill()
	{
		for (int i = 0; i < 10; i++)
			free(label(48)); // fill: 30 of 48
	}
};

__attribute__((noinline)) int recurse(int depth)
{
	char *here = label(100); // recurse: 51 of 100
	int sum = depth ? recurse(depth - 1) + 1 : 0; // deeper: 50 of 100
	free(here);
	return sum;
}

}

int main()
{
	shop::Shelf<long> numbers;
	shop::Shelf<char> letters;
	shop::Order order;
	auto each = [](int n) {
		long *many = new long[n]; // lambda: 5 of 80
		asm volatile("" : "+r"(many) : : "memory");
		return many;
	};

	for (long i = 0; i < 3; i++)
		order.fill(); // main: 30 of 48
	for (int i = 0; i < 7; i++)
		numbers.put(i); // numbers
	for (char c = 'a'; c < 'e'; c++)
		letters.put(c); // letters
	for (int i = 0; i < 5; i++)
		delete[] each(10);
	return shop::recurse(50) == 0;
}
END
g++ -std=c++17 -O2 -g -fno-builtin -fno-optimize-sibling-calls \
	-o shop src/shop.cc || fails "could not compile"
"$heapwise" record -o shop.hwd -- ./shop
"$heapwise" record -o tides.hwd -- "$samples/tides"
"$heapwise" record -o recursion.hwd -- "$samples/recursion" >/dev/null
"$heapwise" record --sample 4K -o mixed.hwd -- "$samples/mixed" >/dev/null
"$heapwise" record -o python.hwd -- $python -c \
	'import json; json.dumps([{"a": str(i)} for i in range(2000)])'

line() { grep -n "// $1" src/shop.cc | cut -d: -f1; }
# figures FUNCTION LINE: flat and cumulative calls, then bytes.
figures() {
	"$heapwise" list --json "$1" shop.hwd | jq -c --argjson line "$2" \
		'[.functions[].lines[] | select(.line == $line) |
		[.flat_blocks, .cumulative_blocks, .flat_bytes,
		.cumulative_bytes]] | add'
}
is "an inlined function, two callers" "$(figures label "$(line label)")" \
	"[81,81,6540,6540]"
is "its callers: not flat" "$(figures Order::fill "$(line fill)")" \
	"[0,30,0,1440]"
is "recursion: a stack counts once" \
	"$(figures shop::recurse "$(line deeper)")" "[0,50,0,5000]"
is "recursion: the line below" "$(figures recurse "$(line recurse)")" \
	"[0,51,0,5100]"
is "a caller of inlined calls" "$(figures '^main$' "$(line main)")" \
	"[0,30,0,1440]"
is "a lambda; operator new is the allocator" \
	"$(figures 'operator()' "$(line lambda)")" "[5,5,400,400]"
is "two instances of a template are one" "$("$heapwise" list --json \
	shop::Shelf::put shop.hwd | jq -c '.functions[] |
	[.name, .copies, .cumulative_blocks, .cumulative_bytes]')" \
	'["shop::Shelf::put",2,11,234]'
is "the whole of main" "$("$heapwise" list --json main shop.hwd | jq \
	-c '.functions[] | [.function, .flat_blocks, .cumulative_blocks]')" \
	'["main",0,97]'
is "the text of a line" "$("$heapwise" list --json label shop.hwd |
	jq -r '.functions[0].lines[0].text')" \
	"$(sed -n "$(line label)p" src/shop.cc)"

# Every line of every function, of any program: a slow count.
cat >slow.py <<'END'
import json, re, sys
report, listing, metric = sys.argv[1:]
report, listing = json.load(open(report)), json.load(open(listing))
block, size = {'bytes': ('allocations', 'bytes_allocated'),
               'leaked': ('leaked_blocks', 'leaked_bytes'),
               'at-peak': ('at_peak_blocks', 'at_peak_bytes'),
               'temporary': ('temporary', None)}[metric]
allocator = re.compile(r'operator new(\[\])?\(|__gnu_cxx::new_allocator<|'
    r'__gnu_cxx::__alloc_traits<|std::__new_allocator<|std::allocator<|'
    r'std::allocator_traits<|std::__allocate_at_least|.*::(_M_allocate\(|'
    r'_M_get_node\(|_M_create\(|_M_allocate_node<|_M_create_node<)')
lines = {}
for site in report['sites']:
    seen, leaf = set(), True
    for frame in site['frames']:
        if not frame['function']:
            leaf = False
            continue
        key = frame['file'] or frame['module'], frame['line'] or None
        own = leaf and not allocator.match(frame['function'])
        leaf = leaf and not own
        # Copies of a function in one file share a line.
        seen.add(key)
        flat = lines.setdefault(key, [0, 0, 0, 0])
        if own:
            flat[0] += site[block]
            flat[2] += site[size] if size else 0
    for key in seen:
        lines[key][1] += site[block]
        lines[key][3] += site[size] if size else 0
lines = {k: v for k, v in lines.items() if v[1]}
ours = {}
for function in listing['functions']:
    assert function['lines'], function['function']
    for line in function['lines']:
        key = (function['file'] or function['module']), line['line']
        got = [line['flat_blocks'], line['cumulative_blocks'],
               line.get('flat_bytes', 0), line.get('cumulative_bytes', 0)]
        ours.setdefault(key, []).append(got)
wrong = 0
for key, slow in lines.items():
    # Several functions may have one line (line 0 of a module, macros): then
    # their stacks may be the same, and no sum is right.
    if key not in ours:
        wrong += 1
        print('missing', key, slow)
    elif key[1] and len(ours[key]) == 1:
        got = ours[key][0]
        if any(abs(a - b) > report['site_count'] * (report['mode'] != 'exact')
               for a, b in zip(got, slow)):
            wrong += 1
            print('differs', key, got, slow)
wrong += len(set(ours) - set(lines))
print(len(lines), 'lines,', wrong, 'wrong')
sys.exit(wrong > 0 or len(lines) < 5)
END
for dump in shop tides recursion mixed python; do
	"$heapwise" report --json $dump.hwd >report.json
	for metric in bytes leaked at-peak temporary; do
		[ $dump = shop ] || [ $metric = bytes ] || continue
		[ $metric != leaked ] || [ $dump = tides ] || continue
		"$heapwise" list --all --json --metric=$metric . $dump.hwd \
			>list.json 2>err
		holds "$dump $metric: $($python slow.py report.json list.json \
			$metric | tail -n 1)" \
			$python slow.py report.json list.json $metric
	done
done
is "leaked" "$("$heapwise" list --json --metric=leaked flood tides.hwd |
	jq -c '.functions[0] | [.flat_blocks, .flat_bytes]')" "[10,100000]"
holds "a sample: intervals" sh -c '"$0" list --json SITES mixed.hwd 2>err ||
	"$0" list --json --all . mixed.hwd 2>err | jq -e "[.functions[] |
	., .lines[]] | all(.cumulative_bytes_low <= .cumulative_bytes and
	.cumulative_bytes_high >= .cumulative_bytes)"' "$heapwise"

# What is shown.
"$heapwise" list shop::recurse shop.hwd >text 2>err
is "list: status, messages" "$? $(cat err)" "0 "
is "from three lines above the first to three below the last" \
	"$(grep -oE '^[ .0-9KM]{24} +[0-9]+' text | awk '{print $NF}' |
	tr '\n' ' ')" "$(seq -s ' ' $(($(line recurse) - 3)) \
	$(($(line deeper) + 3))) "
is "gaps" "$("$heapwise" list main shop.hwd | grep -c '^ *\.\.\.$')" 0
for options in "" --metric=temporary --metric=leaked; do
	for dump in shop tides mixed python; do
		COLUMNS=80 "$heapwise" list $options . $dump.hwd >text 2>err
		is "list $options $dump" \
			"$? $(grep -vc '^heapwise: ' err) $(LC_ALL=C.UTF-8 \
			awk 'length($0) > 80' text | wc -l) $(grep -c $'\e' \
			text)" "0 0 0 0"
	done
done
is "at most ten functions" "$("$heapwise" list --json . python.hwd \
	2>/dev/null | jq '.functions | length')" 10
is "most bytes first" "$("$heapwise" list --json --all . python.hwd \
	2>/dev/null | jq '[.functions[].cumulative_bytes] |
	. == (sort | reverse)')" true

# None, and words that are wrong.
refuses() { # NAME STATUS PATTERN ARGUMENT...
	local name=$1 wanted=$2 pattern=$3 status
	shift 3
	timeout 60 "$heapwise" list "$@" >out 2>err
	status=$?
	if [ $status = "$wanted" ] && [ "$(grep -c . err)" = 1 ] &&
	   grep -q "^heapwise: .*$pattern" err && ! [ -s out ]; then
		ok "$name ($(cat err))"
	else
		fails "$name: status $status, $(cat err; head -c 100 out)"
	fi
}
refuses "no match" 1 "recusre.*did you mean shop::recurse?" recusre shop.hwd
refuses "nothing like it" 1 "by=function" zzzzzzzzzzz shop.hwd
"$heapwise" list --json zzzzzzzzzzz shop.hwd >none.json 2>err
is "nothing like it, in JSON" "$? $(jq -c '[.pattern, .function_count,
	.functions]' none.json)" '1 ["zzzzzzzzzzz",0,[]]'
refuses "no expression" 2 "zz(.*Unmatched" 'zz(' shop.hwd
refuses "no dump" 2 missing.hwd main missing.hwd
refuses "no function" 2 "needed" shop.hwd
refuses "too many" 2 "more than" main shop.hwd shop.hwd
refuses "no metric" 2 "at-peak" --metric=peak main shop.hwd
refuses "no option" 2 "not an option" --nothing main shop.hwd
is "a plain name that is no expression" "$("$heapwise" list --json \
	'shop::recurse(int)' shop.hwd | jq '.functions | length')" 1

# Sources that are not what they were. Figures come all the same.
# without NAME PATTERN: a report with figures, no text, and one such line.
without() {
	timeout 60 "$heapwise" list label shop.hwd >text 2>err
	is "$1: status, messages" "$? $(grep -c . err)" "0 1"
	holds "$1: says so" grep -q "^heapwise: .*shop.cc: $2.*--source-path" err
	holds "$1: figures" grep -qE "^ +81 +81 .* $(line_label)$" text
}
label=$(line label)
line_label() { echo "$label"; }
cp -p src/shop.cc kept.cc
rm src/shop.cc
without "deleted" "No such file"
mkdir src/shop.cc
without "a directory" "not a regular file"
rmdir src/shop.cc
mkfifo src/shop.cc
without "a fifo" "not a regular file"
rm src/shop.cc
cp shop src/shop.cc
without "binary" "not a text file"
for map in "--source-path=$work/other" "--source-path=$work/src=$work/other" \
	"--source-path=/none --source-path=$work/other"; do
	mkdir -p other
	cp -p kept.cc other/shop.cc
	"$heapwise" list $map label shop.hwd >text 2>err
	is "$map" "$? $(cat err) $(grep -c 'label: 30 of 48\|label: 3\|malloc' \
		text)" "0  1"
done
cp kept.cc src/shop.cc
touch -d '+1 hour' src/shop.cc
"$heapwise" list label shop.hwd >text 2>err
holds "edited: says so" grep -q "changed after shop was built" text
is "edited: source_newer" "$("$heapwise" list --json label shop.hwd |
	jq '.functions[0].source_newer')" true
head -n 5 kept.cc >src/shop.cc
"$heapwise" list label shop.hwd >text 2>err
holds "too short: says so" grep -q "has only 5 lines" text
holds "too short: figures" grep -qE "^ +81 +81 .* $label$" text
{ head -n $((label - 1)) kept.cc; printf '\e[31mred\a\x9b\n'
	yes '	a line like many others' | head -n 10000000; } >src/shop.cc
start=$(date +%s%N)
"$heapwise" list label shop.hwd >text 2>err
is "10 million lines, in $((($(date +%s%N) - start) / 1000000)) ms" \
	"$? $(cat err) $(grep -c 'a line like many' text)" "0  3"
is "what is in a source is escaped" \
	"$(grep -c $'[\e\a\x9b]' text) $(grep -c 'x1b\[31mred' text)" "0 1"
sed 's/malloc(bytes)/malloc(bytes)/;s/^\(#include <map>\)/#line 3000000 "src\/shop.cc"\n\1/' \
	kept.cc >far.cc
yes | head -n 10000000 >src/shop.cc
g++ -std=c++17 -O2 -g -fno-builtin -o far far.cc
"$heapwise" record -o far.hwd -- ./far
start=$(date +%s%N)
"$heapwise" list label far.hwd >text 2>err
holds "line 3 million, in $((($(date +%s%N) - start) / 1000000)) ms" \
	grep -qE ' 30000[0-9]{2} +y$' text
cp -p kept.cc src/shop.cc

# The program is gone: nothing has a name, and that is said; unless it is found
# elsewhere.
mkdir elsewhere
mv shop elsewhere/shop
"$heapwise" list shop::recurse shop.hwd >text 2>err
is "a deleted program: status" "$?" 1
is "a deleted program: no function" "$(grep -c "no function" err)" 1
is "a deleted program: why" "$(grep -c "shop: not there any more" err)" 1
"$heapwise" list --debug-path=elsewhere shop::recurse shop.hwd >text 2>err
is "found elsewhere: status" "$?" 0
mv elsewhere/shop shop
"$heapwise" list --ignore=recurse shop::recurse shop.hwd >text 2>err
is "left out: status" "$?" 1
cp shop.hwd cut.hwd
truncate -s -300 cut.hwd
"$heapwise" list recurse cut.hwd >text 2>err
is "a cut dump" "$?" 0
finish
