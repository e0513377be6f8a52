/* SPDX-License-Identifier: MIT */
#include "preload/real.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#include "preload/sys.h"

struct real real;
struct real_operators real_operators;
bool real_found;

/*
 * Volatile: dlsym is declared `leaf`, so the compiler believes that nobody here
 * reads this while it runs. It allocates when it fails, and then we do.
 */
static __thread volatile bool finding;
static uint32_t once; /* 0 nobody, 1 somebody is at it; atomic */

static const struct {
	const char *name;
	void *slot;
} table[] = {
	{ "malloc", &real.malloc },
	{ "free", &real.free },
	{ "calloc", &real.calloc },
	{ "realloc", &real.realloc },
	{ "reallocarray", &real.reallocarray },
	{ "posix_memalign", &real.posix_memalign },
	{ "aligned_alloc", &real.aligned_alloc },
	{ "memalign", &real.memalign },
	{ "valloc", &real.valloc },
	{ "pvalloc", &real.pvalloc },
	{ "malloc_usable_size", &real.malloc_usable_size },
	{ "cfree", &real.cfree },
	{ "free_sized", &real.free_sized },
	{ "free_aligned_sized", &real.free_aligned_sized },
	{ "pthread_create", &real.pthread_create },
	{ "dlclose", &real.dlclose },
	{ "fork", &real.fork },
	{ "_Fork", &real._Fork },
	{ "_exit", &real._exit },
	{ "quick_exit", &real.quick_exit },
	{ "execve", &real.execve },
	{ "execvpe", &real.execvpe },
	{ "fexecve", &real.fexecve },
	{ "execveat", &real.execveat },
};

void real_forget_error(void)
{
	dlsym(RTLD_DEFAULT, "malloc");
}

void *real_symbol(void *handle, const char *symbol)
{
	void *found = dlsym(handle, symbol);

	if (!found)
		real_forget_error();
	return found;
}

void *real_next(const char *symbol)
{
	return real_symbol(RTLD_NEXT, symbol);
}

void real_find_operators(struct real_operators *operators, void *handle)
{
#define NAME(name) #name,
	static const char *const names[] = { REAL_OPERATORS(NAME) };
#undef NAME

	memset(operators, 0, sizeof(*operators));
	for (int i = 0; i < REAL_OPERATOR_COUNT; i++) {
		operators->next[i] = real_symbol(handle, names[i]);
		if (!operators->next[REAL_Znwm])
			return;
	}
}

static void find_all(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		*(void **)table[i].slot = real_next(table[i].name);
	real_find_operators(&real_operators, RTLD_NEXT);
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
