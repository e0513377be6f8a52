#!/bin/bash
# SPDX-License-Identifier: MIT
# 80 libraries with thread-local variables, loaded one by one while 4 threads use
# those that are there already: the loader enlarges each thread's table of them
# by malloc, inside ours and inside its own locks. Each thread's variables keep
# their values; 80 * 5 allocations of the main thread are recorded.
. "$(dirname "$0")/../e2e/lib.sh"
cat >tls.c <<'END'
#include <stdlib.h>
__thread long value_N = N;
__thread char room_N[3000];
long next(void) { room_N[value_N % 3000] = 1; return value_N++; }
void *take(void) { return malloc(N + 1); }
END
cat >main.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static long (*volatile next[80])(void);
static volatile int loaded, over;
static void *work(void *unused)
{
	long sum = 0, calls[80] = { 0 };
	while (!over)
		for (int i = 0, n = loaded; i < n; i++) {
			void *p = malloc(20);
			if (next[i]() != i + calls[i]++)
				return (void *)1;
			free(p);
		}
	return NULL;
}
int main(void)
{
	pthread_t threads[4];
	void *bad = NULL;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 80; i++) {
		char name[40];
		sprintf(name, "./tls%d.so", i);
		void *library = dlopen(name, RTLD_NOW);
		void *(*take)(void) = dlsym(library, "take");
		next[i] = dlsym(library, "next");
		for (int j = 0; j < 5; j++)
			free(take());
		loaded = i + 1;
	}
	over = 1;
	for (int i = 0; i < 4; i++) {
		void *result;
		pthread_join(threads[i], &result);
		bad = bad ? bad : result;
	}
	write(1, bad ? "bad\n" : "good\n", bad ? 4 : 5);
	return bad != NULL;
}
END
for i in {0..79}; do
	echo "${CC:-gcc} -w -g -O1 -fno-builtin -fPIC -shared -ftls-model=global-dynamic -DN=$i -o tls$i.so tls.c"
done | sed 's/tls.c$/-include n.h tls.c/' >build.sh
echo '#define GLUE2(a, b) a##b
#define GLUE(a, b) GLUE2(a, b)
#define value_N GLUE(value_, N)
#define room_N GLUE(room_, N)' >n.h
xargs -P 2 -I{} sh -c '{}' <build.sh || skip_all "no compiler"
${CC:-gcc} -w -g -O1 -fno-builtin -o main main.c -pthread -ldl
three tls ./main
unchanged tls
is "the threads' variables" "$(cat tls.plain/out)" good
for way in record preload; do
	holds "$way: whole" whole tls.$way/d.hwd
	is "$way: calls of the libraries" "$(calls tls.$way/d.hwd take)" 400
done
finish
