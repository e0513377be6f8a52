/* SPDX-License-Identifier: MIT */
#include "preload/unwind.h"

#include <errno.h>

#include "preload/modules.h"
#include "preload/rules.h"
#include "preload/walk_slow.h"

/* A walk under way: up to now, and where its frames are. */
struct climb {
	struct unwind_start at;
	uintptr_t last; /* the highest address that may be read; above at.sp */
	struct unwind_frame *top;  /* its frames, to the array's end */
	struct unwind_frame *base; /* one past the kept frames below them */
};

int unwind_init(void)
{
	return walk_slow_init();
}

/* How many of the first n kept slots, counted from the outermost frame on,
 * still hold what they held. What was read before may be anybody's now, and
 * change between two looks. */
static unsigned int slots_that_hold(const struct unwind *walk, unsigned int n)
{
	const struct unwind_slot *slots = walk->slots;
	unsigned int i = 0;

	if (unwind_slots_hold(walk, n))
		return n;
	while (i < n && *slots[i].at == slots[i].value)
		i++;
	return i;
}

/* Without unwind information, larger frames are not believed. */
#define GUESSED_FRAME_MAX 0x4000u

/* May the frame at hand be one that RBP leads through? */
static inline bool may_be_frame(const struct unwind_start *at)
{
	return at->bp - at->sp <= GUESSED_FRAME_MAX && at->bp % 8 == 0;
}

/* A guess that leads into a module must lead behind a call there; then all
 * guesses up to it are believed. */
static inline bool may_follow_guess(const struct rule *rule)
{
	return !rule->module || rule->after_call;
}

/* Reads one word for the step from `at`. False: that is not to be read. */
typedef bool word_reader(void *memory, const struct unwind_start *at,
			 uintptr_t address, uintptr_t *value);

/* One frame up by a plain rule. False: not that way, and *at as it was. Always
 * inlined, and the reader into it. */
static inline __attribute__((always_inline)) bool
step(const struct rule *rule, struct unwind_start *at, word_reader *read,
     void *memory)
{
	uintptr_t cfa = rule->kind == RULE_SP ? at->sp : at->bp;
	uintptr_t ip, bp = at->bp;

	cfa += (uintptr_t)(intptr_t)rule->cfa;
	if (rule->kind == RULE_DEREF && !read(memory, at, cfa, &cfa))
		return false;
	/* Stacks grow down: a caller's frame lies above its callee's. */
	if (cfa <= at->sp || !read(memory, at, cfa - 8, &ip))
		return false;
	if (rule->bp &&
	    !read(memory, at, cfa + (uintptr_t)(intptr_t)rule->bp, &bp))
		return false;
	*at = (struct unwind_start){ ip, cfa, bp };
	return true;
}

/* The thread's own stack, from the frame that asks to *memory, the last word
 * that may be read. */
static inline bool read_own(void *memory, const struct unwind_start *at,
			    uintptr_t address, uintptr_t *value)
{
	if (address - at->sp > *(const uintptr_t *)memory - at->sp)
		return false;
	*value = *(const uintptr_t *)address;
	return true;
}

static inline bool read_anywhere(void *memory, const struct unwind_start *at,
				 uintptr_t address, uintptr_t *value)
{
	(void)at;
	return stack_memory_read(memory, address, value);
}

/* The rule of a plain frame or of the outermost one; NULL: another way. */
static inline const struct rule *plain_rule(const struct unwind *walk,
					    uintptr_t ip)
{
	const struct rule *rule = rules_lookup(ip);

	if (__builtin_expect(!rule, 0)) {
		struct rule learned = walk_slow_learn(&walk->stack, ip);

		/* generated code: the table has none of it */
		if (learned.kind == RULE_GUESS && !learned.module)
			return &rule_guess;
		rule = rules_lookup(ip);
	}
	return rule && rule->kind - 1u < RULE_END ? rule : NULL;
}

/*
 * Up to the outermost frame, or to a kept frame in the same state above which
 * nothing changed: climb->base. False: rules and the thread's own stack do
 * not suffice.
 */
static bool climb_up(struct unwind *walk, struct climb *climb)
{
	struct unwind_frame *const first = walk->frames;
	struct unwind_frame *below = first + walk->kept; /* one past it */
	struct unwind_frame *top = first + STACK_DEPTH_MAX;
	unsigned int hold = UINT16_MAX;
	bool guessed = false;

	/* A hook that is left by siglongjmp leaves nothing kept. */
	walk->kept = 0;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	while (climb->at.ip) {
		const struct rule *rule;

		while (below > first && below[-1].sp < climb->at.sp)
			below--;
		if (below > first &&
		    unwind_same_state(&below[-1], &climb->at)) {
			if (hold == UINT16_MAX)
				hold = slots_that_hold(walk, below[-1].slots);
			if (below[-1].slots <= hold)
				goto joined;
		}
		rule = plain_rule(walk, climb->at.ip);
		if (!rule || top <= below)
			return false;
		if (__builtin_expect(guessed, 0)) {
			if (!may_follow_guess(rule))
				return false;
			guessed = !rule->module;
		}
		if (__builtin_expect(rule->kind == RULE_GUESS, 0)) {
			if (!may_be_frame(&climb->at))
				return false;
			guessed = true;
		}
		top--;
		top->ip = climb->at.ip;
		top->sp = climb->at.sp;
		top->bp = climb->at.bp;
		top->rule = rule;
		if (rule->kind == RULE_END)
			break;
		/* No frame begins where the stack ends. */
		if (!step(rule, &climb->at, read_own, &climb->last) ||
		    climb->at.sp > climb->last)
			return false;
	}
	if (guessed)
		return false;
	below = first;
joined:
	climb->top = top;
	climb->base = below;
	return true;
}

/* Notes a slot that a walk from a frame on reads. False: no room. */
static inline bool note(struct unwind *walk, unsigned int *n, uintptr_t at,
			uintptr_t value)
{
	if (*n == UNWIND_SLOTS_MAX)
		return false;
	walk->slots[(*n)++] =
		(struct unwind_slot){ (const uintptr_t *)at, value };
	return true;
}

/*
 * The new frames, outermost first, down to where the kept ones end; and the
 * slots that led from each to its caller, `up`. Where RBP was saved counts only
 * if the way from there on needs it. False: too many slots to be kept.
 */
static bool join(struct unwind *walk, const struct climb *climb)
{
	const struct unwind_frame *end = walk->frames + STACK_DEPTH_MAX;
	struct unwind_frame *to = climb->base;
	bool some = to > walk->frames, needs_bp = some && to[-1].needs_bp;
	bool fits = true;
	unsigned int n = some ? to[-1].slots : 0;
	struct unwind_start up = climb->at;

	for (const struct unwind_frame *from = climb->top; from < end; from++) {
		const struct rule *rule = from->rule;

		if (rule->kind != RULE_END)
			fits &= note(walk, &n, up.sp - 8, up.ip);
		if (rule->bp && needs_bp)
			fits &= note(walk, &n, up.sp +
				     (uintptr_t)(intptr_t)rule->bp, up.bp);
		if (rule->kind == RULE_DEREF)
			fits &= note(walk, &n, from->bp +
				     (uintptr_t)(intptr_t)rule->cfa, up.sp);
		needs_bp = rule->kind - RULE_BP <= RULE_GUESS - RULE_BP ||
			   (needs_bp && !rule->bp);
		up = (struct unwind_start){ from->ip, from->sp, from->bp };
		to->ip = up.ip;
		to->sp = up.sp;
		to->bp = up.bp;
		to->module = (uint16_t)rule->module;
		to->slots = (uint16_t)n;
		to++->needs_bp = needs_bp;
	}
	walk->count = (uint32_t)(to - walk->frames);
	walk->fresh = (uint32_t)(climb->base - walk->frames);
	return fits;
}

/* Frames that were put at the upper end, of a walk that is not kept. */
static void move_down(struct unwind *walk, unsigned int top)
{
	walk->count = 0;
	for (; top < STACK_DEPTH_MAX; top++)
		walk->frames[walk->count++] = walk->frames[top];
}

static void only_leaf(struct unwind *walk, const struct unwind_start *start)
{
	const struct rule *rule = rules_lookup(start->ip);
	const struct module *module = rule ? NULL :
					     modules_find(start->ip - 1);

	walk->end = UNWIND_STOPPED;
	walk->count = 1;
	walk->frames[0] = (struct unwind_frame){
		.ip = start->ip,
		.module = (uint16_t)(rule ? rule->module :
				     module ? module->id : 0),
	};
}

/* By rules alone, on any stack, from the start. False: libunwind has to do this
 * walk. Without unwind information an RBP of 0 marks the outermost frame (System
 * V ABI for x86-64, 3.4.1). */
static bool walk_anywhere(struct unwind *walk, const struct unwind_start *start,
			  unsigned int *top)
{
	struct stack_memory memory =
		stack_memory_from(&walk->stack, start->sp);
	struct unwind_start at = *start;
	unsigned int certain = STACK_DEPTH_MAX; /* below it: all guessed */

	walk->end = UNWIND_STOPPED;
	for (*top = STACK_DEPTH_MAX; at.ip;) {
		const struct rule *known = rules_lookup(at.ip);
		struct rule rule = known ? *known :
				   walk_slow_learn(&walk->stack, at.ip);

		if (*top == 0) {
			walk->end = UNWIND_TOO_DEEP;
			return true;
		}
		if (rule.kind == RULE_NONE)
			return *top < STACK_DEPTH_MAX;
		if (certain < STACK_DEPTH_MAX && !may_follow_guess(&rule))
			break;
		if (rule.module)
			certain = STACK_DEPTH_MAX;
		if (rule.kind == RULE_COMPLEX)
			return false;
		walk->frames[--*top] = (struct unwind_frame){
			.ip = at.ip,
			.module = (uint16_t)rule.module,
		};
		if (rule.kind == RULE_END ||
		    (rule.kind == RULE_GUESS && at.bp == 0))
			break;
		if (rule.kind == RULE_GUESS) {
			if (certain == STACK_DEPTH_MAX)
				certain = *top;
			if (!may_be_frame(&at))
				break;
		}
		if (!step(&rule, &at, read_anywhere, &memory)) {
			if (certain < STACK_DEPTH_MAX)
				break;
			return false;
		}
	}
	if (certain < STACK_DEPTH_MAX)
		*top = certain;
	else
		walk->end = UNWIND_WHOLE;
	return true;
}

__attribute__((noinline)) static void
walk_without_kept(struct unwind *walk, const struct unwind_start *start,
		  bool rules_too)
{
	int saved = errno;
	unsigned int top;

	walk->kept = 0;
	walk->by_rules = false;
	walk->fresh = 0;
	if (!rules_too || !walk_anywhere(walk, start, &top))
		walk_slow(walk, start, &top);
	move_down(walk, top);
	if (walk->count == 0)
		only_leaf(walk, start);
	errno = saved;
}

void unwind_walk(struct unwind *walk, const struct unwind_start *start)
{
	struct climb climb = {
		.at = *start,
		.last = walk->stack.high - 8,
	};

	if (!stack_holds(&walk->stack, start->sp + 8) ||
	    !climb_up(walk, &climb)) {
		walk_without_kept(walk, start, true);
		return;
	}
	walk->by_rules = join(walk, &climb);
	walk->end = UNWIND_WHOLE;
}

void unwind_walk_slowly(struct unwind *walk, const struct unwind_start *start)
{
	walk_without_kept(walk, start, false);
}
