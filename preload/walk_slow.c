/* SPDX-License-Identifier: MIT */
#include "preload/walk_slow.h"

#include <errno.h>

#include "preload/libunwind.h"
#include "preload/loader.h"
#include "preload/modules.h"
#include "preload/proc_info.h"
#include "preload/side_stack.h"
#include "preload/sys.h"
#include "preload/unwind_gate.h"

static unw_addr_space_t space;

/* Our own code and data: frames in here are not the target's. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

/* What a walk by libunwind starts from, reads and finds. */
struct machine {
	uint64_t registers[17]; /* by DWARF number; 16 is RIP */
	uint32_t valid;		/* bit per register */
	struct stack_memory memory;
	struct modules_range code; /* where it last read of a module */
	struct unwind *walk;
	unsigned int top; /* where the last frame was put */
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
	    proc_info_read(address, value, &machine->code) == 0)
		return 0;
	if (!stack_memory_read(&machine->memory, address, &word))
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

int walk_slow_init(void)
{
	if (space)
		return 0;
	if (libunwind_init())
		return -ENOENT;
	space = libunwind.create_addr_space(&accessors, 0);
	if (!space)
		return -ENOMEM;
	libunwind.set_caching_policy(space, UNW_CACHE_NONE);
	return 0;
}

static bool is_ours(uintptr_t ip)
{
	return ip - (uintptr_t)__ehdr_start <
	       (uintptr_t)_end - (uintptr_t)__ehdr_start;
}

static void add_frame(struct machine *machine, uintptr_t ip)
{
	const struct rule *rule = rules_lookup(ip);
	const struct module *module = rule ? NULL : modules_find(ip - 1);

	machine->walk->frames[--machine->top] = (struct unwind_frame){
		.ip = ip,
		.module = (uint16_t)(rule ? rule->module :
				     module ? module->id : 0),
	};
}

static void step_through(void *argument)
{
	struct machine *machine = argument;
	unw_cursor_t cursor;
	unw_word_t ip, bp = 0;
	int ret = libunwind.init_remote(&cursor, space, machine);

	while (ret >= 0) {
		if (libunwind.get_reg(&cursor, UNW_REG_IP, &ip) < 0)
			return;
		if (ip == 0)
			break;
		if (machine->top == 0) {
			machine->walk->end = UNWIND_TOO_DEEP;
			return;
		}
		if (machine->top < STACK_DEPTH_MAX || !is_ours(ip))
			add_frame(machine, ip);
		if (libunwind.get_reg(&cursor, UNW_X86_64_RBP, &bp) < 0)
			bp = 0;
		ret = libunwind.step(&cursor);
		if (ret == 0)
			break;
	}
	/* A guess that came to nothing ends so too; but its IP is still there, and
	 * RBP was not the 0 that marks the outermost frame. */
	if (ret >= 0 && libunwind.get_reg(&cursor, UNW_REG_IP, &ip) == 0 &&
	    (ip == 0 || bp == 0))
		machine->walk->end = UNWIND_WHOLE;
}

/* Enough of the thread's own stack left for libunwind here? */
static bool has_room(const struct stack_bounds *stack, uintptr_t sp)
{
	return sp < stack->high && sp > stack->low + SIDE_STACK_ROOM;
}

static void run(void (*work)(void *), void *argument,
		const struct stack_bounds *stack)
{
	if (has_room(stack, (uintptr_t)__builtin_frame_address(0)))
		work(argument);
	else
		side_stack_call(work, argument);
}

struct lesson {
	uintptr_t ip;
	struct rule rule;
};

static void learn(void *argument)
{
	struct lesson *lesson = argument;

	lesson->rule = rules_learn(lesson->ip);
}

struct rule walk_slow_learn(const struct stack_bounds *stack, uintptr_t ip)
{
	struct lesson lesson = { .ip = ip, .rule = { .kind = RULE_NONE } };
	struct sys_section section;
	struct loader_object object;

	/* Generated code is asked for again and again: no system call. Where the
	 * loader has a lock, others may be in the way of finding a module. */
	if (!modules_object(ip - 1, &object))
		return loader_is_lock_free() ? rule_guess :
		       (struct rule){ .ip = ip, .kind = RULE_COMPLEX };
	sys_enter(&section);
	run(learn, &lesson, stack);
	sys_leave(&section);
	return lesson.rule;
}

void walk_slow(struct unwind *walk, const struct unwind_start *start,
	       unsigned int *top)
{
	struct machine machine = { .walk = walk, .top = STACK_DEPTH_MAX };
	uint64_t *r = machine.registers;
	struct sys_section section;

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
	machine.memory = stack_memory_from(&walk->stack, r[7]);
	walk->end = UNWIND_STOPPED;
	sys_enter(&section);
	if (unwind_gate_enter()) {
		run(step_through, &machine, &walk->stack);
		unwind_gate_leave();
	}
	sys_leave(&section);
	*top = machine.top;
	if (walk->end == UNWIND_STOPPED && *top < STACK_DEPTH_MAX &&
	    walk_slow_learn(&walk->stack, walk->frames[*top].ip).kind ==
		    RULE_END)
		walk->end = UNWIND_WHOLE;
	/* Astray between our own frame and the target's: nothing is known. */
	if (machine.top < STACK_DEPTH_MAX &&
	    walk->frames[STACK_DEPTH_MAX - 1].ip != start->ip)
		*top = STACK_DEPTH_MAX;
}
