/* SPDX-License-Identifier: MIT */
/*
 * What the addresses of a block of events say about the next one; encoder and
 * decoder keep the same. An allocator hands out again what was released last,
 * of the same size class, and most blocks are released soon. All addresses
 * here are in the block's address unit. About 90 KiB; no allocation; one
 * thread at a time.
 */
#ifndef INCLUDE_ADDRESS_MODEL_H
#define INCLUDE_ADDRESS_MODEL_H

#include <stdint.h>

#define ADDRESS_CLASSES 256
#define ADDRESS_DEPTH 8	    /* released blocks remembered of each class */
#define ADDRESS_WINDOW 8192 /* allocations that a release can refer to */

struct address_model {
	uint64_t released[ADDRESS_CLASSES][ADDRESS_DEPTH]; /* circular */
	uint64_t allocated[ADDRESS_WINDOW]; /* by ordinal % ADDRESS_WINDOW */
	uint8_t class[ADDRESS_WINDOW];	    /* likewise */
	uint8_t count[ADDRESS_CLASSES];
	uint8_t top[ADDRESS_CLASSES]; /* one past the newest */
	unsigned int shift;	      /* of the address unit */
	uint32_t allocations;	      /* in this block of events */
	uint64_t next; /* behind the last allocation that was not foretold */
	uint64_t last_release; /* that referred to no allocation */
};

/* A new block of events, with 1 << shift as address unit: nothing is known. */
void address_model_begin(struct address_model *m, unsigned int shift);

/* Units of 16 bytes that a block of that size takes in glibc: its class, nearly. */
static inline uint64_t address_granules(uint64_t size)
{
	uint64_t granules = (size + 8 + 15) >> 4;

	return granules < 2 ? 2 : granules;
}

static inline unsigned int address_class(uint64_t size)
{
	uint64_t granules = address_granules(size);

	return granules < 192 ? (unsigned int)granules :
				255u - (unsigned int)__builtin_clzll(granules);
}

/* The nth most recently released block of a class, n below its count. */
static inline uint64_t address_released(const struct address_model *m,
					unsigned int class, unsigned int n)
{
	return m->released[class][(m->top[class] - 1 - n) % ADDRESS_DEPTH];
}

/* That block is allocated again. */
void address_model_take(struct address_model *m, unsigned int class,
			unsigned int n);

/* An allocation that was not among those: what next may be right behind it. */
static inline void address_model_foretell(struct address_model *m,
					  uint64_t address, uint64_t size)
{
	m->next = address + (address_granules(size) << 4 >> m->shift);
}

/* An allocation, by whatever way its address is known. */
static inline void address_model_add(struct address_model *m,
				     unsigned int class, uint64_t address)
{
	unsigned int place = m->allocations++ % ADDRESS_WINDOW;

	m->allocated[place] = address;
	m->class[place] = (uint8_t)class;
}

/* The release of the allocation at a place (its ordinal % ADDRESS_WINDOW). */
static inline void address_model_release(struct address_model *m,
					 unsigned int place)
{
	unsigned int class = m->class[place];

	m->released[class][m->top[class]++ % ADDRESS_DEPTH] =
		m->allocated[place];
	m->count[class] += m->count[class] < ADDRESS_DEPTH;
}

#endif
