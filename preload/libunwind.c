/* SPDX-License-Identifier: MIT */
#include "preload/libunwind.h"

#include <errno.h>
#include <stddef.h>

#include "preload/real.h"

struct libunwind libunwind;

static const struct {
	const char *name;
	void *slot;
} table[] = {
	{ "_Ux86_64_create_addr_space", &libunwind.create_addr_space },
	{ "_Ux86_64_set_caching_policy", &libunwind.set_caching_policy },
	{ "_Ux86_64_init_remote", &libunwind.init_remote },
	{ "_Ux86_64_step", &libunwind.step },
	{ "_Ux86_64_get_reg", &libunwind.get_reg },
	{ "_Ux86_64_get_save_loc", &libunwind.get_save_loc },
	{ "_Ux86_64_dwarf_search_unwind_table", &libunwind.search_table },
};

int libunwind_init(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		void *found = real_next(table[i].name);

		if (!found)
			return -ENOENT;
		*(void **)table[i].slot = found;
	}
	return 0;
}
