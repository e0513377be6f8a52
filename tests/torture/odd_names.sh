#!/bin/bash
# SPDX-License-Identifier: MIT
# Names that nobody expects: programs, directories and dumps with spaces,
# newlines, escape sequences and bytes that are no UTF-8; arguments of 100 KB and
# 5,000 of them; C++ names of 4 KB and of 60 KB. Dumps are whole, views have
# every name once, nothing of them reaches a terminal unescaped.
. "$(dirname "$0")/../e2e/lib.sh"
odd=$'a b\nc\t\x1b[31m\xff\xfe;"\\'
mkdir "$odd"
cp "$samples/churn" "$odd/pro gram"$'\n\xff'
"$samples/churn" 2000 >wanted
long=$(printf '%100000s' | tr ' ' y)
for way in record preload; do
	for n in 1 2 3; do
		case $n in
		1) set -- "$odd/pro gram"$'\n\xff' 2000 ;;
		2) set -- "$samples/churn" 2000 "$long" ;;
		3) set -- "$samples/churn" 2000 $(seq 5000) ;;
		esac
		case $way in
		record)	 "$heapwise" record -o "$odd/d.hwd" -- "$@" ;;
		preload) HEAPWISE_OUTPUT="$work/$odd/d.hwd" \
			 LD_PRELOAD=$library "$@" ;;
		esac >out 2>err
		is "$way, $n: status, messages" "$? $(cat err)" "0 "
		same "$way, $n: output" wanted out
		is "$way, $n: dumps" "$(find "$odd" -name 'd.hwd*' ! -name \
			'*.ring' -printf x)" x
		mv "$odd"/d.hwd* moved.hwd
		holds "$way, $n: whole" "$heapwise" check moved.hwd
		is "$way, $n: exact" "$(total moved.hwd allocations)" 2000
		for view in report info "report --by=module" advise \
			"export --format=folded" "report --tree"; do
			# shellcheck disable=SC2086
			"$heapwise" $view moved.hwd >view.txt 2>&1 ||
				[ "${view%% *}" = advise ] ||
				fails "$way, $n: $view: status"
			is "$way, $n: $view: no control characters" \
				"$(tr -d '\n\t' <view.txt | LC_ALL=C \
				grep -c $'[\x01-\x1f\x7f]')" 0
		done
		is "$way, $n: --json is JSON" \
			"$("$heapwise" info --json moved.hwd | jq -r type)" \
			object
	done
done
$python - >long.cc <<'END'
def name(prefix, n):
    return prefix + "x" * n
print("#include <stdlib.h>")
print("template <class... T> struct pack {};")
print("struct %s {};" % name("leaf", 200))
deep = name("leaf", 200)
for i in range(5):
    deep = "pack<%s, %s>" % (deep, deep)
print("template <class T> __attribute__((noinline)) void *wide(T *) { return malloc(33); }")
print("extern \"C\" __attribute__((noinline)) void *%s() { return malloc(44); }" % name("c", 60000))
print("int main() { for (int i = 0; i < 10; i++) { free(wide((%s *)0)); free(%s()); } }" % (deep, name("c", 60000)))
END
if ${CXX:-g++} -w -g -O1 -fno-builtin -o long long.cc 2>cxx.txt; then
	"$heapwise" record -o long.hwd -- ./long >out 2>err
	is "long names: status, messages" "$? $(cat out err)" "0 "
	holds "long names: whole" whole long.hwd
	is "long names: the template" "$("$heapwise" report --json long.hwd |
		jq '[.sites[] | select(any(.frames[]; .function // "" |
		test("wide<"))).allocations] | add')" 10
	is "long names: 60,000 letters" "$("$heapwise" report --json long.hwd |
		jq '[.sites[] | select(any(.frames[]; .function // "" |
		test("^cx{1000}"))).allocations] | add')" 10
	is "long names: 80 columns" "$(COLUMNS=80 "$heapwise" report long.hwd |
		awk 'length > 80' | wc -l)" 0
	for format in folded csv json pprof dhat speedscope; do
		holds "long names: $format" "$heapwise" export \
			--format=$format -o long.$format long.hwd
	done
else
	skip "no compiler for long names"
fi
finish
