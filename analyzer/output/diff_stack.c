/* SPDX-License-Identifier: MIT */
#include "analyzer/output/diff_stack.h"

#include <inttypes.h>
#include <string.h>

#include "analyzer/frame.h"
#include "analyzer/memory.h"

void diff_stack_read(struct diff_stack *stack,
		     const struct comparison *comparison,
		     const struct comparison_row *row)
{
	const struct frame_pool *pool = &comparison->pool;

	stack->count = frame_pool_read(pool, row->stack, stack->frames,
				       DIFF_STACK_MAX, &stack->cut);
	stack->leaf = 0;
	while (stack->leaf < stack->count &&
	       frame_is_allocator(frame_pool_name(
		       pool, stack->frames[stack->leaf]->function)))
		stack->leaf++;
	if (stack->leaf == stack->count)
		stack->leaf = 0;
}

char *diff_stack_name(const struct frame_pool *pool,
		      const struct pool_frame *frame)
{
	const char *name = frame_pool_name(pool, frame->function);
	const char *module = frame_pool_name(pool, frame->module);

	if (name)
		return xstrndup(name, strlen(name));
	if (!module)
		return xasprintf("0x%" PRIx64, frame->offset);
	return xasprintf("%s+0x%" PRIx64, symbol_basename(module),
			 frame->offset);
}
