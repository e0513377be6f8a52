#!/bin/bash
# SPDX-License-Identifier: MIT
# The C library allocates under its lock of locales, for the first time in the
# process: the constructor of a library that is initialised before ours makes a
# locale. Afterwards the program can change its own, often.
. "$(dirname "$0")/../e2e/lib.sh"
cat >first.c <<'END'
#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
static locale_t made;
__attribute__((constructor)) static void make(void)
{
	made = newlocale(LC_ALL_MASK, "C.UTF-8", NULL);
}
int work(void)
{
	return made != NULL;
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
gcc -g -O0 -shared -fPIC -o libfirst.so first.c &&
	gcc -g -o main main.c -L. -lfirst -Wl,-rpath,"$PWD" ||
	skip_all "cannot be built here"

three locale timeout 20 ./main
unchanged locale
for way in record preload; do
	holds "locale, $way: whole" whole $(dumps locale.$way)
done
finish
