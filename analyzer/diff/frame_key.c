/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/frame_key.h"
#include "analyzer/frame.h"
#include "analyzer/function_match.h"
#include "analyzer/function_name.h"
#include "analyzer/memory.h"
#include "analyzer/symbolize.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM "(program)"
#define RUST_HASH_BYTES 19 /* "::h" and 16 digits */

/* Written without: namespaces and marks that one library has and another, or
 * another version, has not. */
static const struct {
	const char *text, *instead;
} marks[] = {
	{ "std::__cxx11::", "std::" },
	{ "std::__1::", "std::" },
	{ "[abi:cxx11]", "" },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What follows brackets that open at `at`; NULL if they do not close. */
static const char *after_brackets(const char *at, char open, char close)
{
	int depth = 0;

	for (; *at; at++) {
		if (*at == open)
			depth++;
		else if (*at == close && --depth == 0)
			return at + 1;
	}
	return NULL;
}

static const char *after_digits(const char *at)
{
	while (isdigit((unsigned char)*at))
		at++;
	return at;
}

/* "{lambda(int)#1}", "{unnamed type#2}": gcc's; "$_0": clang's; or
 * "'lambda0'(int)", as LLVM writes it. What follows it, or NULL if it is none of
 * them. */
static const char *after_lambda(const char *at)
{
	static const char gnu[] = "{lambda(", unnamed[] = "{unnamed type#";
	static const char llvm[] = "'lambda";

	if (strncmp(at, gnu, sizeof(gnu) - 1) == 0 ||
	    strncmp(at, unnamed, sizeof(unnamed) - 1) == 0)
		return after_brackets(at, '{', '}');
	if (at[0] == '$' && at[1] == '_' && isdigit((unsigned char)at[2]))
		return after_digits(at + 2);
	if (strncmp(at, llvm, sizeof(llvm) - 1) == 0) {
		at = after_digits(at + sizeof(llvm) - 1);
		if (*at++ != '\'')
			return NULL;
		return *at == '(' ? after_brackets(at, '(', ')') : at;
	}
	return NULL;
}

static const char *after_mark(const char *at, const char **instead)
{
	for (size_t i = 0; i < COUNT(marks); i++) {
		size_t len = strlen(marks[i].text);

		if (strncmp(at, marks[i].text, len) == 0) {
			*instead = marks[i].instead;
			return at + len;
		}
	}
	*instead = "{lambda}";
	return after_lambda(at);
}

/* Rust's hash of a function's code and types, which every build has anew. */
static size_t without_rust_hash(const char *name, size_t len)
{
	const char *hash = name + len - RUST_HASH_BYTES;

	if (len <= RUST_HASH_BYTES || strncmp(hash, "::h", 3) != 0)
		return len;
	for (size_t i = 3; i < RUST_HASH_BYTES; i++)
		if (!isxdigit((unsigned char)hash[i]))
			return len;
	return len - RUST_HASH_BYTES;
}

/* Of "f(int) [clone .part.0]" or "f.constprop.0" the length of f(int), f. */
static size_t name_len(const char *function)
{
	const char *clone = strstr(function, " [clone ");
	size_t len = function_symbol_len(function);

	if (clone && clone > function && (size_t)(clone - function) < len)
		len = (size_t)(clone - function);
	return without_rust_hash(function, len);
}

char *frame_key_function(const char *function)
{
	size_t len = name_len(function), used = 0;
	const char *end = function + len;
	/* "{lambda}" may be longer than "$_0", never more than three times. */
	char *key = xcalloc(len * 3 + 1, 1);

	for (const char *at = function; at < end;) {
		const char *instead, *next = after_mark(at, &instead);

		if (!next || next > end) {
			key[used++] = *at++;
			continue;
		}
		used += strlen(strcpy(key + used, instead));
		at = next;
	}
	return key;
}

/* libfoo.so.1.2.3, libfoo-1.2.so, foo-1.2 and foo1.2 without their numbers. */
char *frame_key_module(const char *path)
{
	const char *name = symbol_basename(path);
	const char *so = strstr(name, ".so");
	size_t len = so ? (size_t)(so - name) : strlen(name), shorter = len;

	while (shorter > 0 && strchr("0123456789.-_", name[shorter - 1]))
		shorter--;
	return xasprintf("%.*s%s", (int)(shorter ? shorter : len), name,
			 so ? ".so" : "");
}

static enum frame_role role_of(const char *function)
{
	if (!function)
		return FRAME_OWN;
	if (frame_is_allocator(function))
		return FRAME_ALLOCATOR;
	if (frame_is_runtime_start(function))
		return FRAME_START;
	return function_is_library(function) ? FRAME_LIBRARY : FRAME_OWN;
}

static uint32_t module_key(struct frame_keys *keys,
			   const struct frame_pool *pool,
			   const struct pool_frame *frame)
{
	char *module;
	uint32_t text;

	if (frame->flags & POOL_FRAME_PROGRAM)
		return frame_pool_text(&keys->texts, PROGRAM);
	if (!frame->module)
		return 0;
	module = frame_key_module(pool->texts[frame->module]);
	text = frame_pool_text(&keys->texts, module);
	free(module);
	return text;
}

/* Both may be asked for many times: `known` is by the pool's texts. */
struct function_keys {
	uint32_t function, plain;
	enum frame_role role;
	bool made;
};

static void make_function(struct frame_keys *keys, const char *function,
			  struct function_keys *made)
{
	char *key = frame_key_function(function);
	char *plain = function_plain_name(key);

	made->function = frame_pool_text(&keys->texts, key);
	made->plain = frame_pool_text(&keys->texts, plain);
	made->role = role_of(key);
	made->made = true;
	free(key);
	free(plain);
}

static uint32_t line_of(const struct pool_frame *frame)
{
	if (frame->start_line && frame->line >= frame->start_line)
		return frame->line - frame->start_line + 1;
	return frame->line;
}

static void make_key(struct frame_keys *keys, const struct frame_pool *pool,
		     size_t i, struct function_keys *known)
{
	const struct pool_frame *frame = &pool->frames[i];
	struct frame_key *key = &keys->keys[i];
	struct function_keys *function = &known[frame->function];

	if (frame->function && !function->made)
		make_function(keys, pool->texts[frame->function], function);
	key->function = function->function;
	key->plain = function->plain;
	key->role = function->role;
	key->module = module_key(keys, pool, frame);
	key->line = line_of(frame);
	if (frame->file)
		key->file = frame_pool_text(&keys->texts, symbol_basename(
						pool->texts[frame->file]));
}

/* What a module key was seen with. */
struct builds {
	uint32_t build;
	bool seen, several;
};

/* Offsets say something where a module is one build on both sides. */
static void set_offsets(struct frame_keys *keys, const struct frame_pool *pool)
{
	struct builds *builds =
		xcalloc(keys->texts.text_count, sizeof(*builds));

	for (size_t i = 1; i < pool->frame_count; i++) {
		struct builds *b = &builds[keys->keys[i].module];

		if (b->seen && b->build != pool->frames[i].build)
			b->several = true;
		b->build = pool->frames[i].build;
		b->seen = true;
	}
	for (size_t i = 1; i < pool->frame_count; i++) {
		struct frame_key *key = &keys->keys[i];
		const struct builds *b = &builds[key->module];

		if (!key->function && b->build && !b->several)
			key->offset = pool->frames[i].offset;
	}
	free(builds);
}

void frame_keys_init(struct frame_keys *keys, const struct frame_pool *pool)
{
	struct function_keys *known = xcalloc(pool->text_count, sizeof(*known));

	frame_pool_init(&keys->texts);
	keys->keys = xcalloc(pool->frame_count, sizeof(*keys->keys));
	for (size_t i = 1; i < pool->frame_count; i++)
		make_key(keys, pool, i, known);
	set_offsets(keys, pool);
	free(known);
}

void frame_keys_release(struct frame_keys *keys)
{
	free(keys->keys);
	frame_pool_release(&keys->texts);
	*keys = (struct frame_keys){ 0 };
}
