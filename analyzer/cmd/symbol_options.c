/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/cmd/cmd.h"
#include "analyzer/hash.h"
#include "analyzer/memory.h"
#include "analyzer/package_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAMES_SHOWN 2 /* modules in a line; more are a number */
#define LINES_MAX 3
#define STATES 6 /* that are told */

/* What languages bring along: known functions suffice there, and a report that
 * asks for their debug information each time would soon not be read. */
static const char *const runtimes[] = {
	"ld-linux", "libc.so", "libc-", "libm.so", "libpthread",
	"libstdc++.so", "libc++", "libgcc_s", "libheapwise",
};

void symbol_options_init(struct symbol_options *o)
{
	*o = (struct symbol_options){ 0 };
}

bool symbol_options_has(int option)
{
	return option == SYMBOL_OPTION_DEBUG_PATH ||
	       option == SYMBOL_OPTION_SYSROOT;
}

int symbol_options_set(struct symbol_options *o, const char *command,
		       int option, const char *value)
{
	struct debug_search *search = &o->search;
	bool sysroot = option == SYMBOL_OPTION_SYSROOT;
	struct stat st;
	int error = stat(value, &st) ? errno : 0;

	if (!error && !S_ISDIR(st.st_mode) && (sysroot || !S_ISREG(st.st_mode)))
		error = ENOTDIR;
	if (error)
		return cmd_usage_error(command, "--%s=%s: %s",
				       sysroot ? "sysroot" : "debug-path",
				       value, strerror(error));
	if (sysroot) {
		search->sysroot = value;
		return 0;
	}
	GROW(search->directories, o->capacity, search->directory_count);
	search->directories[search->directory_count++] = (char *)value;
	return 0;
}

static void tell_wait(void *context, const char *text)
{
	if (text) {
		progress_text(context, text);
		return;
	}
	progress_release(context);
	progress_init(context, stderr, "", "");
}

const struct debug_search *symbol_options_search(struct symbol_options *o)
{
	const struct debug_server_wait wait = { tell_wait, &o->progress };

	progress_init(&o->progress, stderr, "", "");
	if (!o->search.server)
		o->search.server = debug_server_new(&wait);
	return &o->search;
}

static bool is_runtime(const char *path)
{
	const char *name = symbol_basename(path);

	for (size_t i = 0; i < sizeof(runtimes) / sizeof(*runtimes); i++)
		if (strncmp(name, runtimes[i], strlen(runtimes[i])) == 0)
			return true;
	return false;
}

/* State and path -> index of the note. */
struct symbol_note_key {
	char *text;
	size_t note;
	UT_hash_handle hh;
};

/* False: it is new, and the next note will be its own. */
static bool find_key(struct symbol_options *o, const struct symbol_gap *gap,
		     size_t *note)
{
	char *text = xasprintf("%d%s", (int)gap->state, gap->module->path);
	struct symbol_note_key *key;

	HASH_FIND_STR(o->keys, text, key);
	if (key) {
		free(text);
		*note = key->note;
		return true;
	}
	key = xcalloc(1, sizeof(*key));
	key->text = text;
	key->note = o->note_count;
	HASH_ADD_KEYPTR(hh, o->keys, text, strlen(text), key);
	return false;
}

static void free_keys(struct symbol_options *o)
{
	struct symbol_note_key *key, *next;

	HASH_ITER(hh, o->keys, key, next)
	{
		HASH_DEL(o->keys, key);
		free(key->text);
		free(key);
	}
}

static struct symbol_note *find_note(struct symbol_options *o,
				     const struct symbol_gap *gap)
{
	const char *path = gap->module->path;
	struct symbol_note *note;
	size_t found;

	if (find_key(o, gap, &found))
		return &o->notes[found];
	GROW(o->notes, o->note_capacity, o->note_count);
	note = &o->notes[o->note_count++];
	*note = (struct symbol_note){ .path = xstrndup(path, strlen(path)),
				      .state = gap->state };
	return note;
}

void symbol_options_note(struct symbol_options *o, const char *dump,
			 const struct symbolizer *symbols)
{
	struct symbol_gap *gaps;
	size_t count = symbolizer_gaps(symbols, &gaps);

	progress_release(&o->progress);
	for (size_t i = 0; i < count; i++) {
		const struct symbol_gap *gap = &gaps[i];

		if (gap->state == MODULE_NO_FILE ||
		    (gap->state == MODULE_NO_DEBUG &&
		     is_runtime(gap->module->path)))
			continue;
		find_note(o, gap)->addresses += gap->addresses;
		if (!o->dump)
			o->dump = xstrndup(dump, strlen(dump));
	}
	free(gaps);
}

static int by_addresses(const void *left, const void *right)
{
	const struct symbol_note *a = left, *b = right;

	if (a->addresses != b->addresses)
		return a->addresses > b->addresses ? -1 : 1;
	return strcmp(a->path, b->path);
}

/* Replaces *text by itself and what follows. */
static void append(char **text, const char *between, const char *more)
{
	char *longer = xasprintf("%s%s%s", *text, **text ? between : "", more);

	free(*text);
	*text = longer;
}

/* "libjq.so.1, jq and 3 more" */
static char *list_modules(const struct symbol_options *o,
			  enum module_state state)
{
	char *text = xasprintf("%s", ""), *more;
	size_t count = 0;

	for (size_t i = 0; i < o->note_count; i++)
		if (o->notes[i].state == state && count++ < NAMES_SHOWN)
			append(&text, ", ", symbol_basename(o->notes[i].path));
	if (count > NAMES_SHOWN) {
		more = xasprintf("%zu more", count - NAMES_SHOWN);
		append(&text, " and ", more);
		free(more);
	}
	return text;
}

/* "apt install libjq1-dbgsym jq-dbgsym, or " where that is known. */
static char *install_line(const struct symbol_options *o)
{
	char *text = xasprintf("%s", "");
	size_t count = 0;

	if (o->search.sysroot)
		return text;
	for (size_t i = 0; i < o->note_count; i++) {
		char *package = NULL;

		if (o->notes[i].state == MODULE_NO_DEBUG &&
		    count++ < NAMES_SHOWN)
			package = package_name_debug(PACKAGE_LISTS,
						     o->notes[i].path);
		if (package && !strstr(text, package))
			append(&text, " ", package);
		free(package);
	}
	if (*text) {
		char *line = xasprintf("apt install %s, or ", text);

		free(text);
		return line;
	}
	return text;
}

static void say_state(const struct symbol_options *o, enum module_state state,
		      const char *more)
{
	char *names = list_modules(o, state), *install;

	switch (state) {
	case MODULE_OTHER_BUILD:
		cmd_error("%s: not the build that was recorded, so not named; "
			  "--sysroot or --debug-path says where that is%s",
			  names, more);
		break;
	case MODULE_GONE:
		cmd_error("%s: not there any more, so not named; --sysroot or "
			  "--debug-path says where it is%s", names, more);
		break;
	case MODULE_NO_MEMORY:
		cmd_error("%s: too little memory to read it, so not all is "
			  "named; free some, or raise its limit%s", names,
			  more);
		break;
	case MODULE_DAMAGED:
		cmd_error("%s: damaged debug information, so some lines are "
			  "not known; build or install it again%s", names,
			  more);
		break;
	case MODULE_INFLATED:
		cmd_error("%s: compressed debug information that becomes far "
			  "too large was not read; try objcopy "
			  "--decompress-debug-sections%s", names, more);
		break;
	default:
		install = install_line(o);
		cmd_error("%s: no debug information, so no lines; %s%s%s",
			  names, install,
			  *install ? "--debug-path DIR" :
				     "build with -g, or use --debug-path DIR",
			  more);
		free(install);
	}
	free(names);
}

static size_t count_state(const struct symbol_options *o,
			  enum module_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < o->note_count; i++)
		count += o->notes[i].state == state;
	return count;
}

static void say_notes(struct symbol_options *o)
{
	static const enum module_state order[STATES] = {
		MODULE_NO_MEMORY, MODULE_OTHER_BUILD, MODULE_GONE,
		MODULE_INFLATED, MODULE_DAMAGED, MODULE_NO_DEBUG,
	};
	const char *trouble = debug_server_trouble(o->search.server);
	int lines = 0;

	if (o->note_count > 0)
		qsort(o->notes, o->note_count, sizeof(*o->notes), by_addresses);
	for (size_t i = 0; i < STATES && lines < LINES_MAX - !!trouble; i++) {
		size_t count = count_state(o, order[i]);
		char *more = xasprintf("%s", "");

		if (count > NAMES_SHOWN) {
			free(more);
			more = xasprintf(" ('heapwise info %s' lists all)",
					 o->dump);
		}
		if (count > 0) {
			say_state(o, order[i], more);
			lines++;
		}
		free(more);
	}
	if (trouble)
		cmd_error("debuginfod: %s, not asked any more; "
			  "DEBUGINFOD_TIMEOUT=SECONDS waits longer, "
			  "DEBUGINFOD_URLS= asks none", trouble);
}

void symbol_options_release(struct symbol_options *o)
{
	progress_release(&o->progress);
	say_notes(o);
	debug_server_free(o->search.server);
	free_keys(o);
	for (size_t i = 0; i < o->note_count; i++)
		free(o->notes[i].path);
	free(o->notes);
	free(o->dump);
	free(o->search.directories);
	*o = (struct symbol_options){ 0 };
}
