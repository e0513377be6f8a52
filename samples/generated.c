/* SPDX-License-Identifier: MIT */
/*
 * Calls malloc from code that was generated at run time, without a line of
 * unwind information, 1,000 times; then unmaps the code and maps another at
 * the same place, with another frame, 1,000 times more. Leaf and sum are
 * exact; callers may be unknown.
 * expect total allocations=2000 frees=2000 bytes_allocated=112000
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include "sample.h"

static SITE void *(*generate(void *where, unsigned char frame))(size_t)
{
	/* sub $frame, %rsp; movabs $malloc, %rax; call *%rax; add; ret */
	unsigned char code[] = { 0x48, 0x83, 0xec, frame, 0x48, 0xb8, 0, 0, 0,
				 0, 0, 0, 0, 0, 0xff, 0xd0, 0x48, 0x83, 0xc4,
				 frame, 0xc3 };
	void *(*real)(size_t) = malloc;
	void *page = mmap(where, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		_exit(77);
	memcpy(code + 6, &real, 8);
	memcpy(page, code, sizeof(code));
	mprotect(page, 4096, PROT_READ | PROT_EXEC);
	return (void *(*)(size_t))page;
}

static SITE void rounds(void *(*function)(size_t))
{
	for (int i = 0; i < 1000; i++)
		free(keep(function(56)));
}

int main(void)
{
	void *(*function)(size_t) = generate(NULL, 8);

	rounds(function);
	munmap((void *)function, 4096);
	rounds(generate((void *)function, 24));
	say("generated\n");
	return 0;
}
