#!/bin/bash
# SPDX-License-Identifier: MIT
# What glibc's per-thread caches served, as modelled from a dump, and as counted
# in the same process by looking into these caches before each call: within two
# points of 100 in programs with threads, whose order is not fully known, and
# nearly the same in others.
. "$(dirname "$0")/lib.sh"
make -s -C "$root" "${B:-build}/tests/bench/incumbent_speed" >make.txt 2>&1 ||
	{ cat make.txt; fails "builds the model's bench"; finish; }
model=$build/tests/bench/incumbent_speed
truth=$samples/lib/libcachetruth.so
[ -e "$truth" ] || make -s -C "$root" "${B:-build}/samples/lib/libcachetruth.so" >make.txt

# compare NAME POINTS COMMAND...: of 10,000, how far the rates may differ.
compare() {
	local name=$1 limit=$2 calls served figures
	shift 2
	rm -f truth d.hwd*
	timeout 60 env LD_PRELOAD="$truth:$library" CACHE_TRUTH="$work/truth" \
		HEAPWISE_OUTPUT="$work/d.hwd" "$@" \
		</dev/null >out.txt 2>err.txt
	if [ ! -s truth ]; then
		skip "$name: this C library's caches look otherwise"
		return
	fi
	read -r calls served < <(od -An -t u8 truth)
	figures=$("$model" d.hwd) || { fails "$name: no model"; return; }
	# d.hwd calls N hits N corrected N ns N
	# shellcheck disable=SC2086
	set -- $figures
	if [ "$calls" -lt 400 ] || [ $(($3 - calls)) -gt 100 ] ||
		[ $((calls - $3)) -gt 100 ]; then
		fails "$name: $calls calls, the model saw $3"
		return
	fi
	local difference=$((10000 * served / calls - 10000 * $5 / $3))
	local text
	text=$(awk -v s="$served" -v c="$calls" -v h="$5" -v m="$3" \
		'BEGIN { printf "served %.2f%%, model %.2f%%", 100 * s / c,
			100 * h / m }')
	if [ ${difference#-} -le "$limit" ]; then
		ok "$name: $calls calls, $text"
	else
		fails "$name: $calls calls, $text"
	fi
}

for i in $(seq 1 3000); do
	echo "{\"id\":$i,\"name\":\"n$i\",\"list\":[1,2,{\"a\":\"b$((i % 7))\"}]}"
done >in.json
cat >t.cc <<'X'
#include <iostream>
#include <map>
#include <string>
int main() { std::map<std::string, int> m; m["a"]++; std::cout << m.size(); }
X
has() { command -v "$1" >/dev/null || { skip "no $1"; return 1; }; }

has jq && compare jq 50 jq -s \
	'map(select(.id % 3 == 0) | .list[2].a) | group_by(.) | length' in.json
has sqlite3 && compare sqlite3 50 sqlite3 :memory: "create table t(a,b,c);
	with recursive n(i) as (select 1 union all select i+1 from n
	where i<8000) insert into t select i, 'x'||(i*7919%1007),
	randomblob(i%200) from n; create index k on t(b);
	select count(*) from t where b like 'x1%'; delete from t where a%3=0;
	vacuum;"
has git && git init -q repository && cd repository && {
	for i in 1 2 3 4 5; do
		seq $((i * 100)) $((i * 140)) >f$((i % 3))
		git add . && git -c user.name=n -c user.email=e commit -qm "$i"
	done
	cd .. && compare git 150 git --no-pager -C repository log -p --stat
}
PYTHONMALLOC=malloc compare python3 50 $python -c '
import json
rows = [json.loads(line) for line in open("in.json")]
text = json.dumps(rows)
kept = []
for i in range(20000):
    kept.append([str(i)] * (i % 9))
    if i % 3 == 0:
        kept.pop(0)
'
PYTHONMALLOC=malloc compare "python3, threads" 200 $python -c '
import queue, threading
q = queue.Queue(100)
def make():
    for i in range(4000):
        q.put({"a": str(i), "b": [i] * (i % 20)})
    q.put(None)
def use():
    while (x := q.get()) is not None:
        y = [str(k) for k in x["b"]]
threads = [threading.Thread(target=f) for f in (make, use, make, use)]
for t in threads: t.start()
for t in threads: t.join()
'
has clang++ && compare clang++ 50 clang++ -O2 -c t.cc -o /dev/null
compare "two threads" 200 "$samples/threads"
# Random calls of every kind, by one thread and by two that hand over.
compare "random" 50 "$samples/allmallocs" 1 150000
compare "random, threads" 200 "$samples/allmallocs" 2 50000
GLIBC_TUNABLES=glibc.malloc.tcache_count=20:glibc.malloc.mxfast=48 \
	compare "random, tunables" 50 "$samples/allmallocs" 1 100000
# Without caches none is asked.
GLIBC_TUNABLES=glibc.malloc.tcache_count=0 LD_PRELOAD=$library \
	HEAPWISE_OUTPUT=$work/none.hwd "$samples/allmallocs" 1 5000 >out.txt
is "no caches, nothing served" \
	"$("$model" none.hwd | sed 's/.*hits \([0-9]*\) .*/\1/')" 0
finish
