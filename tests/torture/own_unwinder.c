/* SPDX-License-Identifier: MIT */
/*
 * A program that carries a libunwind of another version and exports its names,
 * which the loader prefers to any library's: whoever mistakes it for its own ends
 * here, also if it is libunwind's own functions that do. 100 blocks of 10 bytes,
 * with their callers.
 * build -rdynamic
 * expect site inner allocations=100 bytes_allocated=1000 leaked_bytes=0
 * expect site main allocations=100
 */
#include "samples/sample.h"

#define OTHER(name) \
	long name(void) { say(#name " was called\n"); abort(); }

OTHER(_Ux86_64_create_addr_space)
OTHER(_Ux86_64_dwarf_search_unwind_table)
OTHER(_Ux86_64_get_save_loc)
OTHER(_Ux86_64_init_remote)
OTHER(_Ux86_64_init_local)
OTHER(_Ux86_64_set_caching_policy)
OTHER(_Ux86_64_step)
OTHER(unw_backtrace)
/* what libunwind's own functions call each other by */
OTHER(_Ux86_64_flush_cache)
OTHER(_Ux86_64_get_elf_image)
OTHER(_Ux86_64_get_exe_image_path)
OTHER(_Ux86_64_get_reg)
OTHER(_Ux86_64_is_fpreg)
OTHER(_Ux86_64_is_signal_frame)
long _Ux86_64_local_addr_space;

static SITE void inner(void)
{
	for (int i = 0; i < 100; i++)
		free(keep(malloc(10)));
}

int main(void)
{
	inner();
	say("done\n");
	return 0;
}
