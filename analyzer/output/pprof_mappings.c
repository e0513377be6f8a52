/* SPDX-License-Identifier: MIT */
#include "analyzer/output/pprof_mappings.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/profile_proto.h"

/* Executable segments of a module; linkers make one or two. */
#define SEGMENTS_MAX 16
#define PAGE_BYTES 4096

static uint64_t page_bytes(const struct model *model)
{
	uint64_t bytes = model->meta.page_bytes;

	return bytes && (bytes & (bytes - 1)) == 0 ? bytes : PAGE_BYTES;
}

static void add(struct pprof_mappings *mappings,
		const struct pprof_mapping *mapping)
{
	GROW(mappings->list, mappings->capacity, mappings->count);
	mappings->list[mappings->count++] = *mapping;
}

/* As the kernel maps it: whole pages. */
static struct pprof_mapping map_segment(const struct model *model,
					const struct model_module *module,
					const struct model_segment *segment)
{
	uint64_t mask = page_bytes(model) - 1;
	uint64_t end = segment->address + segment->bytes;

	return (struct pprof_mapping){
		.module = module,
		.start = module->base + (segment->address & ~mask),
		.limit = module->base + ((end + mask) & ~mask),
		.offset = segment->offset & ~mask,
	};
}

static void add_module(struct pprof_mappings *mappings,
		       const struct model_module *module)
{
	size_t first = mappings->count;

	mappings->first[module - mappings->model->modules] = first;
	for (size_t i = 0; i < module->segment_count &&
			   mappings->count < first + SEGMENTS_MAX; i++) {
		struct pprof_mapping mapping = map_segment(
			mappings->model, module, &module->segments[i]);

		if ((module->segments[i].flags & PF_X) &&
		    mapping.start < mapping.limit)
			add(mappings, &mapping);
	}
	if (mappings->count == first)
		add(mappings, &(struct pprof_mapping){ .module = module,
						       .start = module->start,
						       .limit = module->end });
}

static bool is_program(const struct model *model,
		       const struct model_module *module)
{
	const char *program = model->meta.program;

	return program && *program && module->path &&
	       strcmp(module->path, program) == 0;
}

void pprof_mappings_init(struct pprof_mappings *mappings,
			 const struct model *model)
{
	*mappings = (struct pprof_mappings){ .model = model };
	mappings->first = xcalloc(model->module_count + 1,
				  sizeof(*mappings->first));
	for (size_t i = 0; i < model->module_count; i++)
		if (is_program(model, &model->modules[i]))
			add_module(mappings, &model->modules[i]);
	if (mappings->count == 0)
		add(mappings, &(struct pprof_mapping){ 0 });
	for (size_t i = 0; i < model->module_count; i++)
		if (!is_program(model, &model->modules[i]))
			add_module(mappings, &model->modules[i]);
}

void pprof_mappings_release(struct pprof_mappings *mappings)
{
	free(mappings->list);
	free(mappings->first);
	*mappings = (struct pprof_mappings){ 0 };
}

uint64_t pprof_mappings_find(const struct pprof_mappings *mappings,
			     uint32_t module, uint64_t address)
{
	const struct model_module *m = model_module(mappings->model, module);

	if (!m)
		return 0;
	for (size_t i = mappings->first[m - mappings->model->modules];
	     i < mappings->count && mappings->list[i].module == m; i++)
		if (address >= mappings->list[i].start &&
		    address < mappings->list[i].limit)
			return i + 1;
	return 0;
}

void pprof_mappings_count(struct pprof_mappings *mappings, uint64_t mapping,
			  const struct symbol *symbol)
{
	bool functions = true, files = true, lines = true;
	struct pprof_mapping *m;

	if (mapping == 0)
		return;
	for (size_t i = 0; i < symbol->call_count; i++) {
		functions &= symbol->calls[i].function != NULL;
		files &= symbol->calls[i].file != NULL;
		lines &= symbol->calls[i].line > 0;
	}
	m = &mappings->list[mapping - 1];
	m->locations++;
	m->functions += functions;
	m->files += functions && files;
	m->lines += functions && files && lines;
}

static uint64_t build_id(const struct model_module *module,
			 struct pprof_stream *stream)
{
	char *text = xcalloc(module->build_id_bytes + 1, 2);
	uint64_t number;

	for (size_t i = 0; i < module->build_id_bytes; i++) {
		text[2 * i] = "0123456789abcdef"[module->build_id[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[module->build_id[i] & 15];
	}
	number = pprof_stream_string(stream, text);
	free(text);
	return number;
}

/* Does each location have it? */
static bool all(const struct pprof_mapping *mapping, uint64_t count)
{
	return mapping->locations > 0 && count == mapping->locations;
}

static void put_names(struct protobuf *message, const struct model *model,
		      const struct model_module *module,
		      struct pprof_stream *stream)
{
	const char *file = module ? module->path : model->meta.program;

	protobuf_put_uint(message, MAPPING_FILENAME,
			  pprof_stream_string(stream, file));
	if (module)
		protobuf_put_uint(message, MAPPING_BUILD_ID,
				  build_id(module, stream));
}

static void put_flags(struct protobuf *message, const struct pprof_mapping *m)
{
	bool lines = all(m, m->lines);

	protobuf_put_uint(message, MAPPING_HAS_FUNCTIONS,
			  all(m, m->functions));
	protobuf_put_uint(message, MAPPING_HAS_FILENAMES, all(m, m->files));
	protobuf_put_uint(message, MAPPING_HAS_LINE_NUMBERS, lines);
	protobuf_put_uint(message, MAPPING_HAS_INLINE_FRAMES, lines);
}

void pprof_mappings_write(const struct pprof_mappings *mappings,
			  struct pprof_stream *stream)
{
	struct protobuf message = { 0 };

	for (size_t i = 0; i < mappings->count; i++) {
		const struct pprof_mapping *m = &mappings->list[i];

		protobuf_clear(&message);
		protobuf_put_uint(&message, MAPPING_ID, i + 1);
		protobuf_put_uint(&message, MAPPING_START, m->start);
		protobuf_put_uint(&message, MAPPING_LIMIT, m->limit);
		protobuf_put_uint(&message, MAPPING_OFFSET, m->offset);
		put_names(&message, mappings->model, m->module, stream);
		put_flags(&message, m);
		pprof_stream_put_message(stream, PROFILE_MAPPING, &message);
	}
	protobuf_release(&message);
}
