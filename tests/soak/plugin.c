/* SPDX-License-Identifier: MIT */
/* Built once for each NUMBER: plugins that differ in name and build ID only,
 * so that they fit where another one was. */
#include <stdlib.h>

#define NAME_OF(number) plugin_##number##_allocate
#define NAME(number) NAME_OF(number)
#define SITE __attribute__((noinline, noclone))

static SITE void *inner(size_t bytes)
{
	void *block = malloc(bytes);

	__asm__ volatile("" : "+r"(block) : : "memory");
	return block;
}

SITE void *NAME(NUMBER)(size_t bytes)
{
	void *block = inner(bytes);

	__asm__ volatile("" : "+r"(block) : : "memory");
	return block;
}

void *plugin_allocate(size_t bytes)
{
	void *block = NAME(NUMBER)(bytes);

	__asm__ volatile("" : "+r"(block) : : "memory");
	return block;
}
