/* SPDX-License-Identifier: MIT */
/*
 * What names cost: resolves every distinct address of each dump named as an
 * argument, as `report` and `export` do for the rows that they show, and
 * prints how many there were, the seconds and the most memory that it took;
 * then how many of all are distinct, by file and place in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "analyzer/memory.h"
#include "analyzer/recording.h"
#include "analyzer/symbolize.h"

/* A place in a file: what several dumps of one program have in common. */
struct place {
	size_t file; /* a hash of its path */
	uint64_t offset;
};

struct places {
	struct place *list;
	size_t count, capacity;
};

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

static int by_place(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void add_place(struct places *places, const struct symbol *symbol)
{
	const char *path = symbol->module ? symbol->module->path : "";
	struct place place = {
		.offset = symbol->address -
			  (symbol->module ? symbol->module->base : 0),
	};

	for (; *path; path++)
		place.file = place.file * 31 + (unsigned char)*path;
	GROW(places->list, places->capacity, places->count);
	places->list[places->count++] = place;
}

static size_t count_distinct(struct places *places)
{
	size_t distinct = 0;

	qsort(places->list, places->count, sizeof(*places->list), by_place);
	for (size_t i = 0; i < places->count; i++)
		distinct += i == 0 || by_place(&places->list[i],
					       &places->list[i - 1]);
	return distinct;
}

static void name_all(const struct model *model, struct tally *tally,
		     struct places *places)
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
		    (i == 0 || by_address(&nodes[i], &nodes[i - 1]))) {
			const struct symbol *symbol = symbolizer_resolve(
				symbols, nodes[i].module, nodes[i].address);

			count_symbol(tally, symbol);
			add_place(places, symbol);
		}
	free(nodes);
	symbolizer_free(symbols);
}

int main(int argc, char **argv)
{
	struct places places = { 0 };
	double seconds = 0;

	for (int i = 1; i < argc; i++) {
		struct recording *recording;
		struct dump_problem problem;
		struct tally tally = { 0 };
		struct rusage usage;
		double started;

		if (recording_open(&recording, argv[i], &problem) < 0)
			return 2;
		started = now();
		name_all(&recording->model, &tally, &places);
		seconds += now() - started;
		getrusage(RUSAGE_SELF, &usage);
		printf("%s: %zu addresses, %zu calls, %zu with a function, "
		       "%zu with a line: %.2f s, %.0f MiB\n", argv[i],
		       tally.addresses, tally.calls, tally.functions,
		       tally.lines, now() - started,
		       (double)usage.ru_maxrss / 1024);
		recording_free(recording);
	}
	printf("all: %zu distinct addresses: %.2f s\n",
	       count_distinct(&places), seconds);
	free(places.list);
	return 0;
}
