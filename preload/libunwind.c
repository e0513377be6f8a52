/* SPDX-License-Identifier: MIT */
#include "preload/libunwind.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "preload/real.h"
#include "preload/spin.h"
#include "preload/sys.h"

struct libunwind libunwind;

static const struct {
	const char *name;
	void *slot;
} table[] = {
	{ "_Ux86_64_create_addr_space", &libunwind.create_addr_space },
	{ "_Ux86_64_set_caching_policy", &libunwind.set_caching_policy },
	{ "_Ux86_64_init_remote", &libunwind.init_remote },
	{ "_Ux86_64_step", &libunwind.step },
	{ "_Ux86_64_get_reg", &libunwind.get_reg },
	{ "_Ux86_64_get_save_loc", &libunwind.get_save_loc },
	{ "_Ux86_64_dwarf_search_unwind_table", &libunwind.search_table },
};

/* What of libunwind's own image says how its functions find each other. */
struct image {
	uintptr_t base;
	const Elf64_Sym *symbols;
	const Elf64_Rela *calls; /* DT_JMPREL */
	size_t call_bytes;
	uintptr_t sealed, sealed_end; /* read-only after relocation; pages */
};

static void read_headers(struct image *image)
{
	const Elf64_Ehdr *elf = (const void *)image->base;
	const Elf64_Phdr *phdr = (const void *)(image->base + elf->e_phoff);

	for (int i = 0; i < elf->e_phnum; i++) {
		if (phdr[i].p_type != PT_GNU_RELRO)
			continue;
		image->sealed = (image->base + phdr[i].p_vaddr) &
				~(uintptr_t)(RECORDER_PAGE - 1);
		image->sealed_end = (image->base + phdr[i].p_vaddr +
				     phdr[i].p_memsz) &
				    ~(uintptr_t)(RECORDER_PAGE - 1);
	}
}

/* False: not an image that can be understood, and nothing is changed. */
static bool find_image(struct image *image)
{
	struct link_map *map = NULL;
	Dl_info info;

	memset(image, 0, sizeof(*image));
	if (!dladdr1((void *)libunwind.step, &info, (void **)&map,
		     RTLD_DL_LINKMAP) || !map ||
	    memcmp(info.dli_fbase, ELFMAG, SELFMAG) != 0)
		return false;
	image->base = (uintptr_t)info.dli_fbase;
	if (image->base != map->l_addr)
		return false;
	for (const Elf64_Dyn *d = map->l_ld; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			image->symbols = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_JMPREL)
			image->calls = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_PLTRELSZ)
			image->call_bytes = d->d_un.d_val;
	}
	read_headers(image);
	return image->symbols && image->calls;
}

static void set_slot(const struct image *image, uintptr_t *slot,
		     uintptr_t function)
{
	uintptr_t at = (uintptr_t)slot;
	uintptr_t page = at & ~(uintptr_t)(RECORDER_PAGE - 1);
	bool sealed = at >= image->sealed && at < image->sealed_end;

	if (*slot == function)
		return;
	if (sealed && sys_call3(SYS_mprotect, (long)page, RECORDER_PAGE,
				PROT_READ | PROT_WRITE))
		return;
	*slot = function;
	if (sealed)
		sys_call3(SYS_mprotect, (long)page, RECORDER_PAGE, PROT_READ);
}

/*
 * A program that carries another libunwind and exports its names would have them
 * called by ours: the loader prefers the program's. Each call of a function that
 * libunwind has itself is bound to that one.
 */
static void bind_to_itself(void)
{
	struct image image;

	if (!find_image(&image))
		return;
	for (size_t i = 0; i < image.call_bytes / sizeof(*image.calls); i++) {
		const Elf64_Rela *call = &image.calls[i];
		const Elf64_Sym *symbol =
			&image.symbols[ELF64_R_SYM(call->r_info)];

		if (ELF64_R_TYPE(call->r_info) == R_X86_64_JUMP_SLOT &&
		    symbol->st_shndx != SHN_UNDEF &&
		    ELF64_ST_TYPE(symbol->st_info) == STT_FUNC)
			set_slot(&image,
				 (uintptr_t *)(image.base + call->r_offset),
				 image.base + symbol->st_value);
	}
}

int libunwind_init(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		void *found = real_next(table[i].name);

		if (!found)
			return -ENOENT;
		*(void **)table[i].slot = found;
	}
	bind_to_itself();
	return 0;
}
