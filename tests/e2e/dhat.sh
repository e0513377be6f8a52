#!/bin/bash
# SPDX-License-Identifier: MIT
# Six real programs against an independent truth: allocation calls and bytes as
# `valgrind --tool=dhat` counts them, within 0.1%; output and status as without.
#
# DHAT counts like we do: a realloc is one block of the new size. It differs in
# three ways, none of which reaches 0.1% here: a block of 0 bytes is 1 byte to
# it; it presents another CPU and other addresses to the program, whose code
# paths and hash tables may follow; and the variables by which either tool is
# preloaded are strings that programs copy.
. "$(dirname "$0")/lib.sh"
which valgrind >/dev/null || skip_all "no valgrind"

awk 'BEGIN { print "["
	for (i = 0; i < 3000; i++)
		printf "%s{\"id\":%d,\"name\":\"n%d\",\"tags\":[%d,%d.5,null]}\n",
			i ? "," : "", i, i % 97, i * 7, i
	print "]" }' >jq.json

cat >table.sql <<'END'
create table t(id integer primary key, name text, value real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 8000)
	insert into t select i, 'name ' || (i * 7919 % 8000), i / 3.0 from n;
create index by_name on t(name);
select substr(name, 1, 7) as g, count(*), round(sum(value), 2) from t
	group by g order by 3 desc limit 20;
select count(*) from t a join t b on a.name = b.name;
END

make_repository() {
	git init -q -b main repository
	for ((i = 0; i < 150; i++)); do
		printf 'commit refs/heads/main\ncommitter A <a@b> %d +0000\n' \
			$((1600000000 + i * 1000))
		printf 'data 9\nchange %02d' $((i % 100))
		printf '\nM 100644 inline f%d\ndata <<E\n' $((i % 9))
		seq $i $((i + 60))
		printf 'E\n\n'
	done | git -C repository fast-import --quiet
}

awk 'BEGIN { srand(3); for (i = 0; i < 60000; i++)
	print i, int(rand() * 1000), "line" }' >text

awk 'BEGIN { print "#include <stddef.h>"
	for (i = 0; i < 60; i++)
		printf "struct s%d { int a, b[%d]; };\nint f%d(struct s%d *p, " \
		"int n)\n{\n\tint r = 0;\n\tfor (int i = 0; i < n; i++)\n" \
		"\t\tr += p->b[i %% %d] * (p->a ^ i);\n\treturn r;\n}\n",
		i, i + 1, i, i, i + 1 }' >unit.c

cat >words.py <<'END'
import collections, json, re
text = " ".join(f"word{i * 7919 % 1013} item-{i}" for i in range(6000))
counts = collections.Counter(re.findall(r"[a-z]+\d+", text))
tree = {w: {"n": n, "squares": [k * k for k in range(n)]}
        for w, n in counts.items()}
again = json.loads(json.dumps(tree, sort_keys=True))
print(len(again), sum(sum(v["squares"]) for v in again.values()))
END

# within GOT WANTED: 0.1% at most, or 1 for the smallest counts.
within() {
	awk -v got="$1" -v wanted="$2" 'BEGIN {
		d = got - wanted; if (d < 0) d = -d
		exit !(d <= wanted * 0.001) }'
}

row='%-8s %12s %12s %8s %15s %15s %8s\n'
table=
percent() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%+.3f%%", b ? (a - b) / b * 100 : 0 }'; }

# compare NAME COMMAND...
compare() {
	local name=$1 way calls bytes truth_calls truth_bytes
	shift
	three "$name" "$@"
	unchanged "$name"
	valgrind --tool=dhat --log-file="$name.log" --dhat-out-file=/dev/null \
		"$@" <"${input:-/dev/null}" >/dev/null 2>&1
	read -r truth_bytes truth_calls < <(sed -n \
		's/.*Total: *\([0-9,]*\) bytes in \([0-9,]*\) blocks.*/\1 \2/p' \
		"$name.log" | tr -d ,)
	for way in record preload; do
		calls=$(total "$name.$way/d.hwd" allocations)
		bytes=$(total "$name.$way/d.hwd" bytes_allocated)
		holds "$name $way: calls $calls, dhat $truth_calls" \
			within "${calls:-0}" "$truth_calls"
		holds "$name $way: bytes $bytes, dhat $truth_bytes" \
			within "${bytes:-0}" "$truth_bytes"
		holds "$name $way: whole" whole "$name.$way/d.hwd"
	done
	# shellcheck disable=SC2059
	table+=$(printf "$row" "$name" "$calls" "$truth_calls" \
		"$(percent "${calls:-0}" "$truth_calls")" "$bytes" \
		"$truth_bytes" "$(percent "${bytes:-0}" "$truth_bytes")")$'\n'
}

make_repository
export PYTHONMALLOC=malloc PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
compare jq jq -c 'map(select(.id % 3 == 0) | {id, t: .tags}) | group_by(.id % 10)' jq.json
input=table.sql compare sqlite3 sqlite3 :memory:
compare git git --no-pager -C repository log -p --stat
compare xz xz -c -T1 -3 text
[ -z "${LONG:-}" ] || compare cc1 "$(gcc -print-prog-name=cc1)" -quiet -O1 unit.c -o /dev/stdout
compare python3 $python words.py

# shellcheck disable=SC2059
printf "$row" program calls dhat diff bytes dhat diff
printf '%s' "$table"
finish
