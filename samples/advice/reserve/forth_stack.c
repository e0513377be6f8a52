/* SPDX-License-Identifier: MIT */
/*
 * A stack machine that runs one script after another, each on a fresh stack
 * that begins with 16 cells: when it is full, a block of one and a half times
 * the size is allocated, the cells are copied and the old block is freed, all
 * through the machine's own memory functions. 9,000 hidden chains of 8.8 blocks
 * on average, 1.93 of the final bytes copied.
 *
 * expect: reserve stack_push
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPTS 9000

struct stack {
	long *cells;
	size_t used, room;
};

struct machine {
	struct stack data;
	size_t memory;
	unsigned seed;
};

static void *machine_alloc(struct machine *machine, size_t size)
{
	void *p = malloc(size);

	if (!p)
		abort();
	machine->memory += size;
	return p;
}

static void machine_free(struct machine *machine, void *p, size_t size)
{
	machine->memory -= size;
	free(p);
}

static __attribute__((noinline)) void stack_push(struct machine *machine,
						 long value)
{
	struct stack *stack = &machine->data;

	if (stack->used == stack->room) {
		size_t room = stack->room ? stack->room * 3 / 2 : 16;
		long *cells = machine_alloc(machine, room * sizeof(*cells));

		if (stack->cells) {
			memcpy(cells, stack->cells,
			       stack->used * sizeof(*cells));
			machine_free(machine, stack->cells,
				     stack->room * sizeof(*cells));
		}
		stack->cells = cells;
		stack->room = room;
	}
	stack->cells[stack->used++] = value;
}

static long stack_pop(struct machine *machine)
{
	return machine->data.cells[--machine->data.used];
}

static void step(struct machine *machine)
{
	long a, b;

	machine->seed = machine->seed * 1664525 + 1013904223;
	if (machine->data.used < 2 || (machine->seed >> 16) % 5 < 3) {
		stack_push(machine, machine->seed >> 20);
		return;
	}
	a = stack_pop(machine);
	b = stack_pop(machine);
	stack_push(machine, (a ^ b) + 1);
}

static long run_script(struct machine *machine, int steps)
{
	long result = 0;

	for (int i = 0; i < steps; i++)
		step(machine);
	while (machine->data.used)
		result = result * 7 + stack_pop(machine);
	return result;
}

static void machine_reset(struct machine *machine)
{
	machine_free(machine, machine->data.cells,
		     machine->data.room * sizeof(long));
	machine->data = (struct stack){ 0 };
}

int main(void)
{
	struct machine machine = { .seed = 12 };
	long sum = 0;

	for (int i = 0; i < SCRIPTS; i++) {
		sum ^= run_script(&machine, 1200 + i % 700);
		machine_reset(&machine);
	}
	printf("%ld %zu\n", sum, machine.memory);
	return 0;
}
