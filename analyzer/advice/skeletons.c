/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/skeletons.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/function_name.h"
#include "analyzer/text_stream.h"

#define POINTER_BYTES 8 /* a block in a list holds one */

/* X(name, symbol): skeletons/symbol.c and skeletons/symbol.cc */
#define SKELETONS(X) \
	X("reserve", reserve) X("grow", grow) X("hoist", hoist) \
	X("hoist-shrink", hoist_shrink) X("stack", stack) X("arena", arena) \
	X("mark-release", mark_release) X("pool", pool) \
	X("sized-pool", sized_pool) X("handoff", handoff) X("slab", slab) \
	X("size-class", size_class) X("zeroing", zeroing) \
	X("false-sharing", false_sharing) X("leak", leak)

/* A file's bytes and a NUL, where the linker puts constants. */
#define EMBED(symbol, file) \
	__asm__(".section .rodata\n" #symbol ":\n" \
		".incbin \"analyzer/advice/skeletons/" file "\"\n" \
		".byte 0\n.previous\n"); \
	extern const char symbol[] __asm__(#symbol) \
		__attribute__((visibility("hidden")));
#define EMBED_BOTH(name, symbol) \
	EMBED(skeleton_c_##symbol, #symbol ".c") \
	EMBED(skeleton_cxx_##symbol, #symbol ".cc")
SKELETONS(EMBED_BOTH)

static const struct skeleton {
	const char *name;
	const char *texts[SKELETON_LANGUAGES];
} skeletons[] = {
#define ROW(name, symbol) \
	{ name, { skeleton_c_##symbol, skeleton_cxx_##symbol } },
	SKELETONS(ROW)
};

#define COUNT (sizeof(skeletons) / sizeof(*skeletons))

const char *skeleton_language_name(enum skeleton_language language)
{
	return language == SKELETON_CXX ? "C++" : "C";
}

static bool is_cxx_file(const char *file)
{
	static const char *const ends[] = {
		".cc", ".cpp", ".cxx", ".c++", ".C", ".hh", ".hpp", ".hxx",
		".ipp", ".tcc",
	};
	const char *end = strrchr(file, '.');

	for (size_t i = 0; end && i < sizeof(ends) / sizeof(*ends); i++)
		if (strcmp(end, ends[i]) == 0)
			return true;
	return false;
}

enum skeleton_language skeleton_language_of(const struct symbol_call *call)
{
	if (call->linkage && strncmp(call->linkage, "_Z", 2) == 0)
		return SKELETON_CXX;
	if (call->file && is_cxx_file(call->file))
		return SKELETON_CXX;
	return call->function && function_name_parameters(call->function) ?
		       SKELETON_CXX : SKELETON_C;
}

const char *skeleton_name(size_t index)
{
	return index < COUNT ? skeletons[index].name : NULL;
}

const char *skeleton_name_of(const char *detector, const struct remedy *remedy)
{
	if (strcmp(detector, "reserve") == 0 && remedy->grows)
		return "grow";
	if (strcmp(detector, "hoist") == 0 && remedy->shrinks)
		return "hoist-shrink";
	if (strcmp(detector, "arena") == 0 && remedy->marks)
		return "mark-release";
	return detector;
}

static uint64_t at_least(uint64_t value, uint64_t least)
{
	return value < least ? least : value;
}

static void put_number(FILE *out, uint64_t value)
{
	/* Larger numbers have no type that C11 and C++17 agree on. */
	fprintf(out, "%llu", (unsigned long long)(value < INT64_MAX ?
						  value : INT64_MAX));
}

static void put_sizes(FILE *out, const struct remedy *r)
{
	if (r->size_count == 0)
		put_number(out, at_least(r->bytes, POINTER_BYTES));
	for (uint32_t i = 0; i < r->size_count; i++) {
		fputs(i > 0 ? ", " : "", out);
		put_number(out, at_least(r->sizes[i], POINTER_BYTES));
	}
}

static void put_field(FILE *out, const char *field, size_t len,
		      const struct remedy *r)
{
	uint64_t capacity = at_least(r->capacity, 1);

	if (len == 5 && memcmp(field, "bytes", len) == 0)
		put_number(out, at_least(r->bytes, 1));
	else if (len == 5 && memcmp(field, "sizes", len) == 0)
		put_sizes(out, r);
	else if (len == 8 && memcmp(field, "capacity", len) == 0)
		put_number(out, capacity);
	else /* prewarm: never more than the pool keeps */
		put_number(out, r->prewarm < capacity ?
					at_least(r->prewarm, 1) : capacity);
}

static void put_text(FILE *out, const char *text, const struct remedy *remedy)
{
	const char *at, *end;

	while ((at = strchr(text, '@')) != NULL &&
	       (end = strchr(at + 1, '@')) != NULL) {
		fwrite(text, 1, (size_t)(at - text), out);
		put_field(out, at + 1, (size_t)(end - at - 1), remedy);
		text = end + 1;
	}
	fputs(text, out);
}

char *skeleton_text(const char *name, enum skeleton_language language,
		    const struct remedy *remedy)
{
	const char *template = NULL;
	struct text_stream stream;

	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(skeletons[i].name, name) == 0)
			template = skeletons[i].texts[language];
	if (!template)
		return NULL;
	/* Its first line, the licence, is for who reads our source. */
	put_text(text_stream_open(&stream), strchr(template, '\n') + 1, remedy);
	return text_stream_close(&stream);
}
