/* SPDX-License-Identifier: MIT */
#include "analyzer/function_name.h"

#include <stddef.h>
#include <string.h>

/* Is text[0..len) one of a copy's suffixes, without its dot and number? */
static bool is_copy(const char *text, size_t len)
{
	static const char *const words[] = {
		"constprop", "isra", "part", "cold", "lto_priv", "localalias",
		"llvm",	     "cfi",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i]) == len && !memcmp(words[i], text, len))
			return true;
	return false;
}

/* Without the last ".WORD" or ".WORD.NUMBER", if it is a copy's. */
static size_t without_copy(const char *symbol, size_t len)
{
	size_t end = len, dot;

	while (end > 0 && symbol[end - 1] >= '0' && symbol[end - 1] <= '9')
		end--;
	if (end == len || end == 0 || symbol[end - 1] != '.')
		end = len;
	else
		end--;
	for (dot = end; dot > 0 && symbol[dot - 1] != '.';)
		dot--;
	return dot > 1 && is_copy(symbol + dot, end - dot) ? dot - 1 : len;
}

size_t function_symbol_len(const char *symbol)
{
	size_t len = strcspn(symbol, "@"), shorter;

	if (len == 0)
		return strlen(symbol);
	if (!memchr(symbol, '.', len))
		return len;
	while ((shorter = without_copy(symbol, len)) < len)
		len = shorter;
	return len;
}

bool function_name_is_operator(const char *name, const char *at)
{
	static const char word[] = "operator";
	size_t len = sizeof(word) - 1;

	if (at > name && *at == '>' && at[-1] == '-')
		return true;
	/* None is longer than <=>; a hostile name may be all brackets. */
	for (int i = 0; i < 3 && at > name && strchr("<>=-", at[-1]); i++)
		at--;
	return (size_t)(at - name) >= len && memcmp(at - len, word, len) == 0;
}

const char *function_name_parameters(const char *name)
{
	const char *at = strrchr(name, ')');
	int depth = 0;

	/* "f<main()::<lambda(int)> >" has none: they are of an argument. A
	 * lambda itself, "main()::<lambda(int)>", has. */
	if (at && strchr(at, '>') && strcmp(at, ")>") != 0)
		return NULL;
	for (; at && at >= name; at--) {
		if (*at == ')')
			depth++;
		else if (*at == '(' && --depth == 0)
			return at > name ? at : NULL;
	}
	return NULL;
}

/* Spaces inside brackets belong to arguments; those of "operator new" and the
 * like to the name. */
const char *function_name_start(const char *name)
{
	const char *end = function_name_parameters(name);
	const char *start = name;
	int depth = 0;

	for (const char *at = name; end && at < end; at++) {
		bool bracket = (*at != '<' && *at != '>') ||
			       !function_name_is_operator(name, at);

		if (bracket && strchr("<([{", *at))
			depth++;
		else if (bracket && strchr(">)]}", *at))
			depth--;
		else if (*at == ' ' && depth == 0)
			start = at + 1;
		if (depth == 0 && strncmp(at, "operator", 8) == 0)
			break;
	}
	return start;
}

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool function_is_library(const char *name)
{
	static const char *const prefixes[] = {
		"std::",   "__gnu_cxx::", "core::",   "alloc::",
		"<alloc::", "<core::",	  "hashbrown::",
	};

	name = function_name_start(name);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (begins(name, prefixes[i]))
			return true;
	return false;
}
