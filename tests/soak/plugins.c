/* SPDX-License-Identifier: MIT */
#include "tests/soak/plugins.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/soak/child.h"
#include "tests/soak/work.h"

#define LOADED_MAX 2 /* at a time, of PLUGINS */
#define CALLS 12

static struct loaded {
	void *handle;
	unsigned int number;
} loaded[LOADED_MAX];

/* The pages where plugins were, and which. */
static struct {
	uintptr_t page;
	unsigned int number;
} places[64];

static void note_place(uintptr_t page, unsigned int number)
{
	for (unsigned int i = 0; i < 64; i++) {
		if (places[i].page && places[i].page != page)
			continue;
		if (places[i].page && places[i].number != number)
			__atomic_fetch_add(&ledger->same_place, 1,
					   __ATOMIC_RELAXED);
		places[i].page = page;
		places[i].number = number;
		return;
	}
}

static void call(struct loaded *plugin, uint64_t *random)
{
	void *(*allocate)(size_t) = (void *(*)(size_t))dlsym(
		plugin->handle, "plugin_allocate");

	for (int i = 0; i < CALLS; i++) {
		size_t bytes = 24 + next_random(random) % 100;
		struct block *block = work_note(
			allocate(bytes), bytes,
			ACCOUNT_PLUGINS + plugin->number, KIND_MALLOC);

		if (i % 4)
			work_free(block);
		else
			work_send(block, next_random(random));
	}
	note_place((uintptr_t)allocate & ~(uintptr_t)4095, plugin->number);
}

static int is_loaded(unsigned int number)
{
	for (int i = 0; i < LOADED_MAX; i++)
		if (loaded[i].handle && loaded[i].number == number)
			return 1;
	return 0;
}

static void load(struct loaded *place, unsigned int number)
{
	char path[4200];
	char *slash;

	snprintf(path, 4096, "%s", own_path);
	slash = strrchr(path, '/');
	snprintf(slash ? slash + 1 : path, 64, "libsoakplugin%u.so", number);
	place->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	place->number = number;
	if (!place->handle)
		_exit(93);
	__atomic_fetch_add(&ledger->dlopens, 1, __ATOMIC_RELAXED);
}

void plugins_turn(uint64_t *random)
{
	struct loaded *place = &loaded[next_random(random) % LOADED_MAX];
	unsigned int number = (unsigned int)(next_random(random) % PLUGINS);

	while (is_loaded(number))
		number = (number + 1) % PLUGINS;
	pthread_mutex_lock(&child_exits);
	if (place->handle)
		dlclose(place->handle);
	load(place, number);
	pthread_mutex_unlock(&child_exits);
	for (int i = 0; i < LOADED_MAX; i++)
		if (loaded[i].handle)
			call(&loaded[i], random);
}

void plugins_close(void)
{
	pthread_mutex_lock(&child_exits);
	for (int i = 0; i < LOADED_MAX; i++)
		if (loaded[i].handle)
			dlclose(loaded[i].handle);
	memset(loaded, 0, sizeof(loaded));
	pthread_mutex_unlock(&child_exits);
}
