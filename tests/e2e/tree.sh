#!/bin/bash
# SPDX-License-Identifier: MIT
# A process tree: make -j4 of a small C program leaves one readable dump a
# process, and the same program.
. "$(dirname "$0")/lib.sh"

mkdir src
for n in 1 2 3 4 5 6; do
	printf '#include <stdio.h>\nint f%d(int x) { printf("%%d\\n", x); return x * %d; }\n' \
		$n $n >src/f$n.c
done
printf 'int f1(int); int main(void) { return f1(3); }\n' >src/main.c
cat >src/Makefile <<'END'
OBJECTS := $(patsubst %.c,%.o,$(wildcard *.c))
prog: $(OBJECTS)
	gcc -no-pie -Wl,--build-id=none -o $@ $(sort $(OBJECTS))
%.o: %.c
	gcc -O1 -c -o $@ $<
END

build_it() {
	(cd src && make -s clean >/dev/null 2>&1; rm -f ./*.o prog; "$@")
}

build_it make -s -j4
cp src/prog wanted
for way in record preload; do
	mkdir $way
	if [ $way = record ]; then
		build_it "$heapwise" record -o "$work/$way/d.hwd" -- make -s -j4
	else
		build_it env HEAPWISE_OUTPUT="$work/$way/d.hwd" \
			LD_PRELOAD="$library" make -s -j4
	fi >$way.out 2>&1
	is "$way: status" $? 0
	is "$way: silent" "$(cat $way.out)" ""
	same "$way: same program" wanted src/prog
	for dump in $(dumps $way); do
		"$heapwise" info --json "$dump" 2>>errors |
			jq -r '.program' | sed 's,.*/,,; s,^x86_64-linux-gnu-,,; s,-[0-9]*$,,'
	done | sort | uniq -c | awk '{ print $2 "=" $1 }' >$way.programs
	cat $way.programs
	for wanted in make=1 cc1=7 as=7 gcc=8 collect2=1; do
		holds "$way: dumps of $wanted" grep -qx "$wanted" $way.programs
	done
	holds "$way: all whole" whole $(dumps $way)
	is "$way: no ring file is left" "$(find $way -name '*.ring' | wc -l)" 0
	bad=0
	for dump in $(dumps $way); do
		"$heapwise" report --json "$dump" >r.json 2>/dev/null &&
			[ "$(json .totals.allocations r.json)" -ge 0 ] ||
			bad=$((bad + 1))
	done
	is "$way: unreadable dumps" $bad 0
done
finish
