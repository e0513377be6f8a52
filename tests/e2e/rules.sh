#!/bin/bash
# SPDX-License-Identifier: MIT
# Systems that lack something, and limits that are reached: the program does
# what it does without us, and the dump says what became of it.
. "$(dirname "$0")/lib.sh"
deny=$samples/deny
"$deny" close_range -- true || skip_all "cannot filter system calls"

# note DUMP KEY: a counter of `info`, whether lost or noted.
note() {
	"$heapwise" info --json "$1" | jq -r "(.lost + .notes).$2"
}

# site DUMP FUNCTION KEY: a sum over the sites with that frame.
site() {
	"$heapwise" report --json --limit=100000 "$1" | jq "[.sites[] |
		select(any(.frames[]; .function == \"$2\")).$3] | add // 0"
}

# Pipes of the program end when the program closes them: neither launcher nor
# collector keeps them open, with close_range(2) and without.
mkfifo pipe
for lacking in nothing close_range; do
	rm -f ended
	(
		exec 9>pipe
		[ $lacking = nothing ] || set -- "$deny" $lacking --
		exec "$@" "$heapwise" record -o pipe.hwd -- \
			sh -c 'exec 9>&-; sleep 2; touch ended'
	) &
	cat pipe
	holds "lacking $lacking: pipes end" test ! -e ended
	wait
done

# Calls that a kernel or a file system may not have.
"$samples/threads" >wanted
for lacking in shared fallocate pidfd_open close_range; do
	for way in record preload; do
		name="lacking $lacking, $way"
		if [ $way = record ]; then
			"$deny" $lacking -- "$heapwise" record -o l.hwd -- \
				"$samples/threads"
		else
			"$deny" $lacking -- env HEAPWISE_OUTPUT="$work/l.hwd" \
				LD_PRELOAD="$library" "$samples/threads"
		fi >out 2>err
		is "$name: status, messages" "$? $(cat err)" "0 "
		same "$name: output" wanted out
		holds "$name: whole" whole l.hwd
		is "$name: complete" "$(site l.hwd work allocations)" 80000
		is "$name: no ring file" "$(note l.hwd anonymous_ring)" \
			$((${#lacking} == 6))
		rm -f l.hwd*
	done
done
# An exec of a program that nobody can record: the dump is that of the program
# before, readable while the new one still runs, and nobody calls it killed.
echo 'int read(int, void *, unsigned long);
int main(void) { char c; return read(0, &c, 1) == 1 ? c : 1; }' >still.c
if ${CC:-gcc} -static -o still still.c 2>/dev/null; then
	mkfifo input
	for way in record preload; do
		name="exec of a static program, $way"
		if [ $way = record ]; then
			"$heapwise" record -o e.hwd -- "$samples/execself" ./still
		else
			HEAPWISE_OUTPUT=$work/e.hwd LD_PRELOAD=$library \
				"$samples/execself" ./still
		fi <input &
		exec 9>input
		for _ in {1..200}; do
			[ "$(total e.hwd allocations)" != 300 ] || break
			sleep 0.05
		done
		is "$name: report, while it runs" "$(total e.hwd allocations)" 300
		if [ $way = preload ]; then
			is "$name: it left" "$("$heapwise" info --json e.hwd |
				jq -c '[.live, .end]')" '[false,"exec"]'
			holds "$name: finish, while it runs" \
				"$heapwise" check --finish e.hwd
		fi
		printf '*' >&9
		exec 9>&-
		wait $!
		is "$name: status" $? 42
		is "$name: end" "$("$heapwise" info --json e.hwd | jq -r .end)" exec
		is "$name: report" "$(total e.hwd allocations)" 300
		holds "$name: whole" "$heapwise" check e.hwd
		is "$name: files" "$(echo e.hwd*)" e.hwd
		rm -f e.hwd*
	done
else
	skip "no static libc"
fi

# What is reserved in advance stays small: a program may have set a limit, or
# lock what it maps. Bytes of all mappings, ours and our libraries' included.
mapped() {
	gawk '{ split($1, at, "-"); sum += strtonum("0x" at[2]) - \
		strtonum("0x" at[1]) } END { print sum }' "$1"
}
if which gawk >/dev/null; then
	three mapped cat /proc/self/maps
	for way in record preload; do
		more=$(($(mapped mapped.$way/out) - $(mapped mapped.plain/out)))
		holds "$way: maps $((more >> 10)) KiB more" test $more -le \
			$((16 << 20))
		holds "$way: is counted" test $more -gt $((1 << 20))
	done
else
	skip "no gawk"
fi

# A full stack tree: stacks of one frame from then on, each counted, nothing
# lost. The 400 stacks need 407 nodes.
for way in record preload; do
	if [ $way = record ]; then
		HEAPWISE_TEST_NODES=256 "$heapwise" record -o n.hwd -- \
			"$samples/recursion" 400 >out 2>err
	else
		HEAPWISE_TEST_NODES=256 HEAPWISE_OUTPUT=$work/n.hwd \
			LD_PRELOAD=$library "$samples/recursion" 400 >out 2>err
	fi
	is "full tree, $way: output" "$(cat out err)" "depth 400"
	is "full tree, $way: complete" "$(site n.hwd descend allocations) $(
		total n.hwd leaked_bytes)" "400 0"
	holds "full tree, $way: says so" test "$(note n.hwd node_limit_hits)" \
		-gt 100
	is "full tree, $way: nothing else is lost" "$("$heapwise" info --json \
		n.hwd | jq '.lost | with_entries(select(.value > 0)) | keys[]')" \
		'"node_limit_hits"'
	holds "full tree, $way: no node beyond" test "$("$heapwise" info \
		--json n.hwd | jq .stack_nodes)" -le 256
	holds "full tree, $way: whole" whole n.hwd
	rm -f n.hwd*
done

# A C library without _dl_find_object: modules are found all the same, except
# in the child of a process that had threads, which may not ask the loader;
# there what is not known yet is cut off, and counted.
(
	export HEAPWISE_TEST_NO_FIND_OBJECT=1
	$python "$root/tests/e2e/samples.py" "$heapwise" "$library" \
		"$samples" "$root/samples" fork holes loader plugin rawfork \
		recursion threads throw unload |
		sed 's/ / without _dl_find_object: /'
	HEAPWISE_OUTPUT=$work/f.hwd LD_PRELOAD=$library \
		"$samples/forkstorm" >out
)
is "without _dl_find_object: forks" "$(cat out)" "good children 30"
is "without _dl_find_object: the parent's stacks" \
	"$(note f.hwd failed_unwinds) $(note f.hwd leaf_only_stacks)" "0 0"
counted=0 named=0
for dump in f.hwd.*; do
	[ "$(note "$dump" failed_unwinds)" -gt 0 ] &&
		counted=$((counted + 1))
	named=$((named + $(site "$dump" in_child allocations)))
done
is "without _dl_find_object: children that count" $counted 30
is "without _dl_find_object: innermost frames" $named 450

# A sampled run looks closely at few frees, but at each of a module's link map:
# no sample of one library carries the other's name. Each one's blocks have a
# size of their own.
names() {
	jq -r '.sites[] | (.bytes_allocated / .allocations + 0.5 | floor) as $size |
		.frames[].function | select(endswith("_library_inner")) |
		"\(.) \($size)"' "$@"
}
for seed in 1 2 3 4 5 6; do
	HEAPWISE_SEED=$seed "$heapwise" record --sample 2K -o u.hwd -- \
		"$samples/unload" unseen >out
	"$heapwise" report --json u.hwd >u.$seed
done
is "sampled unloads: sizes of each library's blocks" \
	"$(names u.[1-6] | sort -u | paste -sd,)" \
	"first_library_inner 100,second_library_inner 7"

finish
