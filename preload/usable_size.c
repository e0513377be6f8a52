/* SPDX-License-Identifier: MIT */
#include "preload/usable_size.h"

#include <stddef.h>
#include <stdint.h>

#include "preload/loader.h"
#include "preload/real.h"

#define BIT(kind) (UINT32_C(1) << (kind))

/* The kinds whose blocks come from a function. libc's reallocarray() calls
 * realloc(); an operator new is not measured. */
static const struct {
	void *function; /* where its address is, in `real` */
	uint32_t kinds;
} sources[] = {
	{ &real.malloc, BIT(EVENT_MALLOC) },
	{ &real.calloc, BIT(EVENT_CALLOC) },
	{ &real.realloc, BIT(EVENT_REALLOC_NULL) | BIT(EVENT_REALLOC_NEW) },
	{ &real.posix_memalign, BIT(EVENT_POSIX_MEMALIGN) },
	{ &real.aligned_alloc, BIT(EVENT_ALIGNED_ALLOC) },
	{ &real.memalign, BIT(EVENT_MEMALIGN) },
	{ &real.valloc, BIT(EVENT_VALLOC) },
	{ &real.pvalloc, BIT(EVENT_PVALLOC) },
};

static uint32_t known; /* a bit each kind */

static const struct link_map *library_of(const void *function)
{
	struct loader_object found;

	return loader_find(*(const uintptr_t *)function, &found) ?
		       found.link_map : NULL;
}

void usable_size_init(void)
{
	const struct link_map *asked = library_of(&real.malloc_usable_size);

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (asked && library_of(sources[i].function) == asked)
			known |= sources[i].kinds;
}

bool usable_size_is_known(enum event_kind kind)
{
	return known >> kind & 1;
}
