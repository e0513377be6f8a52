#!/bin/bash
# SPDX-License-Identifier: MIT
# What allocates inside a hook has one frame, which nothing could be learned
# about: it has its name all the same. Here an allocator's malloc_usable_size(),
# which the recorder asks, allocates. One that knows of no other function of the
# allocator's, as where only that is wrapped, is not asked.
. "$(dirname "$0")/../e2e/lib.sh"
cat >usable.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#define SITE __attribute__((noinline, noclone))
static size_t (*real)(void *);
static __thread int inside;
SITE void *in_usable_size(void)
{
	void *p = malloc(33);
	__asm__ volatile("" : "+r"(p));
	return p;
}
SITE void *outside(void)
{
	void *p = malloc(44);
	__asm__ volatile("" : "+r"(p));
	return p;
}
__attribute__((constructor)) static void find(void)
{
	real = (size_t (*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
}
#ifdef ALLOCATOR
void *__libc_malloc(size_t size);
void *malloc(size_t size)
{
	return __libc_malloc(size);
}
#endif
size_t malloc_usable_size(void *block)
{
	if (inside++ == 0)
		free(in_usable_size());
	inside--;
	return real ? real(block) : 0;
}
END
cat >main.c <<'END'
#include <stdlib.h>
void *outside(void);
int main(void)
{
	for (int i = 0; i < 20; i++)
		free(outside());
	return 0;
}
END
build() {
	${CC:-gcc} -g -O1 -fno-builtin -fPIC "$@" -shared -o libusable.so \
		usable.c -ldl &&
		${CC:-gcc} -g -O1 -fno-builtin -o main main.c -L. -lusable \
			-Wl,-rpath,"$work"
}
export HEAPWISE_DETAILS=all
build -DALLOCATOR || skip_all "cannot be built"
"$heapwise" record -o d.hwd ./main
is "status" $? 0
is "calls outside" "$(calls d.hwd outside)" 20
# A thread's first call is not measured.
is "calls inside a hook" "$(total d.hwd allocations)" 39
is "they have a name" "$(calls d.hwd in_usable_size)" 19
build || fails "without malloc: build"
"$heapwise" record -o wrapped.hwd ./main
is "another's function is not asked: status" $? 0
is "another's function is not asked" "$(total wrapped.hwd allocations)" 20
finish
