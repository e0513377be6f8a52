#!/bin/bash
# SPDX-License-Identifier: MIT
# With HEAPWISE_VERIFY=1 the recorder walks every stack twice, by its rules and
# by libunwind alone, and counts the differences. In real programs there are
# none.
. "$(dirname "$0")/lib.sh"
export HEAPWISE_VERIFY=1

# verified NAME LEAST COMMAND...: no difference in at least so many walks.
verified() {
	local name=$1 least=$2
	shift 2
	which "$1" >/dev/null || { skip "no $1"; return; }
	rm -f v.hwd*
	"$heapwise" record -o v.hwd -- "$@" >out 2>err </dev/null
	"$heapwise" info --json v.hwd >info.json
	is "$name: different walks of $(json .notes.verified_walks info.json)" \
		"$(json .notes.different_walks info.json)" 0
	holds "$name: at least $least walks" \
		test "$(json .notes.verified_walks info.json)" -ge $least
}

awk 'BEGIN { for (i = 0; i < 12; i++)
	printf "int f%d(int *p, int n) { int r = 0; for (int i = 0; i < n; " \
		"i++) r += p[i %% %d] ^ i; return r; }\n", i, i + 1 }' >unit.c
for sample in threads unload throw plugin coroutine jump sigstack recursion \
	generated loader smallstack; do
	verified $sample 50 "$samples/$sample"
done
verified jq 5000 jq -n '[range(2000) | {a: ., b: "x\(.)"}] | group_by(.a % 7) | length'
verified sqlite3 500 sqlite3 :memory: 'create table t(a); with recursive
	n(i) as (select 1 union all select i+1 from n where i<3000)
	insert into t select i*i from n; select count(distinct a % 7) from t;'
verified git 500 git -C "$root" log --oneline -n 30 --stat
verified python3 2000 $python -X utf8 -c 'import json, re, argparse'
PYTHONMALLOC=malloc verified python3-malloc 20000 $python -c 'import json, re'
verified cc1 10000 "$(gcc -print-prog-name=cc1)" -quiet -O2 unit.c -o unit.s
verified perl 500 perl -e 'my %h; $h{$_ % 100} .= "x$_" for 1..3000;'
verified gdb 5000 gdb -batch -nx -ex 'info line main' "$samples/churn"
verified clang 5000 clang -O1 -c -o unit.o unit.c
finish
