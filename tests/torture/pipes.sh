#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs in pipes: SIGPIPE ends them as alone, what comes in and goes out is
# not ours, a reader that stops early stops nobody else.
. "$(dirname "$0")/../e2e/lib.sh"
seq 1 200000 >numbers
for way in plain record preload; do
	case $way in
	plain)	 set -- ;;
	record)	 set -- "$heapwise" record -o "$work/p.%p.hwd" -- ;;
	preload) set -- env HEAPWISE_OUTPUT="$work/p.hwd" LD_PRELOAD="$library" ;;
	esac
	"$@" cat numbers numbers | head -n 3 >first.$way
	echo "${PIPESTATUS[0]}" >>first.$way
	"$@" sort -n <numbers | "$@" tail -n 2 >second.$way
	echo "${PIPESTATUS[*]}" >>second.$way
	"$@" sh -c 'yes | head -n 1; kill -PIPE $$' >third.$way 2>&1
	echo $? >>third.$way
	: | "$@" cat >fourth.$way
	echo $? >>fourth.$way
	"$@" sh -c 'exec >&- 2>&- <&-; exec cat /dev/null' >fifth.$way
	echo $? >>fifth.$way
	[ $way = plain ] || for n in first second third fourth fifth; do
		same "$way: $n" $n.plain $n.$way
	done
	for dump in $(dumps .); do
		holds "$way: whole" whole "$dump"
	done
	rm -f p.*hwd*
done
finish
