/* SPDX-License-Identifier: MIT */
/*
 * What all heap profiles for pprof have in common, so that they merge and
 * subtract: Go's sample types in Go's order, whole numbers that sum up, and
 * which functions are hidden.
 */
#ifndef ANALYZER_OUTPUT_PPROF_HEAP_H
#define ANALYZER_OUTPUT_PPROF_HEAP_H

#include "analyzer/profile.h"

#define PPROF_HEAP_TYPES 4
#define PPROF_VALUE_MAX 9e18 /* no sum may be more than an int64 */

/*
 * Functions that pprof hides together with all that they call, so none that
 * calls anything of the program's: not construct(), not _M_create_node().
 * Compared as a whole, from the start of the name to its parameters.
 */
#define PPROF_DROP_FRAMES                                                      \
	"(__libc_|__GI___libc_)?(malloc|calloc|realloc|reallocarray|free|"    \
	"cfree|memalign|valloc|pvalloc)|aligned_alloc|(__)?posix_memalign|"   \
	"free_sized|free_aligned_sized|"                                      \
	"operator (new|delete)(\\[\\])?|_Zn[wa].*|_Zd[la].*|"                 \
	"(std|std::__1|__gnu_cxx)::(__)?(new_)?allocator<.*>::(de)?allocate|" \
	"(std|std::__1|__gnu_cxx)::_*(allocator|alloc)_traits<.*>::"          \
	"(de)?allocate|"                                                      \
	"(.* )?std::__1::(__libcpp_(de)?allocate|__allocate_at_least).*|"     \
	"std::.*::_M_(de)?allocate|std::.*::_M_(get|put)_node|"               \
	"std::.*::_M_create|"                                                 \
	"(__rustc::)?__(rust|rdl|rg)_(alloc|alloc_zeroed|realloc|dealloc)|"   \
	"alloc::alloc::(alloc|alloc_zeroed|realloc|dealloc|"                  \
	"exchange_malloc)(::h[0-9a-f]+)?|alloc::boxed::box_new_uninit|"       \
	"<?alloc::alloc::Global>?::.*|"                                       \
	"<alloc::alloc::Global as core::alloc::Allocator>::.*"

struct pprof_type {
	const char *type, *unit;
};

/*
 * pprof shows the last type unless default_sample_type, a string, names
 * another. speedscope takes that string's number for the number of a type, and
 * the last one if there are not as many: so the preferred type stands last,
 * and the types' strings first of all.
 */
extern const struct pprof_type pprof_heap_types[PPROF_HEAP_TYPES];
extern const enum profile_figure pprof_heap_figures[PPROF_HEAP_TYPES];

/*
 * Values are whole numbers, estimates are not. What rounding takes from one
 * sample it gives to the next, so that the sum is right.
 */
struct pprof_sum {
	long double wanted; /* what was to be written so far */
	int64_t written;
};

/* The whole number to write in place of the value. */
int64_t pprof_sum_add(struct pprof_sum *sum, double value);

#endif
