/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/lost_names.h"

#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

void lost_names_take(struct lost_names *lost, struct frame_pool *pool,
		     const struct symbolizer *symbols)
{
	struct symbol_gap *gaps;
	size_t count = symbolizer_gaps(symbols, &gaps);

	for (size_t i = 0; i < count; i++) {
		const struct model_module *module = gaps[i].module;
		char *build;

		if (gaps[i].state != MODULE_OTHER_BUILD &&
		    gaps[i].state != MODULE_GONE)
			continue;
		build = text_hexadecimal(module->build_id,
					 module->build_id_bytes);
		GROW(lost->modules, lost->capacity, lost->count);
		lost->modules[lost->count++] = (struct lost_module){
			.module = frame_pool_text(pool, module->path),
			.build = frame_pool_text(pool, build),
			.gone = gaps[i].state == MODULE_GONE,
		};
		free(build);
	}
	free(gaps);
}

void lost_names_release(struct lost_names *lost)
{
	free(lost->modules);
	*lost = (struct lost_names){ 0 };
}

bool lost_names_has(const struct lost_names *lost,
		    const struct pool_frame *frame)
{
	for (size_t i = 0; !frame->function && i < lost->count; i++)
		if (frame->module == lost->modules[i].module &&
		    frame->build == lost->modules[i].build)
			return true;
	return false;
}
