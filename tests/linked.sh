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
	under="valgrind -q --fair-sched=yes --log-file=$REPORTS/%p \
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

programs=()
for name; do
	programs+=("$directory/linked/${name%% *}")
done
make -C "$root" -s -j2 --no-print-directory ${san:+SAN=$san CFLAGS='-O1 -g1'} \
	"${programs[@]}" || fails "$tool: build"
for source in samples tests/torture; do
	$python "$root/tests/e2e/samples.py" "$heapwise" "$library" \
		"$build/${source}" "$root/$source" "$@" || failures=1
done
finish
