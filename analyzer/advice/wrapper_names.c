/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/wrapper_names.h"

#include <stddef.h>
#include <string.h>

#include "analyzer/function_name.h"
#include "analyzer/symbolize.h"

/* C names end in these, whatever their prefix and case: xmalloc, g_malloc,
 * zstrdup, sqlite3Malloc. */
static const char *const suffixes[] = {
	"malloc",   "calloc",	     "realloc",	       "mallocarray",
	"strdup",   "strndup",	     "memdup",	       "reallocarray",
	"malloc0",  "strdup_printf", "strdup_vprintf", "asprintf",
	"realloc0", "memalign",	     "mallocz",	       "callocz",
	"reallocz", "memdupz",	     "xnew",	       "mem_alloc",
};

/* How their variants go on: zmalloc_usable, sqlite3DbMallocRawNN. */
static const char *const variants[] = {
	"usable", "internal", "impl", "raw", "rawnn", "zero", "64", "nothrow",
	"aligned", "safe", "nofail", "or_die", "finish", "unguarded", "array",
};

static const char *const prefixes[] = {
	"PyMem_",	  "_PyMem_",	   "PyObject_Malloc", "PyObject_Calloc",
	"PyObject_Realloc", "_PyObject_Malloc", "_PyObject_Calloc",
	"_PyObject_Realloc", "talloc_",  "_talloc_",	      "g_slice_",
	"g_memdup",	  "g_new",	   "__rust_",	      "__rdl_",
	"__rg_",	  "alloc::",	   "apr_palloc",
	"llvm::allocate_buffer",
};

/* What these do inside is nobody's to change: the caller allocates. */
static const char *const modules[] = {
	"libc.so", "libc-", "libstdc++.so", "libc++.so", "libc++abi.so",
	"ld-linux", "libgcc_s.so", "libpthread",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool starts_with(const char *text, const char *const *list,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(text, list[i], strlen(list[i])) == 0)
			return true;
	return false;
}

/* The list's entry that a name ends in, whatever its case; its length. */
static size_t ending(const char *name, size_t len, const char *const *list,
		     size_t count)
{
	size_t best = 0;

	for (size_t i = 0; i < count; i++) {
		size_t tail = strlen(list[i]);

		if (len >= tail && tail > best &&
		    strncasecmp(name + len - tail, list[i], tail) == 0)
			best = tail;
	}
	return best;
}

bool wrapper_is_allocator(const char *function)
{
	size_t len, tail;

	if (!function)
		return false;
	if (starts_with(function, prefixes, COUNT(prefixes)))
		return true;
	if (function_name_parameters(function))
		return false;
	len = function_symbol_len(function);
	while (ending(function, len, suffixes, COUNT(suffixes)) == 0) {
		tail = ending(function, len, variants, COUNT(variants));
		if (tail == 0)
			return false;
		len -= tail;
		while (len > 0 && function[len - 1] == '_')
			len--;
	}
	return true;
}

bool wrapper_may_be_part(const char *function)
{
	return strcasestr(function, "alloc") != NULL;
}

bool wrapper_is_known(const char *function, const char *module)
{
	if (module && starts_with(symbol_basename(module), modules,
				  COUNT(modules)))
		return true;
	return function && (function_is_library(function) ||
			    wrapper_is_allocator(function));
}
