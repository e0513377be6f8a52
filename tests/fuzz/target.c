/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/target.h"

#include <string.h>

#include "tests/fuzz/blocks.h"
#include "tests/fuzz/commands.h"
#include "tests/fuzz/fold_ring.h"
#include "tests/fuzz/mutate_dump.h"
#include "tests/fuzz/mutate_json.h"
#include "tests/fuzz/mutate_ring.h"
#include "tests/fuzz/names.h"
#include "tests/fuzz/sources.h"
#include "tests/fuzz/sparse.h"
#include "tests/fuzz/variables.h"
#include "tests/fuzz/words.h"

static const struct fuzz_target targets[] = {
	{ "reader", commands_reader, mutate_dump, blocks_raw_bytes },
	{ "report", commands_report, mutate_dump, blocks_raw_bytes },
	{ "export", commands_export, mutate_dump, blocks_raw_bytes },
	{ "advise", commands_advise, mutate_dump, blocks_raw_bytes },
	{ "simulate", commands_simulate, mutate_dump, blocks_raw_bytes },
	{ "diff", commands_diff, mutate_diff, blocks_raw_bytes },
	{ "ring", commands_ring, mutate_ring, sparse_bytes },
	{ "finish", fold_ring, mutate_ring, sparse_bytes },
	{ "baseline", commands_diff, mutate_json, NULL },
	{ "list", sources_run, sources_mutate, NULL },
	{ "names", names_run, NULL, NULL },
	{ "budget", words_budget, NULL, NULL },
	{ "thresholds", words_thresholds, NULL, NULL },
	{ "patterns", words_patterns, NULL, NULL },
	{ "options", words_options, NULL, NULL },
	{ "variables", variables_run, NULL, NULL },
};

const struct fuzz_target *fuzz_target_at(size_t index)
{
	return index < sizeof(targets) / sizeof(*targets) ? &targets[index] :
							    NULL;
}

const struct fuzz_target *fuzz_target_named(const char *name)
{
	const struct fuzz_target *target;

	for (size_t i = 0; (target = fuzz_target_at(i)); i++)
		if (strcmp(target->name, name) == 0)
			return target;
	return NULL;
}
