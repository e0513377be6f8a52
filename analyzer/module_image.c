/* SPDX-License-Identifier: MIT */
#include "analyzer/module_image.h"
#include "analyzer/inflation.h"
#include "analyzer/memory.h"

#include <dwarf.h>
#include <elf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#define DELETED " (deleted)" /* /proc/PID/maps adds it to a path */
#define VDSO "[vdso]"
#define NS_PER_S 1000000000ull

/* From here on it matters that a mapped file's pages can be given back. */
#define LARGE_BYTES (32 << 20)

static char *clean_path(const char *path)
{
	size_t len = strlen(path), tail = strlen(DELETED);

	if (len > tail && strcmp(path + len - tail, DELETED) == 0)
		len -= tail;
	return xstrndup(path, len);
}

/* What is compressed would be inflated again each time. */
static void keep_large(struct module_image *image, int fd)
{
	struct stat st;

	if (image->large_fd >= 0)
		close(image->large_fd);
	image->large_fd = -1;
	if (fstat(fd, &st) == 0 && st.st_size >= LARGE_BYTES &&
	    !debug_files_is_compressed(fd))
		image->large_fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

/* The file, or -1 if it is none that libdw should have. */
static int take_file(struct module_image *image, int fd)
{
	if (fd < 0 || !inflation_is_excessive(fd))
		return fd;
	image->inflated = true;
	close(fd);
	return -1;
}

void module_image_note_memory(struct module_image *image)
{
	if (errno == ENOMEM)
		image->short_of_memory = true;
	if (image->short_of_memory)
		image->state = MODULE_NO_MEMORY;
}

/* libdwfl asks this for the debug file of a module, and again for what dwz
 * moved out of it, which open_alternate() finds. */
static int find_debug_file(Dwfl_Module *mod, void **userdata, const char *name,
			   Dwarf_Addr base, const char *file, const char *link,
			   GElf_Word crc, char **found)
{
	struct module_image *image = *userdata;
	const unsigned char *id = NULL;
	struct debug_wanted wanted;
	GElf_Addr at;
	int bytes, fd;

	(void)name;
	(void)base;
	if (!image || image->searched || image->has_dwarf)
		return -1;
	image->searched = true;
	module_image_note_memory(image); /* before errno is the search's */
	bytes = dwfl_module_build_id(mod, &id, &at);
	wanted = (struct debug_wanted){
		.build_id = id,
		.build_id_bytes = bytes > 0 ? (size_t)bytes : 0,
		.path = image->module->path,
		.link = link,
		.crc = crc,
	};
	(void)file;
	fd = debug_files_find(image->search, &wanted, found);
	if (fd < 0)
		return fd;
	fd = take_file(image, fd);
	if (fd >= 0)
		keep_large(image, fd);
	else
		free(*found);
	return fd;
}

static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = find_debug_file,
	.section_address = dwfl_offline_section_address,
};

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
static Dwfl_Module *report_file(struct module_image *image, const char *path,
				int fd)
{
	Dwfl_Module *mod;
	void **userdata;

	if (image->dwfl)
		dwfl_end(image->dwfl);
	image->dwfl = dwfl_begin(&callbacks);
	if (!image->dwfl)
		memory_exhausted();
	keep_large(image, fd);
	dwfl_report_begin(image->dwfl);
	errno = 0;
	mod = dwfl_report_elf(image->dwfl, path, path, fd, 0, true);
	module_image_note_memory(image);
	if (!mod)
		close(fd);
	if (dwfl_report_end(image->dwfl, NULL, NULL) || !mod)
		return NULL;
	dwfl_module_info(mod, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
	*userdata = image;
	return mod;
}

/* The state is what was found in the file's place. */
static Dwfl_Module *open_path(struct module_image *image, uint64_t recorded_ns)
{
	char *path = clean_path(image->module->path);
	Dwfl_Module *mod = NULL;
	struct stat st;
	int fd = debug_files_open(image->search, path, &st);

	image->state = fd < 0 ? MODULE_GONE : MODULE_OTHER_BUILD;
	fd = take_file(image, fd);
	if (fd >= 0)
		mod = report_file(image, path, fd);
	free(path);
	errno = 0;
	if (mod && is_recorded_file(mod, image->module, &st, recorded_ns))
		return mod;
	if (mod)
		module_image_note_memory(image);
	return NULL;
}

/* The very file, or its debug file, by the build ID. */
static Dwfl_Module *open_build_id(struct module_image *image)
{
	char *path = clean_path(image->module->path), *found = NULL;
	struct debug_wanted wanted = {
		.build_id = image->module->build_id,
		.build_id_bytes = image->module->build_id_bytes,
		.path = path,
	};
	Dwfl_Module *mod = NULL;
	int fd = -1;

	if (wanted.build_id_bytes > 0)
		fd = debug_files_find(image->search, &wanted, &found);
	if (fd < 0 && wanted.build_id_bytes > 0) {
		wanted.any_content = true;
		fd = debug_files_find(image->search, &wanted, &found);
	}
	fd = take_file(image, fd);
	if (fd >= 0)
		mod = report_file(image, found, fd);
	free(path);
	free(found);
	return mod;
}

/* The kernel's own code in every process: the recorded one is not to be had,
 * but this process's is the same if its build ID is. */
static Dwfl_Module *open_vdso(struct module_image *image)
{
	const Elf64_Ehdr *header = (const void *)getauxval(AT_SYSINFO_EHDR);
	Dwfl_Module *mod;
	size_t bytes;
	int fd;

	if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG))
		return NULL;
	bytes = header->e_shoff + header->e_shnum * sizeof(Elf64_Shdr);
	fd = memfd_create("vdso", MFD_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (write(fd, header, bytes) != (ssize_t)bytes) {
		close(fd);
		return NULL;
	}
	mod = report_file(image, VDSO, fd);
	if (image->module->build_id_bytes == 0)
		return NULL;
	return mod && is_recorded_file(mod, image->module, NULL, 0) ? mod : NULL;
}

static Dwfl_Module *open_module(struct module_image *image,
				uint64_t recorded_ns)
{
	Dwfl_Module *mod;

	if (strcmp(image->module->path, VDSO) == 0) {
		mod = open_vdso(image);
		image->state = MODULE_NO_FILE;
		return mod;
	}
	if (image->module->path[0] != '/') {
		image->state = MODULE_NO_FILE;
		return NULL;
	}
	mod = open_path(image, recorded_ns);
	return mod ? mod : open_build_id(image);
}

void module_image_init(struct module_image *image,
		       const struct model_module *module,
		       const struct debug_search *search, uint64_t recorded_ns)
{
	GElf_Addr bias;
	Elf *elf;

	*image = (struct module_image){ .module = module, .search = search,
					.large_fd = -1, .alternate_fd = -1 };
	image->mod = open_module(image, recorded_ns);
	if (image->mod) {
		errno = 0;
		elf = dwfl_module_getelf(image->mod, &bias);
		image->has_dwarf = elf && debug_files_has_dwarf(elf);
		if (image->state != MODULE_NO_FILE)
			image->state = MODULE_NO_DEBUG;
		module_image_note_memory(image);
		return;
	}
	if (image->inflated)
		image->state = MODULE_INFLATED;
	if (image->short_of_memory)
		image->state = MODULE_NO_MEMORY;
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
	dwarf_end(image->alternate);
	if (image->alternate_fd >= 0)
		close(image->alternate_fd);
	if (image->large_fd >= 0)
		close(image->large_fd);
	*image = (struct module_image){ .large_fd = -1, .alternate_fd = -1 };
}

const struct symbol_table *module_image_symbols(struct module_image *image)
{
	if (!image->symbols_read && image->mod) {
		errno = 0;
		symbol_table_init(&image->symbols, image->mod);
		module_image_note_memory(image);
	}
	image->symbols_read = true;
	return &image->symbols;
}

/* Where dwz moved what several files share. libdw looks in the usual places.
 * Returns false if it is needed and missing. */
static bool open_alternate(struct module_image *image, Dwarf *dwarf)
{
	struct debug_wanted wanted = { 0 };
	const void *id = NULL;
	const char *name = NULL, *file = NULL;
	char *found;
	ssize_t bytes = dwelf_dwarf_gnu_debugaltlink(dwarf, &name, &id);

	if (bytes <= 0 || dwarf_getalt(dwarf))
		return true;
	dwfl_module_info(image->mod, NULL, NULL, NULL, NULL, NULL, NULL, &file);
	wanted.build_id = id;
	wanted.build_id_bytes = (size_t)bytes;
	wanted.path = file ? file : image->module->path;
	wanted.link = name;
	image->alternate_fd = debug_files_find(image->search, &wanted, &found);
	if (image->alternate_fd < 0)
		return false;
	free(found);
	image->alternate_fd = take_file(image, image->alternate_fd);
	if (image->alternate_fd < 0)
		return false;
	errno = 0;
	image->alternate = dwarf_begin(image->alternate_fd, DWARF_C_READ);
	module_image_note_memory(image);
	if (image->alternate) {
		dwarf_new_oom_handler(image->alternate, memory_exhausted);
		dwarf_setalt(dwarf, image->alternate);
	}
	return image->alternate != NULL;
}

static void read_debug(struct module_image *image)
{
	Dwarf_Addr bias = 0;
	Dwarf *dwarf;
	bool whole;

	errno = 0;
	dwarf = dwfl_module_getdwarf(image->mod, &bias);
	module_image_note_memory(image);
	if (!dwarf) {
		if (image->inflated)
			image->state = MODULE_INFLATED;
		else if (image->has_dwarf && !image->short_of_memory)
			image->state = MODULE_DAMAGED;
		return;
	}
	dwarf_new_oom_handler(dwarf, memory_exhausted);
	whole = open_alternate(image, dwarf);
	errno = 0;
	image->debug = debug_info_new(dwarf, bias, image->large_fd);
	module_image_note_memory(image);
	if (image->state == MODULE_NO_DEBUG)
		image->state = whole && debug_info_is_whole(image->debug) ?
				       MODULE_MATCHED :
				       MODULE_DAMAGED;
}

struct debug_info *module_image_debug(struct module_image *image)
{
	if (!image->debug_read && image->mod)
		read_debug(image);
	image->debug_read = true;
	return image->debug;
}
