/* SPDX-License-Identifier: MIT */
#include "analyzer/output/pprof_locations.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/memory.h"
#include "analyzer/output/profile_proto.h"

struct address_key {
	uint64_t address; /* the return address */
	uint64_t module;  /* 64 bits, so that the key has no padding */
};

struct pprof_location {
	struct address_key key;
	uint64_t mapping;
	uint32_t number;
	UT_hash_handle hh;
};

/* Strings by their numbers. */
struct function_key {
	uint64_t name, system_name, file, start_line;
};

struct pprof_function {
	struct function_key key;
	uint64_t number;
	UT_hash_handle hh;
};

void pprof_locations_init(struct pprof_locations *locations,
			  const struct model *model,
			  struct symbolizer *symbols)
{
	*locations = (struct pprof_locations){
		.stacks = &model->stacks,
		.symbols = symbols,
	};
	pprof_mappings_init(&locations->mappings, model);
	locations->of_node = xcalloc(model->stacks.count,
				     sizeof(*locations->of_node));
}

void pprof_locations_release(struct pprof_locations *locations)
{
	struct pprof_function *function, *next;

	HASH_CLEAR(hh, locations->by_address);
	for (size_t i = 0; i < locations->count; i++)
		free(locations->list[i]);
	HASH_ITER(hh, locations->functions, function, next) {
		HASH_DEL(locations->functions, function);
		free(function);
	}
	free(locations->list);
	free(locations->of_node);
	pprof_mappings_release(&locations->mappings);
	*locations = (struct pprof_locations){ 0 };
}

/* Where the call is: a return address is past it, maybe in another function,
 * and maybe past the end of the mapping. */
static uint64_t call_address(const struct pprof_location *location)
{
	return location->key.address - 1;
}

static struct pprof_location *add_location(struct pprof_locations *locations,
					   const struct address_key *key)
{
	struct pprof_location *location = xcalloc(1, sizeof(*location));

	location->key = *key;
	location->mapping = pprof_mappings_find(&locations->mappings,
						(uint32_t)key->module,
						call_address(location));
	GROW(locations->list, locations->capacity, locations->count);
	locations->list[locations->count++] = location;
	location->number = (uint32_t)locations->count;
	HASH_ADD(hh, locations->by_address, key, sizeof(location->key),
		 location);
	return location;
}

uint32_t pprof_locations_of(struct pprof_locations *locations, uint32_t node)
{
	const struct stack_node *n = &locations->stacks->nodes[node];
	struct address_key key = { n->address, n->module };
	struct pprof_location *location;

	if (locations->of_node[node])
		return locations->of_node[node];
	HASH_FIND(hh, locations->by_address, &key, sizeof(key), location);
	if (!location)
		location = add_location(locations, &key);
	locations->of_node[node] = location->number;
	return location->number;
}

static const struct symbol *symbol_of(struct pprof_locations *locations,
				      const struct pprof_location *location)
{
	return symbolizer_resolve(locations->symbols,
				  (uint32_t)location->key.module,
				  location->key.address);
}

/*
 * pprof takes a name that is also the system's for one to be demangled, and
 * cuts what looks like C++: the names that debug information has of what the
 * linker never saw, such as "f<int>", have no other.
 */
static bool is_plain(const char *name)
{
	return !strpbrk(name, "<>[](") && !strstr(name, "::");
}

static const char *system_name(const struct symbol_call *call, const char *name)
{
	if (call->linkage && strcmp(call->linkage, name) != 0)
		return call->linkage;
	return is_plain(name) ? name : NULL;
}

/* What has no name is called after its place: viewers leave out a location
 * without a function. */
static uint64_t function_of(struct pprof_locations *locations,
			    struct pprof_stream *stream,
			    const struct symbol *symbol,
			    const struct symbol_call *call)
{
	const char *name = call->function ? call->function : symbol->place;
	struct function_key key = {
		.name = pprof_stream_string(stream, name),
		.system_name = pprof_stream_string(stream,
						   system_name(call, name)),
		.file = pprof_stream_string(stream, call->file),
		.start_line = (uint64_t)call->start_line,
	};
	struct pprof_function *function;

	HASH_FIND(hh, locations->functions, &key, sizeof(key), function);
	if (!function) {
		function = xcalloc(1, sizeof(*function));
		function->key = key;
		function->number = HASH_COUNT(locations->functions) + 1;
		HASH_ADD(hh, locations->functions, key, sizeof(key), function);
	}
	return function->number;
}

static void put_lines(struct protobuf *message,
		      struct pprof_locations *locations,
		      struct pprof_stream *stream,
		      const struct symbol *symbol)
{
	struct protobuf line = { 0 };

	for (size_t i = 0; i < symbol->call_count; i++) {
		const struct symbol_call *call = &symbol->calls[i];

		protobuf_clear(&line);
		protobuf_put_uint(&line, LINE_FUNCTION_ID,
				  function_of(locations, stream, symbol,
					      call));
		protobuf_put_int(&line, LINE_LINE,
				 call->file ? call->line : 0);
		protobuf_put_message(message, LOCATION_LINE, &line);
	}
	protobuf_release(&line);
}

static void write_locations(struct pprof_locations *locations,
			    struct pprof_stream *stream)
{
	struct protobuf message = { 0 };

	for (size_t i = 0; i < locations->count; i++) {
		const struct pprof_location *l = locations->list[i];

		protobuf_clear(&message);
		protobuf_put_uint(&message, LOCATION_ID, l->number);
		protobuf_put_uint(&message, LOCATION_MAPPING_ID, l->mapping);
		protobuf_put_uint(&message, LOCATION_ADDRESS, call_address(l));
		if (locations->symbols)
			put_lines(&message, locations, stream,
				  symbol_of(locations, l));
		pprof_stream_put_message(stream, PROFILE_LOCATION, &message);
	}
	protobuf_release(&message);
}

static void write_functions(const struct pprof_locations *locations,
			    struct pprof_stream *stream)
{
	struct protobuf message = { 0 };
	const struct pprof_function *f;

	for (f = locations->functions; f; f = f->hh.next) {
		protobuf_clear(&message);
		protobuf_put_uint(&message, FUNCTION_ID, f->number);
		protobuf_put_uint(&message, FUNCTION_NAME, f->key.name);
		protobuf_put_uint(&message, FUNCTION_SYSTEM_NAME,
				  f->key.system_name);
		protobuf_put_uint(&message, FUNCTION_FILENAME, f->key.file);
		protobuf_put_uint(&message, FUNCTION_START_LINE,
				  f->key.start_line);
		pprof_stream_put_message(stream, PROFILE_FUNCTION, &message);
	}
	protobuf_release(&message);
}

void pprof_locations_write(struct pprof_locations *locations,
			   struct pprof_stream *stream)
{
	for (size_t i = 0; locations->symbols && i < locations->count; i++) {
		const struct pprof_location *location = locations->list[i];

		pprof_mappings_count(&locations->mappings, location->mapping,
				     symbol_of(locations, location));
	}
	pprof_mappings_write(&locations->mappings, stream);
	write_locations(locations, stream);
	write_functions(locations, stream);
}
