/* SPDX-License-Identifier: MIT */
#include "preload/loader.h"

#include <dlfcn.h>

#include "preload/options.h"
#include "preload/real.h"
#include "preload/sys.h"

/* As <dlfcn.h> of glibc 2.35 has it for x86-64; that of older ones has not. */
struct answer {
	unsigned long long flags;
	void *map_start;
	void *map_end;
	struct link_map *link_map;
	void *eh_frame;
	unsigned long long reserved[7];
};

static int (*find_object)(void *, struct answer *); /* or NULL */
static bool threaded; /* atomic: there is more than one thread, or was */
static bool locked;   /* perhaps, by a thread that is not in this process */

void loader_init(void)
{
	if (!options.no_find_object)
		*(void **)&find_object = real_symbol(RTLD_DEFAULT,
						     "_dl_find_object");
}

bool loader_is_lock_free(void)
{
	return find_object != NULL;
}

struct search {
	uintptr_t address;
	struct loader_object *found;
};

static bool is_in(const struct dl_phdr_info *info, uintptr_t address)
{
	for (unsigned int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD &&
		    address - info->dlpi_addr - segment->p_vaddr <
		    segment->p_memsz)
			return true;
	}
	return false;
}

/* The loader's list does not change while its lock is held, and it is. */
static const struct link_map *link_map_of(const struct dl_phdr_info *info)
{
	const struct link_map *map = _r_debug.r_map;

	while (map && (map->l_addr != info->dlpi_addr ||
		       map->l_name != info->dlpi_name))
		map = map->l_next;
	return map;
}

static int look_at(struct dl_phdr_info *info, size_t bytes, void *argument)
{
	struct search *search = argument;
	struct loader_object *found = search->found;

	(void)bytes;
	if (!is_in(info, search->address))
		return 0;
	*found = (struct loader_object){ .start = UINTPTR_MAX };
	for (unsigned int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + segment->p_vaddr;

		if (segment->p_type == PT_GNU_EH_FRAME)
			found->eh_frame_hdr = (const uint8_t *)start;
		if (segment->p_type != PT_LOAD)
			continue;
		if (start < found->start)
			found->start = start & ~(uintptr_t)4095;
		if (start + segment->p_memsz > found->end)
			found->end = start + segment->p_memsz;
	}
	found->link_map = link_map_of(info);
	return found->link_map != NULL;
}

/* Signals are blocked meanwhile: a handler could leave with the lock held. */
static bool search_list(uintptr_t address, struct loader_object *found)
{
	struct search search = { address, found };
	struct sys_section section;
	bool is_found;

	if (locked || sys_is_forbidden())
		return false;
	sys_enter(&section);
	is_found = dl_iterate_phdr(look_at, &search) != 0;
	sys_leave(&section);
	return is_found;
}

bool loader_find(uintptr_t address, struct loader_object *found)
{
	struct answer answer;

	if (!find_object)
		return search_list(address, found);
	if (find_object((void *)address, &answer))
		return false;
	found->start = (uintptr_t)answer.map_start;
	found->end = (uintptr_t)answer.map_end;
	found->link_map = answer.link_map;
	found->eh_frame_hdr = answer.eh_frame;
	return true;
}

void loader_threads_begin(void)
{
	__atomic_store_n(&threaded, true, __ATOMIC_RELAXED);
}

void loader_after_fork(void)
{
	if (__atomic_load_n(&threaded, __ATOMIC_RELAXED) && !find_object)
		locked = true;
	threaded = false;
}

bool loader_is_locked(void)
{
	return locked;
}
