/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/lost_names.h"

#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

static int by_module(const void *left, const void *right)
{
	const struct lost_module *a = left, *b = right;

	if (a->module != b->module)
		return a->module < b->module ? -1 : 1;
	return a->build < b->build ? -1 : a->build > b->build;
}

static bool has(const struct lost_names *lost, uint32_t module, uint32_t build)
{
	for (size_t i = 0; i < lost->count; i++)
		if (lost->modules[i].module == module &&
		    lost->modules[i].build == build)
			return true;
	return false;
}

void lost_names_take(struct lost_names *lost, struct frame_pool *pool,
		     const struct symbolizer *symbols)
{
	struct symbol_gap *gaps;
	size_t count = symbolizer_gaps(symbols, &gaps);
	bool first = lost->count == 0;

	for (size_t i = 0; i < count; i++) {
		const struct model_module *module = gaps[i].module;
		char *build;

		if (gaps[i].state < MODULE_NO_MEMORY)
			continue;
		build = text_hexadecimal(module->build_id,
					 module->build_id_bytes);
		if (has(lost, frame_pool_text(pool, module->path),
			frame_pool_text(pool, build))) {
			free(build);
			continue;
		}
		GROW(lost->modules, lost->capacity, lost->count);
		lost->modules[lost->count++] = (struct lost_module){
			.module = frame_pool_text(pool, module->path),
			.build = frame_pool_text(pool, build),
			.gone = gaps[i].state == MODULE_GONE,
		};
		free(build);
	}
	free(gaps);
	if (lost->count == 0)
		return;
	if (first)
		lost->most = lost->modules[0];
	qsort(lost->modules, lost->count, sizeof(*lost->modules), by_module);
}

void lost_names_release(struct lost_names *lost)
{
	free(lost->modules);
	*lost = (struct lost_names){ 0 };
}

bool lost_names_has(const struct lost_names *lost,
		    const struct pool_frame *frame)
{
	const struct lost_module wanted = { .module = frame->module,
					    .build = frame->build };

	return !frame->function && lost->count > 0 &&
	       bsearch(&wanted, lost->modules, lost->count, sizeof(wanted),
		       by_module);
}
