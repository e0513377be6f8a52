/* SPDX-License-Identifier: MIT */
/*
 * Numbers for the functions of calls, the same for equal names in one module,
 * and what is known of each: looked up once a call. One thread.
 */
#ifndef ANALYZER_CALL_NAMES_H
#define ANALYZER_CALL_NAMES_H

#include "analyzer/symbolize.h"

struct call_name {
	uint32_t id;	      /* from 0, by first use */
	bool hidden;	      /* the allocator's, or what calls main() */
	bool library;	      /* the language's own */
	const char *function; /* its place where it has no name */
	const char *module;   /* path; NULL: in none */
};

struct call_names;

/* With `all`, nothing is hidden nor the library's. */
struct call_names *call_names_new(bool all);
void call_names_free(struct call_names *names);

/* symbol->calls[call]; lives as long as the names do. */
const struct call_name *call_names_get(struct call_names *names,
				       const struct symbol *symbol,
				       size_t call);
/* By number. */
const struct call_name *call_names_of(const struct call_names *names,
				      uint32_t id);

#endif
