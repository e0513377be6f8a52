/* SPDX-License-Identifier: MIT */
/*
 * Which functions a user's word stands for. A plain name is one function, with
 * its overloads and template instances: "parse", "Parser::parse",
 * "std::vector::push_back" or the whole demangled name. Any other word is a
 * POSIX extended regular expression, found anywhere in the demangled name.
 */
#ifndef ANALYZER_FUNCTION_MATCH_H
#define ANALYZER_FUNCTION_MATCH_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

struct function_match {
	const char *word;
	regex_t regex;
	int error; /* of regcomp(): no expression, maybe a name all the same */
};

/* The word must outlive it. */
void function_match_init(struct function_match *match, const char *word);
void function_match_release(struct function_match *match);

/* Is it a plain name of this function? `plain` is its function_plain_name(). */
bool function_match_name(const struct function_match *match,
			 const char *function, const char *plain);
/* Does the expression match? */
bool function_match_pattern(const struct function_match *match,
			    const char *function);

/*
 * A demangled name without return type, template arguments, parameters and
 * what a compiler adds to a copy: "ns::vector::push". Fresh.
 */
char *function_plain_name(const char *function);

/* The last part of a plain name: "push". */
const char *function_last_name(const char *plain);

#endif
