/* SPDX-License-Identifier: MIT */
#include "preload/stack_memory.h"

#include <errno.h>

#include "preload/spin.h"
#include "preload/sys.h"

/* Does the kernel find memory there? It copies the set before it looks at the
 * first argument, which is not a valid one: EFAULT or EINVAL. */
static bool page_is_mapped(uintptr_t page)
{
	return sys_call6(SYS_rt_sigprocmask, ~0u, (long)page, 0, 8, 0, 0) ==
	       -EINVAL;
}

bool stack_memory_is_mapped(struct stack_memory *memory, uintptr_t address)
{
	uintptr_t page = address & ~(uintptr_t)(RECORDER_PAGE - 1);

	if (page == 0) /* also means that no page is vouched for yet */
		return false;
	if (page == memory->page)
		return true;
	if (sys_is_forbidden() || address >> 47 || !page_is_mapped(page))
		return false;
	memory->page = page;
	return true;
}

struct stack_memory stack_memory_from(const struct stack_bounds *bounds,
				      uintptr_t sp)
{
	struct stack_memory memory = { .low = sp, .high = bounds->high };

	if (sp < bounds->low || sp + 8 > bounds->high) {
		/* Some other stack: what was pushed last is there. */
		memory.low = sp - 8;
		memory.high = sp;
		memory.page = (sp - 8) & ~(uintptr_t)(RECORDER_PAGE - 1);
	}
	return memory;
}
