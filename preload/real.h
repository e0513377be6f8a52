/* SPDX-License-Identifier: MIT */
/*
 * The next definitions of everything that we interpose: what would have been
 * called without us. Found once, by the first hook that runs in the process;
 * while they are being found, that thread's allocations come from the
 * bootstrap heap.
 */
#ifndef PRELOAD_REAL_H
#define PRELOAD_REAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "preload/hidden.h"

struct real {
	void *(*malloc)(size_t);
	void (*free)(void *);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void *(*reallocarray)(void *, size_t, size_t);
	int (*posix_memalign)(void **, size_t, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	void *(*memalign)(size_t, size_t);
	void *(*valloc)(size_t);
	void *(*pvalloc)(size_t);
	size_t (*malloc_usable_size)(void *);
	void (*cfree)(void *);
	void (*free_sized)(void *, size_t);
	void (*free_aligned_sized)(void *, size_t, size_t);
	int (*pthread_create)(pthread_t *, const pthread_attr_t *,
			      void *(*)(void *), void *);
	int (*dlclose)(void *);
	pid_t (*fork)(void);
	pid_t (*_Fork)(void);
	void (*_exit)(int);
	void (*quick_exit)(int);
	int (*execve)(const char *, char *const[], char *const[]);
	int (*execvpe)(const char *, char *const[], char *const[]);
	int (*fexecve)(int, char *const[], char *const[]);
	int (*execveat)(int, const char *, char *const[], char *const[], int);
};

/* The forms of C++ operator new and delete, by their mangled names. */
#define REAL_OPERATORS(X)                                                     \
	X(_Znwm)                                                              \
	X(_Znam)                                                              \
	X(_ZnwmRKSt9nothrow_t)                                                \
	X(_ZnamRKSt9nothrow_t)                                                \
	X(_ZnwmSt11align_val_t)                                               \
	X(_ZnamSt11align_val_t)                                               \
	X(_ZnwmSt11align_val_tRKSt9nothrow_t)                                 \
	X(_ZnamSt11align_val_tRKSt9nothrow_t)                                 \
	X(_ZdlPv)                                                             \
	X(_ZdaPv)                                                             \
	X(_ZdlPvm)                                                            \
	X(_ZdaPvm)                                                            \
	X(_ZdlPvSt11align_val_t)                                              \
	X(_ZdaPvSt11align_val_t)                                              \
	X(_ZdlPvmSt11align_val_t)                                             \
	X(_ZdaPvmSt11align_val_t)                                             \
	X(_ZdlPvRKSt9nothrow_t)                                               \
	X(_ZdaPvRKSt9nothrow_t)                                               \
	X(_ZdlPvSt11align_val_tRKSt9nothrow_t)                                \
	X(_ZdaPvSt11align_val_tRKSt9nothrow_t)

#define REAL_INDEX(name) REAL##name,
enum real_operator { REAL_OPERATORS(REAL_INDEX) REAL_OPERATOR_COUNT };
#undef REAL_INDEX

/* All forms, as one search finds them; NULL: it has none. */
struct real_operators {
	void *next[REAL_OPERATOR_COUNT];
};

extern struct real real HIDDEN;
/* Those of the global scope, found with the rest. */
extern struct real_operators real_operators HIDDEN;

/*
 * True once `real` is filled; the first call fills it. False only in the
 * thread that is filling it (use the bootstrap heap). Other threads wait.
 */
bool real_ready_slow(void);
extern bool real_found HIDDEN;

static inline bool real_ready(void)
{
	return __builtin_expect(__atomic_load_n(&real_found, __ATOMIC_ACQUIRE),
				1) ||
	       real_ready_slow();
}

/* What dlsym says, or NULL; a missing name is not left to the target as its error.
 * `handle`: as dlopen returned it, or RTLD_NEXT for what comes after us. */
void *real_symbol(void *handle, const char *symbol);
void *real_next(const char *symbol);
/* There is none of which `operator new` is missing. */
void real_find_operators(struct real_operators *operators, void *handle);

/* The target's dlerror() says nothing of what failed here. By a search that does
 * not fail: to ask it ourselves translates a text under the locale's lock, which
 * newlocale holds when it calls malloc. */
void real_forget_error(void);

#endif
