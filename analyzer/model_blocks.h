/* SPDX-License-Identifier: MIT */
/*
 * The payloads of all block types but EVENTS, taken apart into a model. Only
 * through the bounded cursor of include/codec.h.
 */
#ifndef ANALYZER_MODEL_BLOCKS_H
#define ANALYZER_MODEL_BLOCKS_H

#include "analyzer/model.h"

/*
 * Takes one block's payload in. Unknown types and tags are skipped. 0, or -1 if
 * it makes no sense; what was read before that stays.
 */
int model_take(struct model *m, unsigned int type, const uint8_t *payload,
	       size_t bytes);

#endif
