/* SPDX-License-Identifier: MIT */
#include "preload/unwind.h"

#include <errno.h>
#include <libunwind-x86_64.h>
#include <signal.h>
#include <string.h>

#include "preload/modules.h"
#include "preload/proc_info.h"
#include "preload/rules.h"
#include "preload/side_stack.h"
#include "preload/spin.h"
#include "preload/sys.h"

static unw_addr_space_t space;

/* Our own code and data: frames in here are not the target's. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

/* Memory that a walk may read. */
struct readable {
	uintptr_t low;	/* SP; */
	uintptr_t high; /* up to here it is the thread's own stack */
	uintptr_t page; /* the last page that the kernel vouched for */
};

/* Does the kernel find memory there? It copies the set before it looks at the
 * first argument, which is not a valid one: EFAULT or EINVAL. */
static bool page_is_mapped(uintptr_t page)
{
	return sys_call6(SYS_rt_sigprocmask, ~0u, (long)page, 0, 8, 0, 0) ==
	       -EINVAL;
}

static bool page_readable(struct readable *memory, uintptr_t address)
{
	uintptr_t page = address & ~(uintptr_t)(RECORDER_PAGE - 1);

	if (page == memory->page)
		return true;
	if (sys_is_forbidden() || address >> 47 || page == 0 ||
	    !page_is_mapped(page))
		return false;
	memory->page = page;
	return true;
}

static bool read_stack(struct readable *memory, uintptr_t address,
		       uintptr_t *value)
{
	if (__builtin_expect(address - memory->low >
			     memory->high - memory->low - 8, 0) &&
	    !(page_readable(memory, address) &&
	      page_readable(memory, address + 7)))
		return false;
	memcpy(value, (const void *)address, sizeof(*value));
	return true;
}

static struct readable readable_from(const struct unwind_stack *stack,
				     uintptr_t sp)
{
	struct readable memory = { .low = sp, .high = stack->high };

	if (sp < stack->low || sp + 8 > stack->high) {
		/* Some other stack: its current page is there. */
		memory.high = sp + 8;
		memory.page = sp & ~(uintptr_t)(RECORDER_PAGE - 1);
	}
	return memory;
}

/* What a walk by libunwind starts from and reads. */
struct machine {
	uint64_t registers[17]; /* by DWARF number; 16 is RIP */
	uint32_t valid;		/* bit per register */
	struct readable memory;
	struct unwind *walk;
	bool entered;
};

static int read_memory(unw_addr_space_t as, unw_word_t address,
		       unw_word_t *value, int write, void *arg)
{
	struct machine *machine = arg;
	uintptr_t word;

	(void)as;
	if (write)
		return -UNW_EINVAL;
	if (address - machine->memory.low >=
	    machine->memory.high - machine->memory.low &&
	    proc_info_read(address, value) == 0)
		return 0;
	if (!read_stack(&machine->memory, address, &word))
		return -UNW_EINVAL;
	*value = word;
	return 0;
}

static int read_register(unw_addr_space_t as, unw_regnum_t number,
			 unw_word_t *value, int write, void *arg)
{
	struct machine *machine = arg;

	(void)as;
	if (write || number < 0 || number > 16 ||
	    !(machine->valid & 1u << number))
		return -UNW_EBADREG;
	*value = machine->registers[number];
	return 0;
}

static unw_accessors_t accessors = {
	.find_proc_info = proc_info_find,
	.put_unwind_info = proc_info_put,
	.get_dyn_info_list_addr = proc_info_no_list,
	.access_mem = read_memory,
	.access_reg = read_register,
	.access_fpreg = proc_info_no_fpreg,
	.resume = proc_info_no_resume,
	.get_proc_name = proc_info_no_name,
};

int unwind_init(void)
{
	if (space)
		return 0;
	space = unw_create_addr_space(&accessors, 0);
	if (!space)
		return -ENOMEM;
	unw_set_caching_policy(space, UNW_CACHE_NONE);
	return 0;
}

static bool is_ours(uintptr_t ip)
{
	return ip - (uintptr_t)__ehdr_start <
	       (uintptr_t)_end - (uintptr_t)__ehdr_start;
}

static void add_frame(struct unwind *walk, uintptr_t ip)
{
	const struct rule *rule = rules_lookup(ip);
	const struct module *module = rule ? NULL : modules_find(ip - 1);

	walk->frames[walk->count].ip = ip;
	walk->frames[walk->count].module = rule ? rule->module :
					   module ? module->id : 0;
	walk->count++;
}

static void step_through(void *argument)
{
	struct machine *machine = argument;
	struct unwind *walk = machine->walk;
	unw_cursor_t cursor;
	unw_word_t ip;
	int ret = unw_init_remote(&cursor, space, machine);

	machine->entered = true;
	walk->count = 0;
	walk->end = UNWIND_STOPPED;
	while (ret >= 0) {
		if (unw_get_reg(&cursor, UNW_REG_IP, &ip) < 0)
			return;
		if (ip == 0)
			break;
		if (walk->count == STACK_DEPTH_MAX) {
			walk->end = UNWIND_TOO_DEEP;
			return;
		}
		if (walk->count || !is_ours(ip))
			add_frame(walk, ip);
		ret = unw_step(&cursor);
		if (ret == 0)
			break;
	}
	if (ret >= 0)
		walk->end = UNWIND_WHOLE;
}

/* Enough of the thread's own stack left for libunwind here? */
static bool has_room(const struct unwind_stack *stack, uintptr_t sp)
{
	return sp < stack->high && sp > stack->low + SIDE_STACK_ROOM;
}

static void only_leaf(struct unwind *walk, const struct unwind_start *start)
{
	walk->count = 0;
	walk->end = UNWIND_STOPPED;
	add_frame(walk, start->ip);
}

__attribute__((noinline)) static void
walk_by_libunwind(struct unwind *walk, const struct unwind_start *start)
{
	struct machine machine = { .walk = walk };
	uint64_t *r = machine.registers;
	struct sys_section section;
	bool entered = false;

	/* Real registers, of this frame: libunwind finds those of the caller
	 * through our own unwind information. */
	__asm__ volatile("movq %%rbx, 24(%0)\n\t"
			 "movq %%rbp, 48(%0)\n\t"
			 "movq %%rsp, 56(%0)\n\t"
			 "movq %%r12, 96(%0)\n\t"
			 "movq %%r13, 104(%0)\n\t"
			 "movq %%r14, 112(%0)\n\t"
			 "movq %%r15, 120(%0)\n\t"
			 "leaq 1f(%%rip), %%rax\n"
			 "1:\tmovq %%rax, 128(%0)"
			 :
			 : "r"(r)
			 : "rax", "memory");
	machine.valid = 1u << 3 | 1u << 6 | 1u << 7 | 0xfu << 12 | 1u << 16;
	machine.memory = readable_from(&walk->stack, r[7]);
	sys_enter(&section);
	if (rules_enter_libunwind()) {
		entered = true;
		if (has_room(&walk->stack, r[7]))
			step_through(&machine);
		else
			entered = side_stack_call(step_through, &machine);
		rules_leave_libunwind();
	}
	sys_leave(&section);
	if (!entered || !walk->count || walk->frames[0].ip != start->ip)
		only_leaf(walk, start);
}

/* libunwind, for one rule that is not known yet. */
struct lesson {
	uintptr_t ip;
	struct rule rule;
};

static void learn(void *argument)
{
	struct lesson *lesson = argument;

	lesson->rule = rules_learn(lesson->ip);
}

__attribute__((noinline)) static struct rule
learn_safely(const struct unwind_stack *stack, uintptr_t ip)
{
	struct lesson lesson = { .ip = ip, .rule = { .kind = RULE_NONE } };
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	struct sys_section section;

	sys_enter(&section);
	if (has_room(stack, here))
		learn(&lesson);
	else
		side_stack_call(learn, &lesson);
	sys_leave(&section);
	return lesson.rule;
}

/* One frame up by a rule. False: no safe way. */
static bool step(const struct rule *rule, struct unwind_start *at,
		 struct readable *memory)
{
	uintptr_t cfa, ip;

	switch (rule->kind) {
	case RULE_SP:
		cfa = at->sp + (uintptr_t)(intptr_t)rule->cfa;
		break;
	case RULE_BP:
		cfa = at->bp + (uintptr_t)(intptr_t)rule->cfa;
		break;
	default:
		if (!read_stack(memory, at->bp + (uintptr_t)(intptr_t)rule->cfa,
				&cfa))
			return false;
		break;
	}
	/* Stacks grow down: a caller's frame lies above its callee's. */
	if (cfa <= at->sp || !read_stack(memory, cfa - 8, &ip))
		return false;
	if (rule->bp && !read_stack(memory, cfa + (uintptr_t)(intptr_t)rule->bp,
				    &at->bp))
		return false;
	at->ip = ip;
	at->sp = cfa;
	return true;
}

/* By rules alone. False: libunwind has to do this walk. */
static bool walk_by_rules(struct unwind *walk, const struct unwind_start *start)
{
	struct readable memory = readable_from(&walk->stack, start->sp);
	struct unwind_start at = *start;

	walk->end = UNWIND_STOPPED;
	for (walk->count = 0; at.ip;) {
		const struct rule *rule = rules_lookup(at.ip);
		struct rule fresh;

		if (walk->count == STACK_DEPTH_MAX) {
			walk->end = UNWIND_TOO_DEEP;
			return true;
		}
		if (!rule) {
			fresh = learn_safely(&walk->stack, at.ip);
			rule = &fresh;
		}
		if (rule->kind == RULE_NONE)
			return walk->count > 0;
		if (rule->kind == RULE_COMPLEX)
			return false;
		walk->frames[walk->count].ip = at.ip;
		walk->frames[walk->count++].module = rule->module;
		if (rule->kind == RULE_END)
			break;
		if (!step(rule, &at, &memory))
			return false;
	}
	walk->end = UNWIND_WHOLE;
	return true;
}

void unwind_walk(struct unwind *walk, const struct unwind_start *start)
{
	int saved = errno;

	if (!walk_by_rules(walk, start))
		walk_by_libunwind(walk, start);
	if (walk->count == 0)
		only_leaf(walk, start);
	errno = saved;
}

void unwind_walk_slowly(struct unwind *walk, const struct unwind_start *start)
{
	int saved = errno;

	walk_by_libunwind(walk, start);
	errno = saved;
}
