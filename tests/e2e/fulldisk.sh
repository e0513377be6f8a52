#!/bin/bash
# SPDX-License-Identifier: MIT
# A disk that fills in mid-run, or was full from the start: the program goes on
# and ends as ever, what is there can be read, `info` says what is missing.
. "$(dirname "$0")/lib.sh"
if [ "${1:-}" != inside ]; then
	for flags in -m -rm; do
		unshare $flags true 2>/dev/null || continue
		unshare $flags "$root/tests/e2e/fulldisk.sh" inside
		exit
	done
	skip_all "may not mount"
fi
mkdir disk
mount -t tmpfs -o size=1m none disk 2>/dev/null || skip_all "may not mount"
umount disk

# fill NAME SIZE WAY SAMPLE ARGUMENT...
fill() {
	local name=$1 size=$2 way=$3 status
	shift 3
	mount -t tmpfs -o size="$size" none disk
	"$@" >wanted
	case $way in
	record)	 timeout 120 "$heapwise" record -o disk/d.hwd -- "$@" ;;
	preload) timeout 120 env HEAPWISE_OUTPUT="$work/disk/d.hwd" \
		 LD_PRELOAD="$library" "$@" ;;
	esac >out 2>err
	status=$?
	is "$name: status" $status 0
	same "$name: output" wanted out
	if [ $way = preload ]; then
		is "$name: silent" "$(cat err)" ""
	fi
	if [ -s disk/d.hwd ]; then
		holds "$name: report reads it" \
			sh -c '"$0" report --json disk/d.hwd >r.json' "$heapwise"
		"$heapwise" info --json disk/d.hwd >info.json 2>&1
		holds "$name: info counts what was lost" \
			jq -e '[.lost[] | numbers] | add > 0' info.json
		"$heapwise" check disk/d.hwd >check.txt 2>&1
		holds "$name: check ends in 0 or 1" test $? -le 1
	else
		echo "$name: no dump at all"
	fi
	ls -l disk
	umount -l disk
}

for way in record preload; do
	fill "1 MiB, $way" 1m $way "$samples/threads"
	fill "2 MiB, $way" 2m $way "$samples/churn" 6000000
	fill "64 KiB, $way" 64k $way "$samples/churn" 1000000
done

# Other file systems: one in memory without a limit, one that is read-only.
mount -t ramfs none disk
for way in record preload; do
	"$samples/threads" >wanted
	case $way in
	record)	 "$heapwise" record -o disk/d.hwd -- "$samples/threads" ;;
	preload) HEAPWISE_OUTPUT=$work/disk/d.hwd LD_PRELOAD=$library \
		 "$samples/threads" ;;
	esac >out 2>err
	is "ramfs, $way: status, messages" "$? $(cat err)" "0 "
	same "ramfs, $way: output" wanted out
	holds "ramfs, $way: whole" "$heapwise" check disk/d.hwd
	rm -f disk/*
done
mount -o remount,ro disk
HEAPWISE_OUTPUT=$work/disk/d.hwd LD_PRELOAD=$library "$samples/threads" \
	>out 2>err
is "read-only, preload: status, messages" "$? $(cat err)" "0 "
same "read-only, preload: output" wanted out
"$heapwise" record -o disk/d.hwd -- "$samples/threads" >out 2>err
is "read-only, record: status, output" "$? $(cat out)" "125 "
holds "read-only, record: one line about it" \
	sh -c 'grep -q disk/d.hwd err && test $(wc -l <err) = 1'
"$heapwise" record -o r.hwd --ring-dir disk -- "$samples/threads" >out 2>err
is "read-only ring directory, record: status, output" "$? $(cat out)" "125 "
holds "read-only ring directory, record: one line about it" \
	sh -c 'grep -q ring-dir err && test $(wc -l <err) = 1'
HEAPWISE_OUTPUT=$work/r.hwd HEAPWISE_RING_DIR=$work/disk \
	LD_PRELOAD=$library "$samples/threads" >out 2>err
is "read-only ring directory, preload: status, messages" "$? $(cat err)" "0 "
same "read-only ring directory, preload: output" wanted out
holds "read-only ring directory, preload: whole" "$heapwise" check r.hwd
is "read-only ring directory, preload: says so" \
	"$("$heapwise" info --json r.hwd | jq .notes.anonymous_ring)" 1
umount disk

# A full device in the place of a file.
for way in record preload; do
	"$samples/churn" >wanted
	case $way in
	record)	 "$heapwise" record -o /dev/full -- "$samples/churn" ;;
	preload) HEAPWISE_OUTPUT=/dev/full LD_PRELOAD=$library \
		 "$samples/churn" ;;
	esac >out 2>err
	status=$?
	if [ $way = preload ]; then
		is "/dev/full, $way: status" $status 0
		same "/dev/full, $way: output" wanted out
		is "/dev/full, $way: silent" "$(cat err)" ""
	else
		holds "/dev/full, $way: one line about it" \
			grep -q '/dev/full' err
	fi
done
finish
