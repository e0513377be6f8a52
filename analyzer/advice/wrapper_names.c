/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/wrapper_names.h"

#include <stddef.h>
#include <string.h>

#include "analyzer/function_name.h"
#include "analyzer/symbolize.h"

/* C names end in these, whatever their prefix: xmalloc, g_malloc, zstrdup. */
static const char *const suffixes[] = {
	"malloc",  "calloc",  "realloc",     "mallocarray", "reallocarray",
	"strdup",  "strndup", "memdup",	     "memalign",    "malloc0",
	"realloc0", "strdup_printf", "strdup_vprintf", "asprintf",
	"mallocz", "callocz", "reallocz", "memdupz", "xnew",
};

static const char *const prefixes[] = {
	"PyMem_",	  "_PyMem_",	   "PyObject_Malloc", "PyObject_Calloc",
	"PyObject_Realloc", "_PyObject_Malloc", "_PyObject_Calloc",
	"_PyObject_Realloc", "talloc_",  "_talloc_",	      "g_slice_",
	"g_memdup",	  "g_new",	   "__rust_",	      "__rdl_",
	"__rg_",	  "alloc::",	   "apr_palloc",
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

static bool ends_with(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		size_t suffix = strlen(suffixes[i]);

		if (len >= suffix &&
		    strncmp(name + len - suffix, suffixes[i], suffix) == 0)
			return true;
	}
	return false;
}

bool wrapper_is_known(const char *function, const char *module)
{
	if (module && starts_with(symbol_basename(module), modules,
				  COUNT(modules)))
		return true;
	if (!function)
		return false;
	if (starts_with(function, prefixes, COUNT(prefixes)) ||
	    function_is_library(function))
		return true;
	return !function_name_parameters(function) &&
	       ends_with(function, function_symbol_len(function));
}
