/* SPDX-License-Identifier: MIT */
#include "preload/recent_walks.h"

void recent_walks_add(struct recent_walks *recent, const struct unwind *walk,
		      uint32_t fresh, const struct unwind_start *from)
{
	const struct unwind_frame *joint, *leaf;
	unsigned int n = 0, first;
	struct recent_walk *to;

	if (fresh == 0 || fresh >= walk->kept)
		return;
	joint = &walk->frames[fresh - 1];
	leaf = &walk->frames[walk->kept - 1];
	first = joint->slots;
	if (leaf->slots - first > RECENT_WALK_SLOTS)
		return;
	to = recent_walks_place(recent, from);
	/* A hook that is left by siglongjmp leaves an empty one. */
	to->from.ip = 0;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	to->from.sp = from->sp;
	to->from.bp = from->bp;
	to->node = leaf->node;
	to->joint_node = joint->node;
	to->joint_bp = joint->bp;
	to->joint = (uint16_t)(fresh - 1);
	to->needs_bp = leaf->needs_bp;
	for (; first + n < leaf->slots; n++)
		to->slots[n] = walk->slots[first + n];
	for (; n < RECENT_WALK_SLOTS; n++)
		to->slots[n].at = &to->slots[n].value;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	to->from.ip = from->ip;
}
