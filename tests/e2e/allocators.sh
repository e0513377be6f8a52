#!/bin/bash
# SPDX-License-Identifier: MIT
# Other allocators: preloaded after us (we see every call), before us (they
# hide from us; the program must not notice), under record. Some samples die of
# an allocator, which lacks one of their functions: then they must die with us.
. "$(dirname "$0")/lib.sh"

# site DUMP FUNCTION: allocations and bytes of the sites with it.
site() {
	"$heapwise" report --json --limit=100000 "$1" | jq -r --arg f "$2" \
		'[.sites[] | select(any(.frames[]; .function == $f)) |
		[.allocations, .bytes_allocated]] | transpose |
		map(add) | join(" ")'
}

found=0
for allocator in libjemalloc.so.2 libtcmalloc_minimal.so.4 libmimalloc.so.2; do
	path=$(ldconfig -p | awk -v n=$allocator '$1 ~ "^" n { print $NF; exit }')
	[ -n "$path" ] || { skip "no $allocator"; continue; }
	found=$((found + 1))
	for sample in "churn 50000" functions realloc usable threads handover \
		operators throw fork early; do
		name="$allocator $sample"
		# What an allocator lacks is libc's: its size is not asked.
		unset HEAPWISE_DETAILS
		[ "$sample" != functions ] || export HEAPWISE_DETAILS=all
		LD_PRELOAD=$path "$samples/"$sample >wanted 2>&1
		status=$?
		rm -f ./*.hwd*
		LD_PRELOAD=$library:$path HEAPWISE_OUTPUT=$work/after.hwd \
			"$samples/"$sample >after 2>&1
		is "$name, after us: status" $? $status
		same "$name, after us: output" wanted after
		"$heapwise" check --finish after.hwd >finish.txt 2>&1
		holds "$name, after us: whole" whole after.hwd
		LD_PRELOAD=$path:$library HEAPWISE_OUTPUT=$work/before.hwd \
			"$samples/"$sample >before 2>&1
		is "$name, before us: status" $? $status
		same "$name, before us: output" wanted before
		LD_PRELOAD=$path timeout 60 "$heapwise" record -o record.hwd -- \
			"$samples/"$sample >record 2>&1
		is "$name, record: status" $? $status
		same "$name, record: output" wanted record
		case $sample in
		churn*) wanted="50000 3200000" function=churn ;;
		threads) wanted="80000 2560000" function=work ;;
		handover) wanted="1000000 72000000" function=produce ;;
		operators) wanted="8 255" function=forms ;;
		*) continue ;;
		esac
		is "$name, after us: exact" "$(site after.hwd $function)" "$wanted"
		is "$name, record: exact" "$(site record.hwd $function)" "$wanted"
	done
done
[ $found -gt 0 ] || skip_all "no other allocators"
finish
