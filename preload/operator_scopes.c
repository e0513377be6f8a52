/* SPDX-License-Identifier: MIT */
#include "preload/operator_scopes.h"

#include <dlfcn.h>

#include "preload/arena.h"
#include "preload/loader.h"
#include "preload/modules.h"

/* Of one library. What was found is true until something is unloaded: then another
 * may stand in its place. */
struct scope {
	const struct link_map *library; /* atomic */
	uint32_t epoch; /* modules_epoch that they were found in, atomic; 0: none */
	struct real_operators found;
	struct scope *older;
};

static struct scope *scopes; /* atomic; nothing is taken out */

static struct scope *scope_of(const struct link_map *library)
{
	struct scope *s = __atomic_load_n(&scopes, __ATOMIC_ACQUIRE);

	while (s && s->library != library)
		s = s->older;
	if (s)
		return s;
	s = arena_alloc(sizeof(*s));
	if (!s)
		return NULL;
	s->library = library;
	s->older = __atomic_load_n(&scopes, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&scopes, &s->older, s, false,
					    __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	return s;
}

static bool finds_in(const struct scope *s, const struct link_map *library)
{
	struct loader_object object;

	for (int i = 0; i < REAL_OPERATOR_COUNT; i++)
		if (s->found.next[i] &&
		    loader_find((uintptr_t)s->found.next[i], &object) &&
		    object.link_map == library)
			return true;
	return false;
}

/* A runtime calls what is in the scope of whoever was first to bring it. */
static const struct scope *brought_by(const struct link_map *library,
				      uint32_t epoch)
{
	const struct scope *s = __atomic_load_n(&scopes, __ATOMIC_ACQUIRE);
	const struct scope *first = NULL;

	for (; s; s = s->older)
		if (s->library != library &&
		    __atomic_load_n(&s->epoch, __ATOMIC_ACQUIRE) == epoch &&
		    finds_in(s, library))
			first = s;
	return first;
}

/* A link map is no handle: an object that came as another's dependency has no
 * list of its own to search until dlopen returned it, and dlsym does not look
 * whether there is one. The name is absolute, or what the program itself said: no
 * other file is looked for. */
static bool ask_loader(struct scope *s)
{
	void *handle = dlopen(s->library->l_name, RTLD_LAZY | RTLD_NOLOAD);

	if (!handle)
		return false;
	if (!real_find_operators(&s->found, handle))
		dlerror(); /* a missing name is not the target's error */
	real.dlclose(handle);
	return true;
}

/* Two threads may do this at once: both find the same. */
static void find_all(struct scope *s, uint32_t epoch)
{
	const struct scope *other = brought_by(s->library, epoch);

	if (other)
		s->found = other->found;
	else if (!ask_loader(s))
		return;
	__atomic_store_n(&s->epoch, epoch, __ATOMIC_RELEASE);
}

static struct scope *look_up(uintptr_t caller)
{
	uint32_t epoch = __atomic_load_n(&modules_epoch, __ATOMIC_ACQUIRE);
	struct loader_object object;
	struct scope *s;

	/* the program's own scope is the global one */
	if (!loader_find(caller, &object) || !object.link_map->l_name[0])
		return NULL;
	s = scope_of(object.link_map);
	if (s && __atomic_load_n(&s->epoch, __ATOMIC_ACQUIRE) != epoch)
		find_all(s, epoch);
	return s;
}

void *operator_scopes_find(enum real_operator which, uintptr_t caller)
{
	struct scope *s = look_up(caller);

	return s ? s->found.next[which] : NULL;
}

void operator_scopes_prepare(uintptr_t caller)
{
	if (!real_operators.next[REAL_Znwm])
		look_up(caller);
}
