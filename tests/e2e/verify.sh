#!/bin/bash
# SPDX-License-Identifier: MIT
# With HEAPWISE_VERIFY=1 the recorder walks every stack twice, by its rules and
# by libunwind alone, and counts the differences. In real programs there are
# none.
. "$(dirname "$0")/lib.sh"
export HEAPWISE_VERIFY=1

walks=0

# verified NAME LEAST COMMAND...: no difference in at least so many walks.
verified() {
	local name=$1 least=$2 n
	shift 2
	which "$1" >/dev/null || { skip "no $1"; return; }
	rm -f v.hwd*
	"$heapwise" record -o v.hwd -- "$@" >out 2>err </dev/null
	"$heapwise" info --json v.hwd >info.json
	is "$name: different walks of $(json .notes.verified_walks info.json)" \
		"$(json .notes.different_walks info.json)" 0
	n=$(json .notes.verified_walks info.json)
	holds "$name: at least $least walks" test "$n" -ge $least
	walks=$((walks + n))
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
[ -n "${LONG:-}" ] || finish

# The same with real work: five million stacks.
cat >long.cc <<'END'
#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <vector>
int main(int argc, char **argv)
{
	std::map<std::string, std::vector<std::function<int(int)>>> m;
	std::regex r("(a|b)+c[0-9]*");
	for (int i = 0; i < argc; i++)
		if (std::regex_match(argv[i], r))
			m[argv[i]].push_back([i](int x) { return x + i; });
	return (int)m.size();
}
END
cat >long.py <<'END'
import json, re, random
class Node:
    def __init__(self, d):
        self.children = [Node(d - 1) for _ in range(3)] if d else []
    def total(self): return 1 + sum(c.total() for c in self.children)
data = [{"id": i, "tags": ["t%d" % j for j in range(i % 9)]} for i in range(900)]
for _ in range(12):
    text = json.dumps(data)
    assert json.loads(text) == data
    re.findall(r'"t\d"', text)
    Node(7).total()
END
cat >long.js <<'END'
const data = [];
for (let i = 0; i < 20000; i++) data.push({ id: i, name: 'n' + i, tags: [i % 7, i % 11] });
for (let i = 0; i < 10; i++) JSON.parse(JSON.stringify(data));
require('zlib').deflateSync(Buffer.from(JSON.stringify(data)));
console.log([...'abcabc'].map(c => c.replace(/[ab]/g, x => x + x)).join(''));
END
PYTHONMALLOC=malloc verified long-python3 500000 $python long.py
verified long-clang++ 500000 clang++ -std=c++17 -O2 -c -o long.o long.cc
verified long-g++ 500000 "$(g++ -print-prog-name=cc1plus)" -quiet -O2 \
	-std=c++17 $(echo | g++ -E -v -xc++ - 2>&1 | sed -n '/^#include </,/^End/s/^ \//-isystem \//p') \
	long.cc -o long.s
verified long-jq 400000 jq -n '[range(60000) | {a: ., b: "x\(.)"}] | group_by(.a % 7) | length'
verified long-sqlite3 50000 sqlite3 :memory: 'create table t(a, b); with recursive
	n(i) as (select 1 union all select i+1 from n where i<400000)
	insert into t select i*i, "text" || i from n;
	select count(distinct b), group_concat(a % 7) is null from t group by a % 1000;'
verified long-git 20000 git -C "$root" log --stat -p
verified long-gdb 100000 gdb -batch -nx -ex 'info functions heapwise' \
	-ex 'info types x' -ex 'info scope main' "$heapwise"
verified long-node 2000 node long.js
for sample in churn handover threads throw coroutine jump sigstack recursion \
	unload plugin generated; do
	verified long-$sample 50 "$samples/$sample"
done
holds "$walks walks in all" test $walks -ge 5000000
finish
