/* SPDX-License-Identifier: MIT */
/*
 * The symbolizer against programs that this test compiles: names, files, lines
 * and inlined calls as addr2line gives them, byte by byte of the code; and no
 * name at all wherever there is none to be had. Needs cc, nm, addr2line,
 * strip, objcopy and touch.
 */
#include "analyzer/memory.h"
#include "analyzer/symbolize.h"
#include "tests/unit/rounds.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BASE 0x7f1234560000u

static const char source[] =
	"#include <stdlib.h>\n"
	"#include <stdio.h>\n"
	"static inline __attribute__((always_inline)) void *deep(int n)\n"
	"{\n"
	"	void *p = malloc(n + 1);\n"
	"	if (!p) abort();\n"
	"	return p;\n"
	"}\n"
	"static inline __attribute__((always_inline)) void *wrap(int n)\n"
	"{\n"
	"	char *p = deep(n * 3);\n"
	"	p[0] = n;\n"
	"	return p;\n"
	"}\n"
	"__attribute__((noinline)) static void *hidden(int n)\n"
	"{\n"
	"	return wrap(n);\n"
	"}\n"
	"__attribute__((noinline)) void *shown(int n)\n"
	"{\n"
	"	void *p = hidden(n);\n"
	"	free(p);\n"
	"	for (int i = 0; i < n; i++)\n"
	"		free(wrap(i));\n"
	"	return p;\n"
	"}\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"	printf(\"%p %s\\n\", shown(argc), argv[0]);\n"
	"	return 0;\n"
	"}\n";

static char directory[] = "/tmp/heapwise-symbolize-XXXXXX";

__attribute__((format(printf, 1, 2))) static void shell(const char *format, ...)
{
	char command[2048];
	va_list args;
	int len;

	len = snprintf(command, sizeof(command), "cd %s && ", directory);
	va_start(args, format);
	vsnprintf(command + len, sizeof(command) - (size_t)len, format, args);
	va_end(args);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

static int set_up(void **state)
{
	char path[256];
	FILE *file;

	(void)state;
	unsetenv("DEBUGINFOD_URLS");
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/p.c", directory);
	file = fopen(path, "w");
	if (!file)
		return -1;
	fputs(source, file);
	fclose(file);
	shell("cc -g -O2 -Wl,--build-id -o p p.c");
	shell("cc -g -O2 -Wl,--build-id -fPIC -shared -o p.so p.c");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	shell("rm -rf %s", directory);
	return 0;
}

/* A model with one module, id 1: the file as a recorder would describe it. */
struct fixture {
	struct model model;
	struct symbolizer *s;
	struct model_module module;
	struct debug_search search;
};

static void read_segments(struct model_module *module, Elf *elf)
{
	size_t count = 0;
	GElf_Phdr phdr;

	elf_getphdrnum(elf, &count);
	module->segments = xcalloc(count, sizeof(*module->segments));
	for (size_t i = 0; i < count; i++) {
		gelf_getphdr(elf, (int)i, &phdr);
		if (phdr.p_type != PT_LOAD)
			continue;
		module->segments[module->segment_count++] =
			(struct model_segment){ phdr.p_vaddr, phdr.p_memsz,
						phdr.p_offset, phdr.p_flags };
		module->end = BASE + phdr.p_vaddr + phdr.p_memsz;
	}
}

static void describe(struct fixture *f, const char *name)
{
	const void *build_id = NULL;
	ssize_t bytes;
	Elf *elf;
	int fd;

	memset(f, 0, sizeof(*f));
	f->module = (struct model_module){ .id = 1, .base = BASE,
					   .start = BASE };
	f->module.path = xasprintf("%s/%s", directory, name);
	elf_version(EV_CURRENT);
	fd = open(f->module.path, O_RDONLY);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	assert_non_null(elf);
	read_segments(&f->module, elf);
	bytes = dwelf_elf_gnu_build_id(elf, &build_id);
	if (bytes > 0) {
		f->module.build_id = xcalloc(1, (size_t)bytes);
		f->module.build_id_bytes = (size_t)bytes;
		memcpy(f->module.build_id, build_id, (size_t)bytes);
	}
	elf_end(elf);
	close(fd);
	f->model.modules = &f->module;
	f->model.module_count = 1;
}

static void begin(struct fixture *f)
{
	f->s = symbolizer_new(&f->model, &f->search);
}

static void end(struct fixture *f)
{
	symbolizer_free(f->s);
	free(f->module.path);
	free(f->module.segments);
	free(f->module.build_id);
}

/* What is known of the byte at `place` of the file. */
static const struct symbol *at(struct fixture *f, uint64_t place)
{
	return symbolizer_resolve(f->s, 1, BASE + place + 1);
}

/* A function's place and size, as nm has them. */
static uint64_t find(const char *file, const char *name, uint64_t *size)
{
	char command[512];
	unsigned long start = 0, bytes = 0;
	FILE *pipe;

	snprintf(command, sizeof(command),
		 "nm -S %s/%s | awk '$4 == \"%s\" { print $1, $2 }'",
		 directory, file, name);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%lx %lx", &start, &bytes), 2);
	pclose(pipe);
	if (size)
		*size = bytes;
	return start;
}

static void assert_named(struct fixture *f, uint64_t place, const char *name)
{
	const struct symbol *symbol = at(f, place);
	const char *function = symbol->calls[symbol->call_count - 1].function;

	if (!name) {
		assert_null(function);
		assert_null(symbolizer_function(f->s, 1, BASE + place + 1));
		return;
	}
	assert_non_null(function);
	assert_string_equal(function, name);
	assert_string_equal(symbolizer_function(f->s, 1, BASE + place + 1),
			    name);
}

static void compare_call(const struct symbol_call *call, FILE *pipe,
			 unsigned long place)
{
	char function[256], where[512];
	char *colon;

	assert_non_null(fgets(function, sizeof(function), pipe));
	assert_non_null(fgets(where, sizeof(where), pipe));
	function[strcspn(function, "\n")] = '\0';
	where[strcspn(where, " \n")] = '\0';
	colon = strrchr(where, ':');
	assert_non_null(colon);
	*colon = '\0';
	if (!call->function || strcmp(call->function, function))
		fail_msg("at 0x%lx: %s, addr2line says %s", place,
			 call->function, function);
	if (strcmp(colon + 1, "?") && atoi(colon + 1) > 0) {
		assert_non_null(call->file);
		assert_string_equal(call->file, where);
		if (call->line != atoi(colon + 1))
			fail_msg("at 0x%lx: line %d, addr2line says %s", place,
				 call->line, colon + 1);
	} else {
		assert_null(call->file);
	}
}

static void compare_byte(struct fixture *f, uint64_t place, size_t *inlined)
{
	const struct symbol *symbol = at(f, place);
	char command[512], extra[16];
	FILE *pipe;

	snprintf(command, sizeof(command), "addr2line -f -i -e %s 0x%lx",
		 f->module.path, (unsigned long)place);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	for (size_t i = 0; i < symbol->call_count; i++) {
		compare_call(&symbol->calls[i], pipe, (unsigned long)place);
		assert_int_equal(symbol->calls[i].inlined,
				 i + 1 < symbol->call_count);
	}
	assert_null(fgets(extra, sizeof(extra), pipe));
	pclose(pipe);
	*inlined += symbol->call_count - 1;
}

static void test_same_as_addr2line(void **state)
{
	static const char *const names[] = { "hidden", "shown", "main" };
	struct fixture f;
	size_t inlined = 0;

	(void)state;
	describe(&f, "p");
	begin(&f);
	for (size_t i = 0; i < 3; i++) {
		uint64_t size, start = find("p", names[i], &size);

		assert_named(&f, start, names[i]);
		assert_named(&f, start + size - 1, names[i]);
		for (uint64_t place = start; place < start + size; place += 3)
			compare_byte(&f, place, &inlined);
	}
	assert_true(inlined > 10);
	end(&f);
}

static void test_between_functions_is_nobody(void **state)
{
	struct fixture f;
	uint64_t size, start;

	(void)state;
	describe(&f, "p");
	begin(&f);
	start = find("p", "_start", &size);
	assert_named(&f, start, "_start");
	/* padding after a function, the PLT, the ELF header, outside */
	assert_named(&f, start + size + 1, NULL);
	assert_named(&f, 0x1020, NULL);
	assert_named(&f, 0x10, NULL);
	assert_named(&f, UINT64_MAX - BASE - 8, NULL);
	end(&f);
}

static void test_other_build_id_is_unresolved(void **state)
{
	struct fixture f;
	uint64_t place = find("p", "shown", NULL);

	(void)state;
	describe(&f, "p");
	f.module.build_id[3] ^= 1;
	begin(&f);
	assert_named(&f, place, NULL);
	assert_null(at(&f, place)->calls[0].file);
	assert_string_equal(at(&f, 0x1199)->place, "p+0x119a");
	end(&f);
	describe(&f, "p");
	f.module.build_id_bytes = 0;
	begin(&f);
	assert_named(&f, place, NULL);
	end(&f);
}

static void test_stripped(void **state)
{
	struct fixture f;
	uint64_t shown = find("p.so", "shown", NULL);
	uint64_t hidden = find("p.so", "hidden", NULL);

	(void)state;
	shell("strip -s -o stripped.so p.so");
	describe(&f, "stripped.so");
	begin(&f);
	assert_named(&f, shown, "shown"); /* exported, .dynsym has it */
	assert_named(&f, hidden, NULL);
	assert_null(at(&f, shown)->calls[0].file);
	end(&f);
}

static void test_separate_debug_file(void **state)
{
	struct fixture f;
	uint64_t hidden = find("p.so", "hidden", NULL);

	(void)state;
	shell("objcopy --only-keep-debug p.so linked.debug");
	shell("strip -s -o linked.so p.so");
	shell("objcopy --add-gnu-debuglink=linked.debug linked.so");
	describe(&f, "linked.so");
	begin(&f);
	assert_named(&f, hidden, "hidden");
	assert_int_equal(at(&f, hidden)->calls[0].line > 0, 1);
	end(&f);
}

static void test_without_build_id(void **state)
{
	struct fixture f;
	uint64_t shown;

	(void)state;
	shell("cc -g -O2 -Wl,--build-id=none -o none p.c");
	shown = find("none", "shown", NULL);
	describe(&f, "none");
	begin(&f);
	assert_named(&f, shown, "shown");
	end(&f);
	describe(&f, "none"); /* other segments */
	f.module.segments[1].bytes++;
	begin(&f);
	assert_named(&f, shown, NULL);
	end(&f);
	describe(&f, "none"); /* changed since */
	f.model.meta.start_realtime_ns = 1000;
	begin(&f);
	assert_named(&f, shown, NULL);
	end(&f);
}

static void test_deleted_and_missing(void **state)
{
	struct fixture f;
	uint64_t shown = find("p", "shown", NULL);
	char *path;

	(void)state;
	describe(&f, "p");
	path = xasprintf("%s (deleted)", f.module.path);
	free(f.module.path);
	f.module.path = path;
	begin(&f);
	assert_named(&f, shown, "shown");
	end(&f);
	describe(&f, "p");
	memcpy(strrchr(f.module.path, '/'), "/q", 2);
	begin(&f);
	assert_named(&f, shown, NULL);
	end(&f);
}

static void test_odd_files(void **state)
{
	static const char *const paths[] = { "/dev/zero", "/", "[vdso]", "",
					     "p", "/proc/self/mem" };
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		describe(&f, "p");
		free(f.module.path);
		f.module.path = xasprintf("%s", paths[i]);
		begin(&f);
		assert_named(&f, 0x1150, NULL);
		assert_non_null(at(&f, 0x1150)->place);
		end(&f);
	}
}

static void test_no_module(void **state)
{
	struct fixture f;
	const struct symbol *symbol;

	(void)state;
	describe(&f, "p");
	begin(&f);
	symbol = symbolizer_resolve(f.s, 0, 0x7fff1234);
	assert_null(symbol->module);
	assert_int_equal(symbol->call_count, 1);
	assert_null(symbol->calls[0].function);
	assert_string_equal(symbol->place, "0x7fff1234");
	assert_string_equal(symbolizer_resolve(f.s, 9, 0x1234)->place,
			    "0x1234");
	assert_string_equal(symbolizer_resolve(f.s, 0, 0)->place, "(unknown)");
	assert_ptr_equal(symbolizer_resolve(f.s, 0, 0x7fff1234), symbol);
	end(&f);
}

static void damage(const char *name, unsigned int seed)
{
	char *path = xasprintf("%s/%s", directory, name);
	FILE *file = fopen(path, "r+");
	long bytes;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	bytes = ftell(file);
	srand(seed);
	for (int i = 0; i < 1 + (int)(seed % 16); i++) {
		/* every other one among the headers, at either end */
		long place = rand() % bytes;

		if (i % 2)
			place = rand() % 2 ? rand() % 1024 :
					     bytes - 1 - rand() % 2048;
		fseek(file, place, SEEK_SET);
		fputc(rand(), file);
	}
	if (seed % 10 == 0)
		assert_int_equal(ftruncate(fileno(file), rand() % bytes), 0);
	fclose(file);
	free(path);
}

static void test_damaged_files(void **state)
{
	struct fixture f;
	uint64_t shown = find("p", "shown", NULL);

	(void)state;
	for (unsigned int seed = 0; seed < rounds(300); seed++) {
		char *path;

		shell("cp p damaged");
		damage("damaged", seed);
		describe(&f, "p");
		path = xasprintf("%s/damaged", directory);
		free(f.module.path);
		f.module.path = path;
		begin(&f);
		for (uint64_t place = shown; place < shown + 64; place++)
			assert_non_null(at(&f, place)->place);
		end(&f);
	}
}

/* Where a section's bytes are in a file. */
static long section(const char *file, const char *name, long *bytes)
{
	char command[512];
	unsigned long start = 0, size = 0;
	FILE *pipe;

	snprintf(command, sizeof(command),
		 "readelf -SW %s/%s | sed 's/^ *\\[ *[0-9]*\\]//' | "
		 "awk '$1 == \"%s\" { print $4, $5 }'",
		 directory, file, name);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%lx %lx", &start, &size), 2);
	pclose(pipe);
	*bytes = (long)size;
	return (long)start;
}

static void damage_section(const char *name, unsigned int seed)
{
	char *path = xasprintf("%s/damaged", directory);
	long bytes, start = section("p", name, &bytes);
	FILE *file = fopen(path, "r+");

	assert_non_null(file);
	srand(seed);
	for (unsigned int i = 0; i < 1 + seed % 24; i++) {
		fseek(file, start + rand() % bytes, SEEK_SET);
		fputc(rand() % 3 ? rand() : 0xff, file);
	}
	fclose(file);
	free(path);
}

static void test_damaged_dwarf(void **state)
{
	static const char *const names[] = { ".debug_info", ".debug_abbrev",
					     ".debug_line", ".debug_rnglists" };
	uint64_t shown = find("p", "shown", NULL);

	(void)state;
	alarm(60); /* it must not take forever either */
	for (unsigned int seed = 0; seed < rounds(200); seed++) {
		struct fixture f;
		char *path;

		shell("cp p damaged");
		damage_section(names[seed % 4], seed);
		describe(&f, "p");
		path = xasprintf("%s/damaged", directory);
		free(f.module.path);
		f.module.path = path;
		begin(&f);
		for (uint64_t place = shown; place < shown + 64; place++)
			assert_named(&f, place, "shown");
		end(&f);
	}
	alarm(0);
}

static void test_search(void **state)
{
	char *directories[2];
	struct fixture f;
	struct symbol_gap *gaps;
	uint64_t hidden = find("p.so", "hidden", NULL);

	(void)state;
	shell("mkdir -p other where && cp p where/apart.so");
	shell("strip -s -o apart.so p.so");
	directories[0] = xasprintf("%s/other", directory);
	directories[1] = xasprintf("%s/where", directory);
	describe(&f, "apart.so");
	f.search.directories = directories;
	f.search.directory_count = 2;
	begin(&f);
	assert_named(&f, hidden, NULL); /* the right name, another build */
	assert_int_equal(symbolizer_gaps(f.s, &gaps), 1);
	assert_int_equal(gaps[0].state, MODULE_NO_DEBUG);
	assert_int_equal(gaps[0].addresses, 1);
	free(gaps);
	symbolizer_free(f.s);
	shell("cp p.so where/apart.so");
	begin(&f);
	assert_named(&f, hidden, "hidden");
	assert_true(at(&f, hidden)->calls[0].line > 0);
	assert_int_equal(symbolizer_gaps(f.s, &gaps), 0);
	free(gaps);
	end(&f);
	free(directories[0]);
	free(directories[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_addr2line),
		cmocka_unit_test(test_between_functions_is_nobody),
		cmocka_unit_test(test_other_build_id_is_unresolved),
		cmocka_unit_test(test_stripped),
		cmocka_unit_test(test_separate_debug_file),
		cmocka_unit_test(test_without_build_id),
		cmocka_unit_test(test_deleted_and_missing),
		cmocka_unit_test(test_odd_files),
		cmocka_unit_test(test_no_module),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_damaged_dwarf),
		cmocka_unit_test(test_search),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
