/* SPDX-License-Identifier: MIT */
/*
 * Code without any unwind information, built so and written by hand, with
 * indirect branch tracking. Sums and the innermost frame are exact; who called
 * may be unknown.
 * build -fno-asynchronous-unwind-tables -fomit-frame-pointer -fcf-protection=full -Wl,-z,lazy -O2
 * expect total allocations=3000 frees=3000 bytes_allocated=63000
 * expect site bare allocations=1000 bytes_allocated=20000
 * expect site by_hand allocations=2000 bytes_allocated=43000
 * expect lost leaf_only_stacks failed_unwinds
 */
#include "samples/sample.h"

static SITE void bare(void)
{
	volatile char room[200];

	for (int i = 0; i < 1000; i++) {
		room[i % 200] = 1;
		free(keep(malloc(20)));
	}
}

void *by_hand(unsigned long bytes);
__asm__(".text\n.globl by_hand\n.type by_hand, @function\nby_hand:\n\t"
	"endbr64\n\tpush %r12\n\tsub $0x60, %rsp\n\tmov %rsp, %r12\n\t"
	"call malloc@PLT\n\tadd $0x60, %rsp\n\tpop %r12\n\tret\n"
	".size by_hand, . - by_hand\n");

int main(void)
{
	bare();
	for (int i = 0; i < 1000; i++) {
		free(by_hand(21));
		free(by_hand(22));
	}
	say("done\n");
	return 0;
}
