/* SPDX-License-Identifier: MIT */
/*
 * Generated code that registers its unwind information with libgcc, as just-in-
 * time compilers do, allocates, is deregistered and written anew, 50 times with
 * 20 calls each. Sums are exact.
 * expect total allocations>=1000 bytes_allocated>=24000
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include "samples/sample.h"

void __register_frame(void *);
void __deregister_frame(void *);

/* A CIE and an FDE for code[0..64): CFA = rsp + 8, then + 32 after `sub`. */
static unsigned char table[128] __attribute__((aligned(8)));

static void put32(unsigned char *at, unsigned int value)
{
	memcpy(at, &value, 4);
}

static void describe(void *code)
{
	static const unsigned char cie[24] = {
		20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0x78, 16,
		0x0c, 7, 8, 0x90, 1, 0, 0, 0, 0, 0, 0 };
	unsigned long start = (unsigned long)code, length = 64;

	memset(table, 0, sizeof(table));
	memcpy(table, cie, sizeof(cie));
	put32(table + 24, 28);
	put32(table + 28, 28);
	memcpy(table + 32, &start, 8);
	memcpy(table + 40, &length, 8);
	table[48] = 0x44; /* advance 4 */
	table[49] = 0x0e, table[50] = 32;
}

int main(void)
{
	void *(*real)(size_t) = malloc;
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char code[] = { 0x48, 0x83, 0xec, 24, 0x48, 0xb8, 0, 0, 0, 0,
				 0, 0, 0, 0, 0xff, 0xd0, 0x48, 0x83, 0xc4, 24,
				 0xc3 };

	if (page == MAP_FAILED)
		_exit(77);
	for (int i = 0; i < 50; i++) {
		memcpy(code + 6, &real, 8);
		memcpy(page, code, sizeof(code));
		describe(page);
		__register_frame(table);
		for (int j = 0; j < 20; j++)
			free(((void *(*)(size_t))page)(24));
		__deregister_frame(table);
		memset(page, 0xcc, sizeof(code));
	}
	say("done\n");
	return 0;
}
