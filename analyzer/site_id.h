/* SPDX-License-Identifier: MIT */
/*
 * Names for stacks that are the same in every run of a program: a hash of each
 * frame's module (file name) and offset in it, so neither the place at which a
 * module was loaded nor the order of events matters, and no symbols are needed.
 * One pass over the tree, 8 bytes a node.
 */
#ifndef ANALYZER_SITE_ID_H
#define ANALYZER_SITE_ID_H

#include "analyzer/model.h"

#define SITE_ID_BYTES 13 /* 12 hexadecimal digits and the NUL */

struct site_ids {
	uint64_t *hashes; /* by canonical stack id */
	size_t count;
};

void site_ids_init(struct site_ids *ids, const struct model *model);
void site_ids_release(struct site_ids *ids);

/* The id of a canonical stack. */
void site_id_text(char out[SITE_ID_BYTES], const struct site_ids *ids,
		  uint32_t stack);

/*
 * For each stack, the first one with the same frames: they differ only if a
 * module was loaded at several places in turn. NULL if no module was; else
 * ids->count numbers for the caller to free.
 */
uint32_t *site_ids_merge(const struct site_ids *ids, const struct model *model);

#endif
