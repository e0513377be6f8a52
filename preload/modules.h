/* SPDX-License-Identifier: MIT */
/*
 * Which module (executable, library, vdso) an address belongs to, and since
 * when. Asked once per return address, when its unwind rule is learned, and
 * again after any unload; never on the ordinary event path. Each module gets an
 * id and a record in the ring before the id is used. An address range that
 * another module takes over gets another id; one that comes back to where it
 * was gets its old one.
 */
#ifndef PRELOAD_MODULES_H
#define PRELOAD_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/ring_format.h"
#include "preload/hidden.h"
#include "preload/loader.h"

struct module {
	uintptr_t start;
	uintptr_t end;
	uintptr_t base;	       /* load bias */
	const void *link_map;
	const uint8_t *eh_frame_hdr; /* NULL: no unwind table */
	uint64_t fingerprint;  /* of program headers and build ID */
	const struct ring_module *record; /* a copy; NULL: no memory */
	uint32_t id;
	uint32_t epoch; /* when it was last seen to be the same; atomic */
	bool dead;	/* unloaded: not found, unless it comes back to the very
			   same place; atomic, released after link_map */
};

/* Rules and lookups made in an older epoch must be made again. */
extern uint32_t modules_epoch HIDDEN; /* atomic */

/* Once, before any other call. Notes the executable's path and the loader's
 * address range. -ENOMEM: without a place for modules every stack would be
 * walked the slow way. */
int modules_init(void);

/* As loader_find(), which it asks unless the module is known and asking takes a
 * lock; but the extent is always the whole module's: of a program whose
 * segments leave holes the loader knows one segment at a time. */
bool modules_object(uintptr_t address, struct loader_object *found);

/* The module at that code address, or NULL: in none (JIT code), or no room to
 * note a new one. */
const struct module *modules_find(uintptr_t address);

/* What is known of that address already, by extent alone: asks nobody, reads no
 * module. For where the loader must not be asked; NULL: nothing. */
const struct module *modules_remember(uintptr_t address);

/* The readable segment of some module that holds that byte. False: none. */
struct modules_range {
	uintptr_t low;
	uintptr_t bytes;
};
bool modules_readable(uintptr_t address, struct modules_range *range);

/* Something may have been unloaded: begins a new epoch. */
void modules_unloaded(void);

/* free() was called from inside the loader with this block. If it is a known
 * module's link map, that module is gone, with or without dlclose. */
void modules_loader_freed(const void *block);

extern uintptr_t modules_loader_start HIDDEN, modules_loader_bytes HIDDEN;

/* Is that return address inside the dynamic loader? */
static inline bool modules_in_loader(uintptr_t address)
{
	return address - modules_loader_start < modules_loader_bytes;
}

/* After a fork: writes every module, under its old id, into the new ring. */
void modules_log_again(void);

#endif
