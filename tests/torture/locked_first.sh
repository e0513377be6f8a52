#!/bin/bash
# SPDX-License-Identifier: MIT
# The C library allocates under one of its locks, for the first time in the
# process: the constructor of a library that is initialised before ours makes a
# locale, or registers more handlers of exit than there is room for. Afterwards
# the program does such things, too.
. "$(dirname "$0")/../e2e/lib.sh"
cat >first.c <<'END'
#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>
static void handler(void)
{
	if (write(1, ".", 1) < 0)
		_exit(9);
}
__attribute__((constructor)) static void make(void)
{
#ifdef LOCALE
	newlocale(LC_ALL_MASK, "C.UTF-8", NULL);
#else
	for (int i = 0; i < 40; i++)
		atexit(handler);
#endif
}
int work(void)
{
	return atexit(handler);
}
END
cat >main.c <<'END'
#include <locale.h>
#include <stdio.h>
int work(void);
int main(void)
{
	for (int i = 0; i < 10; i++) {
		const char *is = setlocale(LC_ALL, i & 1 ? "C" : "C.UTF-8");

		printf("%s, %d\n", is ? is : "none", work());
	}
	return 4;
}
END
for lock in LOCALE EXIT; do
	mkdir $lock
	gcc -g -O0 -shared -fPIC -D$lock -o $lock/libfirst.so first.c &&
		gcc -g -o $lock/main main.c -L$lock -lfirst \
			-Wl,-rpath,"$PWD/$lock" || skip_all "cannot be built here"
	three $lock timeout -s KILL 20 $lock/main
	unchanged $lock
	for way in record preload; do
		holds "$lock, $way: whole" whole $(dumps $lock.$way)
	done
done
finish
