#!/bin/bash
# SPDX-License-Identifier: MIT
# diff of runs of one program that are not alike in all: with and without address
# randomisation, of 1 thread and of 8, with nothing recorded in one of them, in
# both, and where one is sampled. Sites are the same ones, figures exact.
. "$(dirname "$0")/../e2e/lib.sh"
cat >main.c <<'END'
#include <pthread.h>
#include "samples/sample.h"

static SITE void *work(void *unused)
{
	for (int i = 0; i < 100; i++)
		free(keep(malloc(10)));
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t threads[8];
	long n = argument(argc, argv, 1);

	for (long i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (long i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -iquote "$root" -o main main.c -pthread ||
	{ fails "does not compile"; finish; }
record() { "$heapwise" record "${@:3}" -o $1.hwd -- ./main $2; }
record one 1
setarch -R true 2>/dev/null || setarch() { shift; "$@"; }
setarch -R "$heapwise" record -o fixed.hwd -- ./main 1
record eight 8
record none 0
record none2 0
record sample 8 --sample 1K
# of OLD NEW: calls of work in both
of() {
	"$heapwise" diff --json --by=function $1.hwd $2.hwd >diff.json 2>err ||
		echo "status $?"
	jq -r '[.sites[] | select(.name == "work") |
		"\(.old.allocations) \(.new.allocations)"] | join(",")' diff.json
}
is "other addresses" "$(of one fixed)" "100 100"
is "1 thread and 8" "$(of one eight)" "100 800"
is "8 threads and 1" "$(of eight one)" "800 100"
is "nothing in the old one" "$(of none one)" "0 100"
is "nothing in the new one" "$(of one none)" "100 0"
is "nothing in either" "$(of none none2)" ""
for pair in "one eight" "none one" "one none" "none none2" "eight sample"; do
	set -- $pair
	timeout 60 "$heapwise" diff $1.hwd $2.hwd >out 2>err
	is "diff $pair: status, messages" "$? $(grep -c . err)" "0 0"
	holds "diff $pair: says something" test -s out
done
finish
