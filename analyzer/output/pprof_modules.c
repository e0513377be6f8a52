/* SPDX-License-Identifier: MIT */
#include "analyzer/output/pprof_modules.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/memory.h"
#include "analyzer/output/diff_stack.h"
#include "analyzer/output/profile_proto.h"

/* Texts of the pool. */
struct build_key {
	uint32_t module, build;
};

struct pprof_build {
	struct build_key key;
	uint64_t number;
	uint64_t limit; /* past its last address */
	bool program;
	bool unnamed; /* some of its calls have no function */
	UT_hash_handle hh;
};

/* Strings of the stream. */
struct called_key {
	uint64_t name, file, start_line;
};

struct pprof_called {
	struct called_key key;
	uint64_t number;
	UT_hash_handle hh;
};

void pprof_modules_init(struct pprof_modules *modules,
			const struct frame_pool *pool)
{
	*modules = (struct pprof_modules){ .pool = pool };
	modules->numbers = xcalloc(pool->frame_count + 1,
				   sizeof(*modules->numbers));
}

void pprof_modules_release(struct pprof_modules *modules)
{
	struct pprof_build *build, *next_build;
	struct pprof_called *called, *next_called;

	HASH_ITER(hh, modules->builds, build, next_build) {
		HASH_DEL(modules->builds, build);
		free(build);
	}
	HASH_ITER(hh, modules->functions, called, next_called) {
		HASH_DEL(modules->functions, called);
		free(called);
	}
	free(modules->numbers);
	free(modules->frames);
	*modules = (struct pprof_modules){ 0 };
}

/* A return address is past its call. */
static uint64_t call_offset(const struct pool_frame *frame)
{
	return frame->offset > 0 ? frame->offset - 1 : 0;
}

static struct pprof_build *build_of(struct pprof_modules *modules,
				    const struct pool_frame *frame)
{
	struct build_key key = { frame->module, frame->build };
	struct pprof_build *build;

	HASH_FIND(hh, modules->builds, &key, sizeof(key), build);
	if (!build) {
		build = xcalloc(1, sizeof(*build));
		build->key = key;
		build->number = HASH_COUNT(modules->builds) + 1;
		HASH_ADD(hh, modules->builds, key, sizeof(key), build);
	}
	return build;
}

static void add_to_build(struct pprof_modules *modules,
			 const struct pool_frame *frame)
{
	struct pprof_build *build = build_of(modules, frame);

	if (build->limit <= call_offset(frame))
		build->limit = call_offset(frame) + 1;
	if (frame->flags & POOL_FRAME_PROGRAM)
		build->program = true;
	if (!frame->function)
		build->unnamed = true;
}

uint32_t pprof_modules_location(struct pprof_modules *modules,
				const struct pool_frame *frame)
{
	uint32_t index = (uint32_t)(frame - modules->pool->frames);

	if (modules->numbers[index])
		return modules->numbers[index];
	if (frame->module)
		add_to_build(modules, frame);
	GROW(modules->frames, modules->capacity, modules->count);
	modules->frames[modules->count++] = index;
	modules->numbers[index] = (uint32_t)modules->count;
	return modules->numbers[index];
}

static uint64_t function_of(struct pprof_modules *modules,
			    struct pprof_stream *stream,
			    const struct pool_frame *frame)
{
	char *name = diff_stack_name(modules->pool, frame);
	struct called_key key = {
		.name = pprof_stream_string(stream, name),
		.file = pprof_stream_string(
			stream, frame_pool_name(modules->pool, frame->file)),
		.start_line = frame->start_line,
	};
	struct pprof_called *called;

	free(name);
	HASH_FIND(hh, modules->functions, &key, sizeof(key), called);
	if (!called) {
		called = xcalloc(1, sizeof(*called));
		called->key = key;
		called->number = HASH_COUNT(modules->functions) + 1;
		HASH_ADD(hh, modules->functions, key, sizeof(key), called);
	}
	return called->number;
}

static void write_location(struct pprof_modules *modules, size_t i,
			   struct pprof_stream *stream)
{
	const struct pool_frame *frame =
		&modules->pool->frames[modules->frames[i]];
	struct protobuf message = { 0 }, line = { 0 };

	protobuf_put_uint(&line, LINE_FUNCTION_ID,
			  function_of(modules, stream, frame));
	protobuf_put_int(&line, LINE_LINE, frame->line);
	protobuf_put_uint(&message, LOCATION_ID, i + 1);
	if (frame->module) {
		protobuf_put_uint(&message, LOCATION_MAPPING_ID,
				  build_of(modules, frame)->number);
		protobuf_put_uint(&message, LOCATION_ADDRESS,
				  call_offset(frame));
	}
	protobuf_put_message(&message, LOCATION_LINE, &line);
	pprof_stream_put_message(stream, PROFILE_LOCATION, &message);
	protobuf_release(&message);
	protobuf_release(&line);
}

static void write_build(const struct pprof_modules *modules,
			const struct pprof_build *build,
			struct pprof_stream *stream)
{
	const struct frame_pool *pool = modules->pool;
	struct protobuf message = { 0 };

	protobuf_put_uint(&message, MAPPING_ID, build->number);
	protobuf_put_uint(&message, MAPPING_LIMIT, build->limit);
	protobuf_put_uint(&message, MAPPING_FILENAME,
			  pprof_stream_string(stream, frame_pool_name(
						pool, build->key.module)));
	protobuf_put_uint(&message, MAPPING_BUILD_ID,
			  pprof_stream_string(stream, frame_pool_name(
						pool, build->key.build)));
	if (!build->unnamed)
		protobuf_put_uint(&message, MAPPING_HAS_FUNCTIONS, 1);
	pprof_stream_put_message(stream, PROFILE_MAPPING, &message);
	protobuf_release(&message);
}

/* The program's first: readers take the first one for it. */
static void write_builds(const struct pprof_modules *modules, bool program,
			 struct pprof_stream *stream)
{
	const struct pprof_build *build;

	for (build = modules->builds; build; build = build->hh.next)
		if (build->program == program)
			write_build(modules, build, stream);
}

static void write_functions(const struct pprof_modules *modules,
			    struct pprof_stream *stream)
{
	struct protobuf message = { 0 };
	const struct pprof_called *called;

	for (called = modules->functions; called; called = called->hh.next) {
		protobuf_clear(&message);
		protobuf_put_uint(&message, FUNCTION_ID, called->number);
		protobuf_put_uint(&message, FUNCTION_NAME, called->key.name);
		protobuf_put_uint(&message, FUNCTION_FILENAME,
				  called->key.file);
		protobuf_put_uint(&message, FUNCTION_START_LINE,
				  called->key.start_line);
		pprof_stream_put_message(stream, PROFILE_FUNCTION, &message);
	}
	protobuf_release(&message);
}

void pprof_modules_write(struct pprof_modules *modules,
			 struct pprof_stream *stream)
{
	write_builds(modules, true, stream);
	write_builds(modules, false, stream);
	for (size_t i = 0; i < modules->count; i++)
		write_location(modules, i, stream);
	write_functions(modules, stream);
}
