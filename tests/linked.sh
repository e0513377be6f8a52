#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/linked.sh none|memcheck|address,undefined|thread [NAME...]
# Programs of samples/ and torture/ with the recorder linked into them, under a
# tool that finds nothing; what their opening comments say holds as ever.
. "$(dirname "$0")/e2e/lib.sh"
tool=$1
shift

directory=build
san=
under=
export REPORTS=$work/reports
mkdir "$REPORTS"
case $tool in
memcheck)
	under="valgrind -q --fair-sched=yes --track-fds=yes \
		--log-file=$REPORTS/%p \
		--suppressions=$root/tests/linked.memcheck" ;;
address,undefined|thread)
	san=$tool
	directory=build/${tool//,/-} ;;
esac
log="log_path=$REPORTS/report:exitcode=0:allocator_may_return_null=1"
export ASAN_OPTIONS=$log:detect_leaks=0
export UBSAN_OPTIONS=$log:print_stacktrace=1
[ "$tool" != thread ] || export CHILDREN=0
export TSAN_OPTIONS=$log:die_after_fork=0:report_thread_leaks=0:history_size=5
export LINKED=$root/$directory/linked UNDER=$under

# sees WORDS...: each is in what the tool says of a program that has mistakes.
sees() {
	local words
	HEAPWISE_OUTPUT=$work/d.hwd $under "$LINKED/planted" >out.txt 2>&1
	cat "$REPORTS"/* out.txt >said.txt # UBSan beside ASan writes to stderr
	for words; do
		holds "$tool sees: $words" grep -q "$words" said.txt
	done
	rm -f "$REPORTS"/* "$work"/d.hwd*
}

programs=("$directory/linked/planted")
for name; do
	programs+=("$directory/linked/${name%% *}")
done
make -C "$root" -s -j2 --no-print-directory ${san:+SAN=$san CFLAGS='-O1 -g1'} \
	"${programs[@]}" || fails "$tool: build"
case $tool in
memcheck)
	sees 'depends on uninitialised' 'Invalid read of size 1' \
		'Open file descriptor .*/dev/null' ;;
address,undefined)
	sees heap-buffer-overflow 'runtime error: signed integer overflow' ;;
thread)
	sees 'data race' ;;
esac
for source in samples tests/torture; do
	$python "$root/tests/e2e/samples.py" "$heapwise" "$library" \
		"$build/${source}" "$root/$source" "$@" || failures=1
done
finish
