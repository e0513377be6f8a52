/* SPDX-License-Identifier: MIT */
/* Nothing but code with inlined calls, for a small ELF file with DWARF. */
static inline __attribute__((always_inline)) int inner(int x)
{
	return x * x + 1;
}

static inline __attribute__((always_inline)) int middle(int x)
{
	return inner(x) ^ inner(x + 1);
}

int outer(int x)
{
	return middle(x) + 2;
}

void _start(void)
{
	for (volatile int i = 0; i < 10; i++)
		outer(i);
}
