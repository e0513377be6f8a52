/* SPDX-License-Identifier: MIT */
/*
 * What names cost: resolves every distinct address of each dump named as an
 * argument, as `report` and `export` do for the rows that they show, and
 * prints how many there were, the seconds and the most memory that it took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "analyzer/recording.h"
#include "analyzer/symbolize.h"

struct tally {
	size_t addresses, calls, functions, lines;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int by_address(const void *left, const void *right)
{
	const struct stack_node *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->module < b->module ? -1 : a->module > b->module;
}

static void count_symbol(struct tally *tally, const struct symbol *symbol)
{
	tally->addresses++;
	tally->calls += symbol->call_count;
	for (size_t i = 0; i < symbol->call_count; i++) {
		tally->functions += symbol->calls[i].function != NULL;
		tally->lines += symbol->calls[i].line > 0;
	}
}

static void name_all(const struct model *model, struct tally *tally)
{
	const struct stack_tree *stacks = &model->stacks;
	struct symbolizer *symbols = symbolizer_new(model, NULL);
	struct stack_node *nodes = malloc(stacks->count * sizeof(*nodes));

	if (!nodes)
		exit(2);
	memcpy(nodes, stacks->nodes, stacks->count * sizeof(*nodes));
	qsort(nodes, stacks->count, sizeof(*nodes), by_address);
	for (size_t i = 0; i < stacks->count; i++)
		if (nodes[i].address &&
		    (i == 0 || by_address(&nodes[i], &nodes[i - 1])))
			count_symbol(tally, symbolizer_resolve(
				symbols, nodes[i].module, nodes[i].address));
	free(nodes);
	symbolizer_free(symbols);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct recording *recording;
		struct dump_problem problem;
		struct tally tally = { 0 };
		struct rusage usage;
		double started;

		if (recording_open(&recording, argv[i], &problem) < 0)
			return 2;
		started = now();
		name_all(&recording->model, &tally);
		getrusage(RUSAGE_SELF, &usage);
		printf("%s: %zu addresses, %zu calls, %zu with a function, "
		       "%zu with a line: %.2f s, %.0f MiB\n", argv[i],
		       tally.addresses, tally.calls, tally.functions,
		       tally.lines, now() - started,
		       (double)usage.ru_maxrss / 1024);
		recording_free(recording);
	}
	return 0;
}
