#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs of all kinds must print and return the same with and without us,
# and leave dumps that can be read. A program that is not there is skipped.
. "$(dirname "$0")/lib.sh"

# same_run NAME COMMAND...
same_run() {
	local name=$1
	shift
	which "$1" >/dev/null || { skip "no $1"; return; }
	three "$name" "$@"
	unchanged "$name"
	holds "$name record: whole" whole $(dumps "$name.record")
	holds "$name preload: whole" whole $(dumps "$name.preload")
	holds "$name: recorded" test -s "$name.record/d.hwd"
	rm -rf "./$name".{plain,record,preload}
}

seq 1 20000 | awk '{ print $1, $1 * 7919 % 1000, "line" $1 % 13 }' >data
cat >script.sh <<'END'
f() { local i; for i in {1..200}; do x=$(echo $i | tr 1 2); done; echo "$x"; }
f; declare -A a; for i in {1..500}; do a[$i]=$((i*i)); done; echo "${#a[@]}"
echo one | cat | (read -r v; echo "$v"); (exit 3); echo $?; exit 7
END
cat >threads.py <<'END'
import json, re, subprocess, sys, threading, os
def work(n):
    for i in range(300):
        json.loads(json.dumps({"n": [n] * (i % 30), "s": "x" * i}))
        re.sub(r"\d+", lambda m: m[0] * 2, "a1b22c333" * (i % 7))
threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
print(subprocess.run(["sh", "-c", "echo $((6*7)); exit 5"],
                     capture_output=True).returncode)
pid = os.fork()
if pid == 0:
    os._exit(9)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
try:
    raise ValueError("x" * 100)
except ValueError as e:
    print(len(str(e)))
sys.exit(4)
END
cat >small.c <<'END'
#include <stdio.h>
#include <string.h>
int main(int n, char **v) { char b[64]; strcpy(b, v[0]); return printf("%d\n", n); }
END
printf 'all: a b c\n\tcat *.made\na b c:\n\techo $@ > $@.made\n' >small.mk

same_run bash bash script.sh
same_run dash dash -c 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; echo $i; false'
same_run sort sort -k2,2n -k3 data
same_run sed sed -n 's/line\([0-9]*\)/<\1>/gp' data
same_run gawk gawk '{ a[$3] += $2 } END { n = asorti(a, b); for (i = 1; i <= n; i++) print b[i], a[b[i]] }' data
same_run perl perl -ne '$h{(split)[2]} .= $_; END { print length $h{$_}, "\n" for sort keys %h }' data
same_run grep grep -c -E '(7|8)+ line1[0-2]?$' data
same_run find find "$root/include" -name '*.h' -newer /nonexistent
same_run python3 $python threads.py
same_run python3-malloc env PYTHONMALLOC=malloc PYTHONHASHSEED=0 $python threads.py
same_run git git -C "$root" log --oneline -n 5 --stat --no-color
same_run gcc gcc -Wall -O2 -S -o /dev/stdout small.c
same_run gcc-error gcc -S -o /dev/stdout no-such-file.c
same_run clang clang -O2 -S -o /dev/stdout small.c
same_run make make -j3 -s -f small.mk
same_run cmake cmake -E sha256sum data
same_run sqlite3 sqlite3 :memory: 'with recursive n(i) as (select 1 union all select i+1 from n where i<20000) select sum(i*i%7), count(distinct i%101) from n;'
same_run jq jq -c -n '[range(3000)] | group_by(. % 7) | map(length)'
same_run xz sh -c 'xz -T2 -c data | xz -d | cksum'
same_run zstd sh -c 'zstd -T2 -c data 2>/dev/null | zstd -dc | cksum'
same_run gzip sh -c 'gzip -c data | gunzip | cksum'
same_run tar sh -c 'tar c data small.c | tar t'
same_run openssl openssl dgst -sha256 data
same_run curl curl -s "file://$work/data"
same_run node node -e 'let o = {}; for (let i = 0; i < 1e5; i++) o["k" + i % 999] = [i]; console.log(Object.keys(o).length); process.exit(6)'
same_run vim vim -es -u NONE -c '%s/line/word/g' -c '%p' -c 'q!' small.c
same_run gdb gdb -batch -nx -ex 'info line main' "$samples/churn"
same_run apt-get apt-get --version
same_run ldd sh -c "ldd /bin/ls | grep -c libc.so"

if $python -c 'import test.test_json' 2>/dev/null; then
	for module in test_json test_re test_dict test_threading test_subprocess
	do
		timeout 400 env HEAPWISE_OUTPUT="$work/py.hwd" \
			LD_PRELOAD="$library" $python -m test -q $module >py.log 2>&1
		is "python3 -m test $module" $? 0
	done
else
	skip "python3's own tests are not installed"
fi
finish
