#!/bin/bash
# SPDX-License-Identifier: MIT
# heapwise export: every format by its readers' rules against report --json, of
# a C, a C++ and a python3 recording, a sample, and one whose functions have
# names that break things; dhat against valgrind's own.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
case $here in /*) ;; *) here=$root/$here ;; esac
check() { "$python" -B "$here/formats.py" "$@" || failures=1; }
record() { "$heapwise" record -o "$1.hwd" "${@:2}" >/dev/null; }

cat >cxx.cc <<'END'
#include <map>
#include <memory>
#include <string>
#include <vector>
template <class T> static std::vector<T> fill(int n)
{
	std::vector<T> v;
	for (int i = 0; i < n; i++)
		v.push_back(T(i));
	return v;
}
int main()
{
	std::map<std::string, std::unique_ptr<int>> m;
	auto add = [&](int i) {
		m[std::string(40, char('a' + i % 9))] = std::make_unique<int>(i);
	};
	for (int i = 0; i < 200; i++)
		add(i);
	return int(fill<int>(100).size() + fill<double>(10).size()) % 2;
}
END

# Names that a compiler never makes but a file may have: functions f0, f1, ...
names=('odd;name x' $'new\nline' 'quote"back\slash' $'no \xff utf8' 'ends 12' \
	' ; ' $'tab\there\x01' 'comma,"q", <b>&amp;' 'é 12.5' '[root]' '</script>' \
	'-1' 'one two 3 4')
odd_names() {
	local i renames=()

	printf '#include <stdlib.h>\nvoid *volatile kept;\n' >odd.c
	for i in "${!names[@]}"; do
		echo "void f$i(void) { kept = malloc(1000 + $i); }"
		renames+=(--redefine-sym "f$i=${names[i]}")
	done >>odd.c
	{
		echo 'int main(void) {'
		printf 'f%d();' "${!names[@]}"
		echo 'return 0; }'
	} >>odd.c
	gcc -O0 -fno-builtin -c odd.c && objcopy "${renames[@]}" odd.o &&
		gcc -o odd odd.o
}

record c "$samples/leaks"
record peak "$samples/peak"
g++ -std=c++17 -O2 -g -o cxx cxx.cc && record cxx ./cxx
record py3 "$python" -S -E -c 'import json; json.dumps([1, "two"])'
PYTHONMALLOC=malloc HEAPWISE_SEED=1 record sampled --sample 4K \
	"$python" -S -c 0
odd_names && record odd ./odd
# No room for all stacks: some are cut off.
HEAPWISE_TEST_NODES=600 record short "$python" -S -E -c 0
check "$heapwise" c.hwd peak.hwd cxx.hwd py3.hwd sampled.hwd odd.hwd short.hwd

holds "stacks are cut off" sh -c '"$0" export --format=folded short.hwd |
	grep -q "^\[truncated\];"' "$heapwise"

"$heapwise" export --format=folded odd.hwd >odd.folded
for pair in 'odd:name x 1000' 'new\nline 1001' 'quote"back\slash 1002' \
	'no \xff utf8 1003' 'ends_12 1004' ' :  1005' 'tab\there\x01 1006' \
	'comma,"q", <b>&amp: 1007' 'é_12.5 1008' '[root] 1009' \
	'-1 1011' 'one two 3_4 1012'; do
	holds "folded: $pair" grep -qF -- ";$pair" odd.folded
done
"$heapwise" export --format=speedscope odd.hwd >odd.json
is "speedscope: a name is as it is" "$(jq -r '.shared.frames[].name |
	select(startswith("new"))' odd.json)" $'new\nline'
holds "cxx: inlined calls are frames" sh -c '"$0" export --format=folded \
	cxx.hwd | grep -q "main;[^;]*;[^;]* std::make_unique<int"' "$heapwise"
is "folded is of bytes unless asked" \
	"$("$heapwise" export --format=folded c.hwd)" \
	"$("$heapwise" export --format=folded --metric=bytes c.hwd)"
is "nothing leaked, no line" \
	"$("$heapwise" export --format=folded --metric=leaked peak.hwd)" ""

# What is asked wrongly, and what cannot be written or read.
refuses() {
	local name=$1 wanted=$2
	shift 2
	"$heapwise" export "$@" >out 2>err
	is "$name: status, output" "$? $(wc -c <out)" "2 0"
	is "$name: one line" "$(wc -l <err)" 1
	holds "$name: says so" grep -q -- "$wanted" err
}
refuses "no format" "no --format" c.hwd
refuses "unknown format" "not a format" --format=svg c.hwd
refuses "unknown metric" "not a metric" --format=folded --metric=x c.hwd
refuses "two dumps" "more than one" --format=csv c.hwd peak.hwd
refuses "no dump" "no dump" --format=csv
refuses "not a dump" "not a heapwise dump" --format=csv cxx.cc
refuses "nowhere to write" "nowhere" --format=csv -o nowhere/x c.hwd
# What is exported is never written over, by whatever name.
cp c.hwd kept.hwd
: >kept.hwd.ring
ln -s kept.hwd link.hwd
ln kept.hwd hard.hwd
for to in kept.hwd ./kept.hwd link.hwd hard.hwd kept.hwd.ring; do
	refuses "onto itself, as $to" "$to: is what is to be exported" \
		--format=csv -o $to kept.hwd
done
same "and it is as it was" c.hwd kept.hwd
for format in speedscope dhat csv json; do
	refuses "$format: --metric" "all of them" --format=$format \
		--metric=bytes c.hwd
done
for format in folded speedscope dhat csv json; do
	"$heapwise" export --format=$format c.hwd >/dev/full 2>err
	is "$format: full disk" "$? $(wc -l <err)" "2 1"
	"$heapwise" export --format=$format -o /dev/full c.hwd 2>err
	is "$format: full disk, -o" "$? $(wc -l <err)" "2 1"
	"$heapwise" export --format=$format -o /dev/full py3.hwd 2>err
	is "$format: full disk, -o, more than a buffer" "$? $(grep -v \
		'no debug information' err)" "2 heapwise: /dev/full: No space$(
		) left on device; the file is not complete"
	"$heapwise" export --format=$format c.hwd >out
	"$heapwise" export --format=$format -o named c.hwd
	same "$format: -o" out named
done

# A damaged dump gives what can be read, in files that are whole.
size=$(stat -c %s py3.hwd)
for percent in 30 60 90; do
	head -c $((size * percent / 100)) py3.hwd >cut.hwd
	for format in speedscope dhat json; do
		"$heapwise" export --format=$format cut.hwd >cut.json 2>err
		is "cut at $percent%: $format" "$? $(
			jq -e 'type' cut.json)" '0 "object"'
	done
done

# DHAT itself on the same programs; its peak is the last of equal ones.
if which valgrind >/dev/null; then
	for name in peak leaks temporary; do
		valgrind --tool=dhat --dhat-out-file=theirs.json \
			"$samples/$name" >/dev/null 2>&1
		record ours "$samples/$name"
		"$heapwise" export --format=dhat -o ours.json ours.hwd
		check --valgrind ours.json theirs.json "$name.c"
	done
else
	skip "no valgrind"
fi
finish
