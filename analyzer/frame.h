/* SPDX-License-Identifier: MIT */
/*
 * A stack as a list of calls, leaf first, with the inlined ones; and which of
 * them tell a reader nothing: the allocator's own wrappers at the leaf
 * (operator new, std::allocator), and what calls main() or a thread's function.
 */
#ifndef ANALYZER_FRAME_H
#define ANALYZER_FRAME_H

#include "analyzer/symbolize.h"

struct frame {
	const struct symbol *symbol;
	const struct symbol_call *call; /* one of symbol's */
};

struct frame_list {
	struct frame *frames; /* leaf first */
	size_t count, capacity;
	bool truncated; /* callers are missing: not recorded, or too many */
};

/* All calls of a stack, by its node. `list` is overwritten; release it. */
void frame_list_read(struct frame_list *list, struct symbolizer *symbols,
		     const struct stack_tree *stacks, uint32_t stack);
void frame_list_release(struct frame_list *list);

/*
 * For who writes many stacks: a dump of a few bytes can have thousands of stacks
 * of a thousand calls each. So many calls are written as frame_budget_add()
 * allows, and then of each stack its FRAMES_LEAST innermost; outer ones are left
 * out as if they had not been recorded, which sets `truncated`. What programs
 * record stays far below.
 */
#define FRAMES_LEAST 8

struct frame_budget {
	uint64_t left; /* zeroed at first */
};

/* For a recording with so many bytes of payloads, where a call takes some
 * 0.35 us x cost: as many as take 0.3 s, and 0.4 s a MiB. */
void frame_budget_add(struct frame_budget *budget, uint64_t payload_bytes,
		      unsigned int cost);
/* Takes so many; how many of them are allowed. */
size_t frame_budget_take(struct frame_budget *budget, size_t frames);

/* frame_list_read() of what is allowed. */
void frame_budget_read(struct frame_budget *budget, struct frame_list *list,
		       struct symbolizer *symbols,
		       const struct stack_tree *stacks, uint32_t stack);

/* The index of the innermost frame that is not the allocator's own; 0 if all
 * are. */
size_t frame_list_leaf(const struct frame_list *list);

/* What to call a frame: its function, or the place where that is not known. */
static inline const char *frame_name(const struct frame *frame)
{
	return frame->call->function ? frame->call->function :
				       frame->symbol->place;
}

/* By demangled name; NULL is neither. */
bool frame_is_allocator(const char *function);
bool frame_is_runtime_start(const char *function);

/* Is this a module whose functions may be the allocator's own? By path. */
bool frame_is_allocator_module(const char *path);

#endif
