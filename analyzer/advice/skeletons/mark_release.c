/* SPDX-License-Identifier: MIT-0 */
/* A stack of memory: what was taken since a mark goes at once. */
#include <stddef.h>
#include <stdlib.h>

#define STACK_BYTES @bytes@ /* as much as the largest round took */

union spill { /* what did not fit: blocks of their own */
	union spill *next;
	max_align_t align;
};

struct stack { /* one a thread, kept from round to round */
	unsigned char *start;
	size_t used;
	union spill *spills;
};

struct mark {
	size_t used;
	union spill *spills;
};

void *stack_get(struct stack *s, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	size_t bytes = (size + align - 1) / align * align;
	union spill *spill;

	if (!s->start)
		s->start = malloc(STACK_BYTES);
	if (s->start && bytes >= size && bytes <= STACK_BYTES - s->used) {
		s->used += bytes;
		return s->start + s->used - bytes;
	}
	if (bytes < size || !(spill = malloc(sizeof(*spill) + bytes)))
		return NULL;
	spill->next = s->spills;
	s->spills = spill;
	return spill + 1;
}

/* struct mark mark = stack_mark(s); ... stack_release(s, mark); */
struct mark stack_mark(const struct stack *s)
{
	return (struct mark){ s->used, s->spills };
}

void stack_release(struct stack *s, struct mark mark)
{
	while (s->spills != mark.spills) {
		union spill *spill = s->spills;

		s->spills = spill->next;
		free(spill);
	}
	s->used = mark.used;
}
