/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/call_sequence.h"

static uint64_t mix(uint64_t h, uint64_t value)
{
	h ^= value + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdull;
	return h ^ h >> 33;
}

/* Never 0, which is no call. */
static uint64_t token(uint64_t h)
{
	return h ? h : 1;
}

static uint64_t place_token(const struct frame_key *key)
{
	uint64_t h = mix(key->function, key->module);

	h = mix(h, key->file);
	return token(mix(h, key->offset));
}

/* A call without a name is its module, and the place in that if it tells. */
static uint64_t function_token(const struct frame_key *key, bool plain)
{
	if (key->function)
		return token(mix(plain ? key->plain : key->function, 7));
	return token(mix(mix(key->module, 11), key->offset));
}

/* 0: not known which code it is. Calls inlined into others are no place of
 * their own. */
static uint64_t code_token(const struct pool_frame *frame,
			   const struct frame_key *key)
{
	if (!frame->build)
		return 0;
	return token(mix(mix(key->module, frame->build), frame->offset));
}

static void add(struct call_sequence *s, uint64_t call)
{
	s->calls[s->count++] = call;
}

/* Nothing tells two calls without names of one module from one. */
static bool repeats(const struct call_sequence *s, const struct frame_key *key,
		    uint64_t call)
{
	return !key->function && !key->offset && s->count > 0 &&
	       s->calls[s->count - 1] == call;
}

static void add_function(struct call_sequence *s, const struct frame_key *key,
			 bool plain)
{
	uint64_t call = function_token(key, plain);

	if (!repeats(s, key, call))
		add(s, call);
}

/* `run`: the last call was the library's, and is in the sequence. */
static void add_library(struct call_sequence *s, const struct frame_key *key,
			bool run)
{
	if (run)
		s->count--;
	add(s, function_token(key, true));
}

static void read_code(struct call_sequence *s, const struct call_source *source,
		      uint32_t stack)
{
	const struct frame_pool *pool = source->pool;
	int calls = 0;

	for (; stack >= POOL_STACK_FIRST && calls < CALL_SEQUENCE_MAX;
	     stack = pool->stacks[stack].callers, calls++) {
		uint32_t frame = pool->stacks[stack].frame;
		uint64_t code = code_token(&pool->frames[frame],
					   &source->keys->keys[frame]);

		if (!code) {
			s->count = 0;
			return;
		}
		if (!(pool->frames[frame].flags & POOL_FRAME_INLINED))
			add(s, code);
	}
	s->cut = stack != POOL_STACK_EMPTY;
}

void call_sequence_read(struct call_sequence *s,
			const struct call_source *source, uint32_t stack,
			enum call_detail detail)
{
	const struct frame_pool *pool = source->pool;
	bool run = false;
	int calls = 0;

	s->count = 0;
	s->lined = false;
	if (detail == CALLS_CODE) {
		read_code(s, source, stack);
		return;
	}
	for (; stack >= POOL_STACK_FIRST && calls < CALL_SEQUENCE_MAX;
	     stack = pool->stacks[stack].callers, calls++) {
		const struct frame_key *key =
			&source->keys->keys[pool->stacks[stack].frame];

		if (detail == CALLS_PLACES) {
			s->lined |= key->role == FRAME_OWN && key->file;
			add(s, place_token(key));
			continue;
		}
		if (key->role == FRAME_ALLOCATOR || key->role == FRAME_START)
			continue;
		if (key->role == FRAME_LIBRARY && detail == CALLS_FUNCTIONS)
			add_library(s, key, run);
		if (key->role == FRAME_OWN) {
			if (s->count == (run ? 1 : 0))
				s->lined = key->file != 0;
			add_function(s, key, detail == CALLS_OWN);
		}
		run = key->role == FRAME_LIBRARY && detail == CALLS_FUNCTIONS;
	}
	s->cut = stack != POOL_STACK_EMPTY;
}

uint64_t call_sequence_own(const struct call_source *source, uint32_t frame)
{
	const struct frame_key *key = &source->keys->keys[frame];

	return key->role == FRAME_OWN ? function_token(key, true) : 0;
}

uint64_t call_sequence_hash(const struct call_sequence *s)
{
	uint64_t h = s->cut;

	for (size_t i = 0; i < s->count; i++)
		h = mix(h, s->calls[i]);
	return s->count > 0 ? token(h) : 0;
}

uint64_t call_sequence_lines(const struct call_source *source, uint32_t stack,
			     bool from_start)
{
	const struct frame_pool *pool = source->pool;
	uint64_t h = 1;
	int calls = 0;

	for (; stack >= POOL_STACK_FIRST && calls < CALL_SEQUENCE_MAX;
	     stack = pool->stacks[stack].callers, calls++) {
		uint32_t frame = pool->stacks[stack].frame;

		h = mix(h, from_start ? source->keys->keys[frame].line :
					pool->frames[frame].line);
	}
	return h;
}

int call_sequence_order(const struct frame_pool *pool, uint32_t a, uint32_t b)
{
	int calls = 0;

	for (; a != b && a >= POOL_STACK_FIRST && b >= POOL_STACK_FIRST &&
	       calls < CALL_SEQUENCE_MAX;
	     calls++) {
		const struct pool_frame *x = &pool->frames[pool->stacks[a].frame];
		const struct pool_frame *y = &pool->frames[pool->stacks[b].frame];

		if (x->line != y->line)
			return x->line < y->line ? -1 : 1;
		if (x->offset != y->offset)
			return x->offset < y->offset ? -1 : 1;
		a = pool->stacks[a].callers;
		b = pool->stacks[b].callers;
	}
	return 0;
}
