#!/bin/bash
# SPDX-License-Identifier: MIT
# Other tools on a program that is being recorded: gdb, which stops it at a
# breakpoint, steps and lets it go; strace -f of program, launcher and collector;
# ltrace's way of breakpoints in malloc; valgrind of a program with us preloaded.
. "$(dirname "$0")/../e2e/lib.sh"
"$samples/threads" >threads.txt
if which gdb >/dev/null && gdb -batch -nx -ex run "$samples/churn" 2>&1 |
	grep -q 'exited normally'
then
	HEAPWISE_OUTPUT=$work/g.hwd timeout 100 gdb -batch -nx \
		-ex 'set startup-with-shell off' \
		-ex "set env LD_PRELOAD $library" \
		-ex 'break work' -ex run -ex 'backtrace 3' -ex 'next' \
		-ex 'next' -ex 'tbreak malloc' -ex continue -ex finish \
		-ex 'delete' -ex continue "$samples/threads" >gdb.txt 2>&1
	holds "gdb: the program ends well" grep -q 'exited normally' gdb.txt
	holds "gdb: its breakpoint is met" grep -q 'Breakpoint 1.*work' gdb.txt
	holds "gdb: whole" whole g.hwd
	is "gdb: exact" "$(calls g.hwd work)" 80000
	timeout 100 "$heapwise" record -o gr.hwd -- gdb -batch -nx \
		-ex 'break work' -ex run -ex next -ex delete -ex continue \
		"$samples/threads" >gdb.txt 2>&1
	holds "recorded gdb: the program ends well" \
		grep -q 'exited normally' gdb.txt
	holds "recorded gdb: whole" whole $(dumps .)
	rm -f ./*.hwd*
else
	skip "no gdb, or it may not trace"
fi
if which strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	timeout 100 strace -f -o trace "$heapwise" record -o s.hwd -- \
		"$samples/threads" >out 2>err
	is "strace -f of all: status, messages" "$? $(cat err)" "0 "
	same "strace -f of all: output" threads.txt out
	holds "strace -f of all: whole" whole s.hwd
	"$samples/forkstorm" >wanted
	timeout 200 strace -f -qq -o trace env HEAPWISE_OUTPUT="$work/p.hwd" \
		LD_PRELOAD="$library" "$samples/forkstorm" >out 2>err
	is "strace -f of forks: status, messages" "$? $(cat err)" "0 "
	same "strace -f of forks: output" wanted out
	for dump in $(dumps .); do
		whole "$dump" || fails "strace -f of forks: $dump"
	done
	ok "strace -f of forks: $(dumps . | wc -l) dumps looked at"
	rm -f ./*.hwd*
else
	skip "no strace, or it may not trace"
fi
if which valgrind >/dev/null; then
	for sample in throw threads; do
		"$samples/$sample" >wanted
		timeout 200 valgrind -q --error-exitcode=9 \
			--trace-children=no "$samples/$sample" >out 2>err ||
			{ skip "valgrind $sample alone fails"; continue; }
		HEAPWISE_OUTPUT=$work/v.hwd LD_PRELOAD=$library timeout 300 \
			valgrind -q "$samples/$sample" >out 2>err
		is "valgrind of $sample: status" $? 0
		same "valgrind of $sample: output" wanted out
		is "valgrind of $sample: silent" "$(cat err)" ""
		for dump in $(dumps .); do
			holds "valgrind of $sample: whole" whole "$dump"
		done
		HEAPWISE_OUTPUT=$work/w.hwd LD_PRELOAD=$library timeout 300 \
			valgrind "$samples/$sample" >out 2>err
		is "valgrind of $sample: no stack is strange to it" \
			"$(grep -c 'switching stacks' err)" 0
		rm -f ./*.hwd*
	done
	timeout 100 "$heapwise" record -o o.hwd -- valgrind -q \
		"$samples/churn" >out 2>err
	is "recorded valgrind: status, output" "$? $(cat out err)" "0 churned"
	rm -f ./*.hwd*
else
	skip "no valgrind"
fi
finish
