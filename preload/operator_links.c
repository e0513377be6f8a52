/* SPDX-License-Identifier: MIT */
#include "preload/operator_links.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "preload/loader.h"

struct operator_link operator_links[REAL_OPERATOR_COUNT];
static bool found_in_library; /* atomic: what they point to may be unloaded */

static uint64_t hash_name(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	while (*name)
		hash = (hash ^ (uint8_t)*name++) * UINT64_C(0x100000001b3);
	return hash;
}

/* Where it cannot be told, the first call will tell. */
static enum operator_way way_of(const void *next)
{
	struct loader_object its, allocator;

	if (loader_find((uintptr_t)next, &its) &&
	    loader_find((uintptr_t)real.malloc, &allocator) &&
	    its.link_map != allocator.link_map)
		return WAY_THROUGH;
	return WAY_UNTRIED;
}

static void set_global(struct operator_link *link, void *next)
{
	link->library = 0;
	link->way = way_of(next);
	__atomic_store_n(&link->next, next, __ATOMIC_RELEASE);
}

static void set_local(struct operator_link *link, void *next)
{
	struct loader_object object;

	if (!next || !loader_find((uintptr_t)next, &object))
		return;
	link->library = object.start;
	link->name = hash_name(object.link_map->l_name);
	link->way = WAY_THROUGH;
	__atomic_store_n(&link->next, next, __ATOMIC_RELEASE);
}

/*
 * A library that was loaded RTLD_LOCAL finds its C++ runtime in its own scope,
 * not after us in the global one. Its link map is no handle: an object that
 * came as another's dependency has no list of its own to search until dlopen
 * returned it, and dlsym does not look whether there is one. The name is
 * absolute, or what the program itself said: no other file is looked for.
 */
static bool find_in_scope_of(struct real_operators *found, uintptr_t caller)
{
	struct loader_object object;
	void *handle;

	if (!loader_find(caller, &object))
		return false;
	handle = dlopen(object.link_map->l_name, RTLD_LAZY | RTLD_NOLOAD);
	if (!handle) {
		real_forget_error();
		return false;
	}
	real_find_operators(found, handle);
	real.dlclose(handle);
	return found->next[REAL_Znwm] != NULL;
}

/* A runtime may have come to the global scope meanwhile. */
static void find_all(uintptr_t caller)
{
	struct real_operators found;

	real_find_operators(&found, RTLD_NEXT);
	if (found.next[REAL_Znwm]) {
		for (int i = 0; i < REAL_OPERATOR_COUNT; i++)
			if (found.next[i])
				set_global(&operator_links[i], found.next[i]);
	} else if (find_in_scope_of(&found, caller)) {
		for (int i = 0; i < REAL_OPERATOR_COUNT; i++)
			set_local(&operator_links[i], found.next[i]);
		__atomic_store_n(&found_in_library, true, __ATOMIC_RELEASE);
	}
}

void *operator_links_find(enum real_operator which, uintptr_t caller)
{
	struct operator_link *link = &operator_links[which];

	if (!real_ready())
		return NULL;
	if (real_operators.next[which])
		set_global(link, real_operators.next[which]);
	else
		find_all(caller);
	return link->next;
}

static bool is_there(const struct operator_link *link)
{
	struct loader_object object;

	return !link->next || !link->library ||
	       (loader_find((uintptr_t)link->next, &object) &&
		object.start == link->library &&
		hash_name(object.link_map->l_name) == link->name);
}

void operator_links_unloaded(void)
{
	bool all = true;

	if (!__atomic_load_n(&found_in_library, __ATOMIC_ACQUIRE) ||
	    loader_is_locked())
		return;
	for (int i = 0; i < REAL_OPERATOR_COUNT; i++)
		all = all && is_there(&operator_links[i]);
	for (int i = 0; i < REAL_OPERATOR_COUNT && !all; i++)
		if (operator_links[i].library)
			__atomic_store_n(&operator_links[i].next, NULL,
					 __ATOMIC_RELEASE);
}
