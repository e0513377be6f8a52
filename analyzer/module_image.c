/* SPDX-License-Identifier: MIT */
#include "analyzer/module_image.h"
#include "analyzer/memory.h"

#include <elf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DELETED " (deleted)" /* /proc/PID/maps adds it to a path */
#define NS_PER_S 1000000000ull

static char *debuginfo_path; /* NULL: libdwfl's default */

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
	.debuginfo_path = &debuginfo_path,
};

static char *clean_path(const char *path)
{
	size_t len = strlen(path), tail = strlen(DELETED);

	if (len > tail && strcmp(path + len - tail, DELETED) == 0)
		len -= tail;
	return xstrndup(path, len);
}

/* A FIFO would block, a device might do anything. */
static int open_regular(const char *path, struct stat *st)
{
	int fd;

	if (path[0] != '/' || stat(path, st) || !S_ISREG(st->st_mode))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && (fstat(fd, st) || !S_ISREG(st->st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool has_segment(Elf *elf, const struct model_segment *segment)
{
	size_t count = 0;
	GElf_Phdr phdr;

	if (elf_getphdrnum(elf, &count))
		return false;
	for (size_t i = 0; i < count && i < INT32_MAX; i++) {
		if (!gelf_getphdr(elf, (int)i, &phdr))
			return false;
		if (phdr.p_type == PT_LOAD &&
		    phdr.p_vaddr == segment->address &&
		    phdr.p_memsz == segment->bytes &&
		    phdr.p_offset == segment->offset)
			return true;
	}
	return false;
}

static bool same_segments(Elf *elf, const struct model_module *module)
{
	for (size_t i = 0; i < module->segment_count; i++)
		if (!has_segment(elf, &module->segments[i]))
			return false;
	return module->segment_count > 0;
}

static bool changed_since(const struct stat *st, uint64_t recorded_ns)
{
	uint64_t changed_ns = (uint64_t)st->st_mtim.tv_sec * NS_PER_S +
			      (uint64_t)st->st_mtim.tv_nsec;

	return recorded_ns > 0 && changed_ns > recorded_ns;
}

static bool is_recorded_file(Dwfl_Module *mod,
			     const struct model_module *module,
			     const struct stat *st, uint64_t recorded_ns)
{
	const unsigned char *bits = NULL;
	GElf_Addr at = 0, bias = 0;
	Elf *elf = dwfl_module_getelf(mod, &bias);
	int bytes;

	if (!elf)
		return false;
	bytes = dwfl_module_build_id(mod, &bits, &at);
	if (bytes > 0 || module->build_id_bytes > 0)
		return bytes > 0 && (size_t)bytes == module->build_id_bytes &&
		       memcmp(bits, module->build_id, (size_t)bytes) == 0;
	return same_segments(elf, module) && !changed_since(st, recorded_ns);
}

/* Placed so that its addresses are those in the file. */
static Dwfl_Module *report_file(Dwfl *dwfl, const char *path, int fd)
{
	Dwfl_Module *mod;

	dwfl_report_begin(dwfl);
	mod = dwfl_report_elf(dwfl, path, path, fd, 0, true);
	if (!mod)
		close(fd);
	return dwfl_report_end(dwfl, NULL, NULL) == 0 ? mod : NULL;
}

static Dwfl_Module *open_path(Dwfl *dwfl, const struct model_module *module,
			      uint64_t recorded_ns)
{
	char *path = clean_path(module->path);
	Dwfl_Module *mod = NULL;
	struct stat st;
	int fd = open_regular(path, &st);

	if (fd >= 0)
		mod = report_file(dwfl, path, fd);
	free(path);
	if (mod && is_recorded_file(mod, module, &st, recorded_ns))
		return mod;
	return NULL;
}

/* The very file by its build ID: below /usr/lib/debug/.build-id, or from
 * debuginfod. */
static Dwfl_Module *open_build_id(Dwfl *dwfl, const struct model_module *module)
{
	uint64_t low = module->start - module->base;
	uint64_t high = module->end - module->base;
	Dwfl_Module *mod;
	GElf_Addr bias;

	if (module->build_id_bytes == 0 || low >= high)
		return NULL;
	dwfl_report_begin(dwfl);
	mod = dwfl_report_module(dwfl, module->path, low, high);
	if (mod && dwfl_module_report_build_id(mod, module->build_id,
					       module->build_id_bytes, 0))
		mod = NULL;
	if (dwfl_report_end(dwfl, NULL, NULL) || !mod)
		return NULL;
	return dwfl_module_getelf(mod, &bias) && bias == 0 ? mod : NULL;
}

void module_image_init(struct module_image *image,
		       const struct model_module *module, uint64_t recorded_ns)
{
	*image = (struct module_image){ .dwfl = dwfl_begin(&callbacks) };
	if (!image->dwfl)
		return;
	image->mod = open_path(image->dwfl, module, recorded_ns);
	if (!image->mod) {
		dwfl_end(image->dwfl);
		image->dwfl = dwfl_begin(&callbacks);
	}
	if (!image->mod && image->dwfl)
		image->mod = open_build_id(image->dwfl, module);
	if (image->mod) {
		symbol_table_init(&image->symbols, image->mod);
		return;
	}
	if (image->dwfl)
		dwfl_end(image->dwfl);
	image->dwfl = NULL;
}

void module_image_release(struct module_image *image)
{
	debug_info_free(image->debug);
	symbol_table_release(&image->symbols);
	if (image->dwfl)
		dwfl_end(image->dwfl);
	*image = (struct module_image){ 0 };
}

struct debug_info *module_image_debug(struct module_image *image)
{
	if (!image->debug_looked_for && image->mod)
		image->debug = debug_info_new(image->mod);
	image->debug_looked_for = true;
	return image->debug;
}
