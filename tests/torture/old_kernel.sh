#!/bin/bash
# SPDX-License-Identifier: MIT
# Linux before 4.14 does not wipe a page in fork children, which tells us that one
# has begun: a child has its own dump all the same.
. "$(dirname "$0")/../e2e/lib.sh"
cat >older.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
int madvise(void *memory, size_t bytes, int advice)
{
	if (advice == 18 /* MADV_WIPEONFORK */) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_madvise, memory, bytes, advice);
}
END
cat >forks.c <<'END'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void parent(void) { for (int i = 0; i < 500; i++) free(malloc(10)); }
static void child(void) { for (int i = 0; i < 10000; i++) free(malloc(20)); }
int main(void)
{
	int status;
	parent();
	if (fork() == 0) {
		child();
		_exit(3);
	}
	wait(&status);
	parent();
	return WEXITSTATUS(status);
}
END
${CC:-gcc} -shared -fPIC -o older.so older.c &&
	${CC:-gcc} -g -O1 -fno-builtin -o forks forks.c || skip_all "no compiler"
LD_PRELOAD=$work/older.so "$heapwise" record -o r.hwd -- ./forks
is "record: status" $? 3
HEAPWISE_OUTPUT=p.hwd LD_PRELOAD=$work/older.so:$library ./forks
is "preload: status" $? 3
for way in r p; do
	is "$way: dumps" "$(ls $way.hwd* | wc -l)" 2
	for dump in $way.hwd*; do
		holds "${dump%.*[0-9]}: whole" whole "$dump"
	done
	is "$way: the parent's" "$(calls $way.hwd parent)" 1000
	is "$way: the child's" "$(calls "$(ls $way.hwd.*)" child)" 10000
done
finish
