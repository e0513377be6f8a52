/* SPDX-License-Identifier: MIT */
#include "preload/modules.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "preload/arena.h"
#include "preload/clock.h"
#include "preload/loader.h"
#include "preload/ring.h"
#include "preload/sampled_set.h"
#include "preload/spin.h"

#define MODULES_MAX 4096
#define PATH_BYTES 4096

uint32_t modules_epoch = 1;
uintptr_t modules_loader_start, modules_loader_bytes;

static struct spin lock; /* guards appending */
static struct module *modules; /* MODULES_MAX of them, mapped lazily */
static uint32_t module_count;  /* atomic */
static char program_path[PATH_BYTES];
static char start_directory[PATH_BYTES];
/* The program's extent, relative to its load bias. */
static uintptr_t program_low, program_high;

struct elf_view {
	const ElfW(Ehdr) *header;
	const ElfW(Phdr) *segments;
	unsigned int count;
};

/* The program headers as the loader mapped them, if they are where they
 * always are: in the first page. */
static bool view_elf(uintptr_t start, struct elf_view *elf)
{
	const ElfW(Ehdr) *header = (const void *)start;

	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
	    header->e_phentsize != sizeof(ElfW(Phdr)) ||
	    header->e_phoff > RECORDER_PAGE - sizeof(ElfW(Phdr)))
		return false;
	elf->header = header;
	elf->segments = (const void *)(start + header->e_phoff);
	elf->count = header->e_phnum;
	if (elf->count > (RECORDER_PAGE - header->e_phoff) /
			 sizeof(ElfW(Phdr)))
		elf->count = (unsigned int)((RECORDER_PAGE - header->e_phoff) /
					    sizeof(ElfW(Phdr)));
	return true;
}

static void measure_program(void)
{
	const ElfW(Phdr) *segment = (const void *)getauxval(AT_PHDR);
	unsigned long count = segment ? getauxval(AT_PHNUM) : 0;

	program_low = UINTPTR_MAX;
	program_high = 0;
	for (; count-- > 0; segment++) {
		uintptr_t low = segment->p_vaddr &
				~(uintptr_t)(RECORDER_PAGE - 1);
		uintptr_t high = segment->p_vaddr + segment->p_memsz;

		if (segment->p_type != PT_LOAD)
			continue;
		if (low < program_low)
			program_low = low;
		if (high > program_high)
			program_high = high;
	}
}

/* The segment with those flags (PF_R, PF_X; 0: any) that holds a byte, given
 * relative to the load bias; NULL: none. */
static const ElfW(Phdr) *find_segment(const struct elf_view *elf,
				      uintptr_t within, uint32_t flags)
{
	for (unsigned int i = 0; i < elf->count; i++) {
		const ElfW(Phdr) *segment = &elf->segments[i];

		if (segment->p_type == PT_LOAD &&
		    (segment->p_flags & flags) == flags &&
		    within - segment->p_vaddr < segment->p_memsz)
			return segment;
	}
	return NULL;
}

static bool is_dead(const struct module *module)
{
	return __atomic_load_n(&module->dead, __ATOMIC_ACQUIRE);
}

/* From what is known already; for a loader that must not be asked often. */
static bool recall(uintptr_t address, struct loader_object *found)
{
	uint32_t epoch = __atomic_load_n(&modules_epoch, __ATOMIC_ACQUIRE);
	uint32_t count = __atomic_load_n(&module_count, __ATOMIC_ACQUIRE);
	struct elf_view elf;

	for (uint32_t i = count; i-- > 0;) {
		const struct module *module = &modules[i];

		if (is_dead(module) || address < module->start ||
		    address >= module->end ||
		    __atomic_load_n(&module->epoch, __ATOMIC_RELAXED) !=
		    epoch || !view_elf(module->start, &elf) ||
		    !find_segment(&elf, address - module->base, 0))
			continue;
		found->start = module->start;
		found->end = module->end;
		found->link_map = module->link_map;
		found->eh_frame_hdr = module->eh_frame_hdr;
		return true;
	}
	return false;
}

bool modules_object(uintptr_t address, struct loader_object *found)
{
	const struct link_map *map;

	if (!loader_is_lock_free() && recall(address, found))
		return true;
	if (!loader_find(address, found))
		return false;
	map = found->link_map;
	if (!map->l_prev && !map->l_name[0] && program_high) {
		found->start = map->l_addr + program_low;
		found->end = map->l_addr + program_high;
	}
	return true;
}

int modules_init(void)
{
	struct loader_object loader;
	ssize_t len = readlink("/proc/self/exe", program_path,
			       sizeof(program_path) - 1);

	if (len < 0)
		len = 0;
	program_path[len] = '\0';
	measure_program();
	if (!program_path[0]) {
		const char *name = (const char *)getauxval(AT_EXECFN);

		strncpy(program_path, name ? name : "", PATH_BYTES - 1);
	}
	if (!getcwd(start_directory, sizeof(start_directory) - 1))
		start_directory[0] = '\0';
	if (!modules)
		modules = arena_map(MODULES_MAX * sizeof(struct module));
	if (modules)
		arena_untouched(MODULES_MAX * sizeof(struct module));
	if (loader_find(getauxval(AT_BASE), &loader)) {
		modules_loader_start = loader.start;
		modules_loader_bytes = loader.end - loader.start;
	}
	return modules ? 0 : -ENOMEM;
}

/* FNV-1a (Fowler, Noll, Vo): identity within a process, not security. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	while (len--)
		hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
	return hash;
}

static const uint8_t *find_build_id(const struct elf_view *elf, uintptr_t base,
				    unsigned int *len)
{
	for (unsigned int i = 0; i < elf->count; i++) {
		const uint8_t *p = (const void *)(base +
						  elf->segments[i].p_vaddr);
		const uint8_t *end = p + elf->segments[i].p_memsz;

		if (elf->segments[i].p_type != PT_NOTE)
			continue;
		while (end - p >= (ptrdiff_t)sizeof(ElfW(Nhdr))) {
			const ElfW(Nhdr) *note = (const void *)p;
			size_t name = (note->n_namesz + 3u) & ~3u;
			size_t bytes = (note->n_descsz + 3u) & ~3u;

			p += sizeof(*note);
			if ((size_t)(end - p) < name + bytes)
				break;
			if (note->n_type == NT_GNU_BUILD_ID &&
			    note->n_namesz == 4 && !memcmp(p, "GNU", 4) &&
			    note->n_descsz <= RING_BUILD_ID_MAX) {
				*len = note->n_descsz;
				return p + name;
			}
			p += name + bytes;
		}
	}
	*len = 0;
	return NULL;
}

/* Of a module without a build ID: where its first functions are. */
static uint64_t mix_functions(uint64_t hash, const struct elf_view *elf,
			      uintptr_t base)
{
	for (unsigned int i = 0; i < elf->count; i++) {
		const ElfW(Phdr) *segment = &elf->segments[i];
		size_t bytes = segment->p_memsz;

		if (segment->p_type == PT_GNU_EH_FRAME)
			hash = mix(hash, (const void *)(base + segment->p_vaddr),
				   bytes < RECORDER_PAGE ? bytes :
							   RECORDER_PAGE);
	}
	return hash;
}

static uint64_t fingerprint(const struct loader_object *found)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const struct link_map *map = found->link_map;
	struct elf_view elf;
	const uint8_t *build_id;
	unsigned int len;

	hash = mix(hash, map->l_name, strlen(map->l_name));
	if (!view_elf(found->start, &elf))
		return hash;
	hash = mix(hash, elf.segments, elf.count * sizeof(*elf.segments));
	build_id = find_build_id(&elf, map->l_addr, &len);
	return build_id ? mix(hash, build_id, len) :
			  mix_functions(hash, &elf, map->l_addr);
}

static size_t put_path(char *to, const char *name)
{
	size_t len = 0;

	if (!name[0])
		name = program_path;
	if (name[0] != '/' && strchr(name, '/')) {
		len = strlen(start_directory);
		memcpy(to, start_directory, len);
		to[len++] = '/';
	}
	while (*name && len < 2 * PATH_BYTES - 1)
		to[len++] = *name++;
	return len;
}

static void put_segments(struct ring_module *record, const struct elf_view *elf)
{
	for (unsigned int i = 0; i < elf->count; i++) {
		struct ring_segment *to =
			&record->segments[record->segment_count];

		if (elf->segments[i].p_type != PT_LOAD ||
		    record->segment_count == RING_MODULE_SEGMENTS)
			continue;
		to->address = elf->segments[i].p_vaddr;
		to->bytes = elf->segments[i].p_memsz;
		to->offset = elf->segments[i].p_offset;
		to->flags = elf->segments[i].p_flags;
		record->segment_count++;
	}
}

static int log_module(struct module *module)
{
	static struct {
		struct ring_module record;
		char path[2 * PATH_BYTES];
	} out; /* under `lock` */
	const struct link_map *map = module->link_map;
	const uint8_t *build_id;
	struct ring_module *copy;
	struct elf_view elf;
	unsigned int len;

	memset(&out, 0, sizeof(out));
	out.record.id = module->id;
	out.record.base = module->base;
	out.record.start = module->start;
	out.record.end = module->end;
	out.record.tick = clock_tick();
	if (view_elf(module->start, &elf)) {
		put_segments(&out.record, &elf);
		build_id = find_build_id(&elf, module->base, &len);
		memcpy(out.record.build_id, build_id ? build_id :
		       (const uint8_t *)"", len);
		out.record.build_id_bytes = (uint8_t)len;
	}
	out.record.path_bytes = (uint16_t)put_path(out.path, map->l_name);
	out.record.bytes = (uint32_t)(sizeof(out.record) +
				      out.record.path_bytes + 7) & ~7u;
	copy = arena_alloc(out.record.bytes);
	if (copy)
		memcpy(copy, &out, out.record.bytes);
	module->record = copy;
	return ring_log_module(&out.record);
}

static struct module *append(const struct loader_object *found, uint64_t print)
{
	uint32_t count = module_count;
	struct module *module = &modules[count];

	if (count == MODULES_MAX)
		return NULL;
	module->start = found->start;
	module->end = found->end;
	module->base = found->link_map->l_addr;
	module->link_map = found->link_map;
	module->eh_frame_hdr = found->eh_frame_hdr;
	module->fingerprint = print;
	module->id = count + 1;
	module->dead = false;
	module->epoch = __atomic_load_n(&modules_epoch, __ATOMIC_ACQUIRE);
	if (log_module(module))
		return NULL;
	sampled_set_watch(&sampled_blocks, (uintptr_t)module->link_map);
	__atomic_store_n(&module_count, count + 1, __ATOMIC_RELEASE);
	return module;
}

/*
 * One that was unloaded is back where it was, under its old id: what is known
 * of it does not grow with how often it is loaded. Under `lock`.
 */
static struct module *revive(const struct loader_object *found, uint64_t print)
{
	for (uint32_t i = module_count; i-- > 0;) {
		struct module *module = &modules[i];

		if (!is_dead(module) || module->start != found->start ||
		    module->base != found->link_map->l_addr ||
		    module->fingerprint != print)
			continue;
		module->link_map = found->link_map;
		__atomic_store_n(&module->epoch, __atomic_load_n(
			&modules_epoch, __ATOMIC_ACQUIRE), __ATOMIC_RELAXED);
		sampled_set_watch(&sampled_blocks,
				  (uintptr_t)module->link_map);
		__atomic_store_n(&module->dead, false, __ATOMIC_RELEASE);
		return module;
	}
	return NULL;
}

/* True for the one thread that ended it. */
static bool end_module(struct module *module)
{
	if (__atomic_exchange_n(&module->dead, true, __ATOMIC_ACQ_REL))
		return false;
	sampled_set_unwatch(&sampled_blocks, (uintptr_t)module->link_map);
	return true;
}

/* The newest living record of that module. In a new epoch its fingerprint is
 * compared once; a stranger in its place ends it. */
static struct module *known(const struct loader_object *found)
{
	uint32_t epoch = __atomic_load_n(&modules_epoch, __ATOMIC_ACQUIRE);
	uint32_t count = __atomic_load_n(&module_count, __ATOMIC_ACQUIRE);

	for (uint32_t i = count; i-- > 0;) {
		struct module *module = &modules[i];

		if (is_dead(module) || module->start != found->start ||
		    module->link_map != found->link_map)
			continue;
		if (__atomic_load_n(&module->epoch, __ATOMIC_RELAXED) == epoch)
			return module;
		if (module->fingerprint == fingerprint(found)) {
			__atomic_store_n(&module->epoch, epoch,
					 __ATOMIC_RELAXED);
			return module;
		}
		end_module(module);
	}
	return NULL;
}

const struct module *modules_remember(uintptr_t address)
{
	uint32_t count = __atomic_load_n(&module_count, __ATOMIC_ACQUIRE);

	for (uint32_t i = count; i-- > 0;)
		if (!is_dead(&modules[i]) && address >= modules[i].start &&
		    address < modules[i].end)
			return &modules[i];
	return NULL;
}

/* Under `lock`. */
static struct module *admit(const struct loader_object *found)
{
	uint64_t print = fingerprint(found);
	struct module *module = revive(found, print);

	return module ? module : append(found, print);
}

const struct module *modules_find(uintptr_t address)
{
	struct loader_object found;
	struct module *module;

	if (loader_is_locked())
		return modules_remember(address);
	if (!modules || !modules_object(address, &found))
		return NULL;
	module = known(&found);
	if (module || !spin_try_lock_for_long(&lock))
		return module;
	module = known(&found);
	if (!module)
		module = admit(&found);
	spin_unlock(&lock);
	if (!module)
		ring_count(STAT_MODULE_LIMIT_HITS, 1);
	return module;
}

bool modules_readable(uintptr_t address, struct modules_range *range)
{
	struct loader_object found;
	const ElfW(Phdr) *segment;
	struct elf_view elf;

	if (!modules_object(address, &found) || !view_elf(found.start, &elf))
		return false;
	segment = find_segment(&elf, address - found.link_map->l_addr, PF_R);
	if (!segment)
		return false;
	range->low = found.link_map->l_addr + segment->p_vaddr;
	range->bytes = segment->p_memsz;
	return true;
}

void modules_unloaded(void)
{
	__atomic_fetch_add(&modules_epoch, 1, __ATOMIC_RELEASE);
}

void modules_loader_freed(const void *block)
{
	uint32_t count = __atomic_load_n(&module_count, __ATOMIC_ACQUIRE);

	for (uint32_t i = count; i-- > 0;) {
		if (modules[i].link_map == block && end_module(&modules[i]))
			modules_unloaded();
	}
}

/* From the copies: another thread may have been about to unload a module when
 * this process was forked, so that it is not there any more. */
void modules_log_again(void)
{
	uint32_t count = __atomic_load_n(&module_count, __ATOMIC_ACQUIRE);

	spin_reset(&lock);
	for (uint32_t i = 0; i < count; i++) {
		const struct module *module = &modules[i];
		struct ring_module nameless = {
			.bytes = sizeof(nameless),
			.id = module->id,
			.base = module->base,
			.start = module->start,
			.end = module->end,
		};

		ring_log_module(module->record ? module->record : &nameless);
	}
}
