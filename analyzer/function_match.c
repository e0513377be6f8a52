/* SPDX-License-Identifier: MIT */
#include "analyzer/function_match.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/function_name.h"
#include "analyzer/memory.h"
#include "analyzer/patterns.h"

#define NAME_BYTES_MAX 4096 /* regexec() may be slow on more */

void function_match_init(struct function_match *match, const char *word)
{
	*match = (struct function_match){ .word = word };
	match->error = REG_ESPACE;
	if (pattern_is_modest(word) && !pattern_back_reference(word))
		match->error = regcomp(&match->regex, word,
				       REG_EXTENDED | REG_NOSUB);
}

void function_match_release(struct function_match *match)
{
	if (!match->error)
		regfree(&match->regex);
}

/* Equal, or the last parts of a qualified name. */
static bool is_end_of(const char *word, const char *name)
{
	size_t len = strlen(word), all = strlen(name);

	if (len == 0 || len > all || strcmp(name + all - len, word))
		return false;
	return len == all || (all >= len + 2 &&
			      memcmp(name + all - len - 2, "::", 2) == 0);
}

/* The name with its template arguments, but without parameters. */
static bool is_without_parameters(const char *word, const char *function)
{
	const char *start = function_name_start(function);
	const char *end = function_name_parameters(start);
	size_t len = strlen(word);

	return end && len == (size_t)(end - start) &&
	       memcmp(start, word, len) == 0;
}

bool function_match_name(const struct function_match *match,
			 const char *function, const char *plain)
{
	return strcmp(match->word, function) == 0 ||
	       is_end_of(match->word, plain) ||
	       is_without_parameters(match->word, function);
}

bool function_match_pattern(const struct function_match *match,
			    const char *function)
{
	return !match->error && strlen(function) <= NAME_BYTES_MAX &&
	       regexec(&match->regex, function, 0, NULL, 0) == 0;
}

/* Where what a compiler appends to the copies that it makes begins. */
static size_t copy_suffix(const char *name)
{
	static const char *const suffixes[] = { ".part.",     ".constprop.",
						".isra.",     ".cold",
						".lto_priv.", " [clone " };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		const char *at = strstr(name, suffixes[i]);

		if (at && at > name && (size_t)(at - name) < len)
			len = (size_t)(at - name);
	}
	return len;
}

/* Without <...>, but those of operator< and the like; the name as it is if
 * nothing else is left, or brackets do not close. Fresh. */
static char *without_arguments(const char *name)
{
	char *result = xcalloc(strlen(name) + 1, 1), *to = result;
	int depth = 0;

	/* "<T as Trait>::f": brackets that begin a name are no arguments. */
	for (const char *at = name; *name != '<' && *at; at++) {
		bool angle = (*at == '<' || *at == '>') &&
			     !function_name_is_operator(name, at);

		if (angle && *at == '<')
			depth++;
		else if (angle && depth > 0)
			depth--;
		else if (depth == 0)
			*to++ = *at;
	}
	/* "operator< <int>" has a space there */
	while (to > result && to[-1] == ' ')
		*--to = '\0';
	if (depth == 0 && *result)
		return result;
	return strcpy(result, name);
}

char *function_plain_name(const char *function)
{
	char *whole = xstrndup(function, copy_suffix(function));
	const char *start = function_name_start(whole);
	const char *end = function_name_parameters(start);
	char *name = xstrndup(start,
			      end ? (size_t)(end - start) : strlen(start));
	char *plain = without_arguments(name);

	free(name);
	free(whole);
	return plain;
}

const char *function_last_name(const char *plain)
{
	const char *last = plain;

	for (const char *at = plain; (at = strstr(at, "::")) != NULL; at += 2)
		if (at[2])
			last = at + 2;
	return last;
}
