#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs linked with another allocator: as a library, where we see every call,
# and with one of their own inside, where nobody can: the dump is whole, and
# `info` says that no event was seen.
. "$(dirname "$0")/../e2e/lib.sh"
found=0
for allocator in libjemalloc.so.2 libtcmalloc_minimal.so.4 libmimalloc.so.2; do
	path=$(ldconfig -p | awk -v n=$allocator '$1 ~ "^" n { print $NF; exit }')
	[ -n "$path" ] || { skip "no $allocator"; continue; }
	${CC:-gcc} -w -g -O1 -fno-builtin -iquote "$root/samples" -o linked \
		"$root/samples/churn.c" -Wl,--no-as-needed "$path" 2>cc.txt ||
		{ skip "cannot link $allocator"; continue; }
	found=$((found + 1))
	rm -rf linked.*
	three linked ./linked 50000
	unchanged linked
	for way in record preload; do
		holds "$allocator, $way: whole" whole linked.$way/d.hwd
		is "$allocator, $way: exact" \
			"$(calls linked.$way/d.hwd churn)" 50000
		is "$allocator, $way: nothing unseen" "$("$heapwise" info --json \
			linked.$way/d.hwd | jq .unseen_allocator)" null
		holds "$allocator, $way: info names it" sh -c \
			'"$0" info "$1" | grep -q "^allocator .*$2"' \
			"$heapwise" linked.$way/d.hwd "${allocator%%.*}"
	done
	LD_PRELOAD=$path:$library HEAPWISE_OUTPUT=$work/first.hwd \
		"$samples/churn" 1000 >out 2>err
	is "$allocator first: output" "$(cat out err)" churned
	is "$allocator first: info names it, and counts" "$(
		"$heapwise" info --json first.hwd |
		jq -r '"\(.unseen_allocator) \(.events)"')" "$path 0"
	rm -f first.hwd*
done
three own "$samples/ownmalloc"
unchanged own
for way in record preload; do
	holds "own malloc, $way: whole" whole own.$way/d.hwd
	is "own malloc, $way: info says that nothing was seen" \
		"$("$heapwise" info own.$way/d.hwd | awk '/^events/ { print $2 }')" 0,
	is "own malloc, $way: info says why" "$("$heapwise" info own.$way/d.hwd |
		grep -c '^unseen  *calls of the malloc in .*ownmalloc$')" 1
	is "own malloc, $way: info --json says whose" "$("$heapwise" info --json \
		own.$way/d.hwd | jq -r .unseen_allocator)" "$samples/ownmalloc"
	holds "own malloc, $way: report says why" sh -c '"$0" report "$1" |
		tr "\n" " " | grep -q "No alloc.*malloc of .*ownmalloc"' \
		"$heapwise" own.$way/d.hwd
done
finish
