/* SPDX-License-Identifier: MIT */
#include "preload/real.h"

#include <dlfcn.h>
#include <stdint.h>

#include "include/dump_format.h"
#include "preload/sys.h"

#define BIT(kind) (UINT32_C(1) << (kind))
#define NEW_BITS (BIT(EVENT_NEW) | BIT(EVENT_NEW_ARRAY))

struct real real;
uint32_t real_unmeasured;
bool real_found;

/*
 * Volatile: dlsym is declared `leaf`, so the compiler believes that nobody here
 * reads this while it runs. It allocates when it fails, and then we do.
 */
static __thread volatile bool finding;
static uint32_t once; /* 0 nobody, 1 somebody is at it; atomic */

void *real_next(const char *symbol)
{
	return dlsym(RTLD_NEXT, symbol);
}

/* `kinds`: whose blocks may come from there. */
static const struct {
	const char *name;
	void *slot;
	uint32_t kinds;
} table[] = {
	{ "malloc", &real.malloc, BIT(EVENT_MALLOC) | NEW_BITS },
	{ "free", &real.free, 0 },
	{ "calloc", &real.calloc, BIT(EVENT_CALLOC) },
	{ "realloc", &real.realloc,
	  BIT(EVENT_REALLOC_NULL) | BIT(EVENT_REALLOC_NEW) },
	{ "reallocarray", &real.reallocarray, 0 }, /* libc's calls realloc() */
	{ "posix_memalign", &real.posix_memalign,
	  BIT(EVENT_POSIX_MEMALIGN) | NEW_BITS },
	{ "aligned_alloc", &real.aligned_alloc,
	  BIT(EVENT_ALIGNED_ALLOC) | NEW_BITS },
	{ "memalign", &real.memalign, BIT(EVENT_MEMALIGN) | NEW_BITS },
	{ "valloc", &real.valloc, BIT(EVENT_VALLOC) },
	{ "pvalloc", &real.pvalloc, BIT(EVENT_PVALLOC) },
	{ "malloc_usable_size", &real.malloc_usable_size, 0 },
	{ "cfree", &real.cfree, 0 },
	{ "free_sized", &real.free_sized, 0 },
	{ "free_aligned_sized", &real.free_aligned_sized, 0 },
	{ "pthread_create", &real.pthread_create, 0 },
	{ "dlclose", &real.dlclose, 0 },
	{ "fork", &real.fork, 0 },
	{ "_Fork", &real._Fork, 0 },
	{ "_exit", &real._exit, 0 },
	{ "quick_exit", &real.quick_exit, 0 },
	{ "execve", &real.execve, 0 },
	{ "execvpe", &real.execvpe, 0 },
	{ "fexecve", &real.fexecve, 0 },
	{ "execveat", &real.execveat, 0 },
};

static const void *library_of(void *const *slot)
{
#ifdef DLFO_STRUCT_HAS_EH_DBASE /* glibc 2.35; dladdr() takes 100 times as long */
	static int (*find)(void *, struct dl_find_object *);
	struct dl_find_object found;

	if (!find)
		*(void **)&find = real_next("_dl_find_object");
	if (find && *slot && find(*slot, &found) == 0)
		return found.dlfo_link_map;
#endif
	Dl_info info;

	return *slot && dladdr(*slot, &info) ? info.dli_fbase : NULL;
}

static void find_unmeasured(void)
{
	const void *knows = library_of((void **)&real.malloc_usable_size);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].kinds &&
		    (!knows || library_of(table[i].slot) != knows))
			real_unmeasured |= table[i].kinds;
}

static void find_all(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		*(void **)table[i].slot = real_next(table[i].name);
	find_unmeasured();
	dlerror(); /* a missing name is not the target's error */
}

bool real_ready_slow(void)
{
	uint32_t nobody = 0;

	if (finding)
		return false;
	if (__atomic_compare_exchange_n(&once, &nobody, 1, false,
					__ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		finding = true;
		find_all();
		finding = false;
		__atomic_store_n(&real_found, true, __ATOMIC_RELEASE);
	}
	while (!__atomic_load_n(&real_found, __ATOMIC_ACQUIRE))
		__builtin_ia32_pause();
	return true;
}
