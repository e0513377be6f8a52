/* SPDX-License-Identifier: MIT */
#include "tests/soak/work.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/soak/heap.h"

#define MAIL 256
#define HANDLER_BYTES 40

struct block {
	uint32_t bytes;
	uint16_t account;
	uint8_t kind;
	uint8_t first; /* as the last byte */
};

struct ledger *ledger;
unsigned int accounts_first, accounts_count = ACCOUNT_CHILDREN;
static struct block *mail[MAIL];

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void add(uint64_t *to, uint64_t n)
{
	__atomic_fetch_add(to, n, __ATOMIC_RELEASE);
}

static int is_of_this_process(unsigned int account)
{
	return account - accounts_first < accounts_count;
}

static uint8_t *last_byte(struct block *block)
{
	return (uint8_t *)block + block->bytes - 1;
}

static uint8_t mark_of(const struct block *block)
{
	return (uint8_t)(block->bytes * 31 + block->account * 7 + block->kind);
}

struct block *work_note(void *memory, size_t bytes, unsigned int account,
			enum kind kind)
{
	struct block *block = memory;
	struct count *count = &ledger->accounts[account][kind];

	if (!block) {
		add(&ledger->failed_calls, 1);
		return NULL;
	}
	*block = (struct block){ (uint32_t)bytes, (uint16_t)account,
				 (uint8_t)kind, 0 };
	block->first = mark_of(block);
	if (bytes > sizeof(*block))
		*last_byte(block) = block->first;
	add(&count->bytes, bytes);
	add(&count->calls, 1);
	return block;
}

/* Of a block that is about to go. */
static struct count *leave(struct block *block)
{
	if (block->account >= ACCOUNTS || block->kind >= KINDS ||
	    block->first != mark_of(block) ||
	    (block->bytes > sizeof(*block) &&
	     *last_byte(block) != block->first)) {
		add(&ledger->damaged, 1);
		return NULL;
	}
	return is_of_this_process(block->account) ?
	       &ledger->accounts[block->account][block->kind] : NULL;
}

SITE void work_free(struct block *block)
{
	struct count *count;

	if (!block)
		return;
	count = leave(block);
	free(block);
	if (count)
		add(&count->frees, 1);
}

void work_send(struct block *block, uint64_t random)
{
	work_free(__atomic_exchange_n(&mail[random % MAIL], block,
				      __ATOMIC_ACQ_REL));
	add(&ledger->handovers, 1);
}

void work_empty_mail(void)
{
	for (unsigned int i = 0; i < MAIL; i++)
		work_free(__atomic_exchange_n(&mail[i], NULL,
					      __ATOMIC_ACQ_REL));
}

/* One function a kind of call, so that its frame tells the kind. The asm keeps
 * them from ending in a jump. */
#define KEEP(p) __asm__ volatile("" : "+r"(p) : : "memory")

static SITE void *do_malloc(size_t bytes)
{
	void *p = malloc(bytes);

	KEEP(p);
	return p;
}

static SITE void *do_calloc(size_t bytes)
{
	void *p = calloc(1, bytes);

	KEEP(p);
	return p;
}

static SITE void *do_realloc_null(size_t bytes)
{
	void *p = realloc(NULL, bytes);

	KEEP(p);
	return p;
}

static SITE void *do_realloc(void *old, size_t bytes)
{
	void *p = realloc(old, bytes);

	KEEP(p);
	return p;
}

static SITE void *do_reallocarray(void *old, size_t bytes)
{
	void *p = reallocarray(old, bytes, 1);

	KEEP(p);
	return p;
}

static SITE void *do_posix_memalign(size_t bytes)
{
	void *p = NULL;

	if (posix_memalign(&p, 64, bytes))
		p = NULL;
	KEEP(p);
	return p;
}

static SITE void *do_aligned_alloc(size_t bytes)
{
	void *p = aligned_alloc(32, (bytes + 31) & ~(size_t)31);

	KEEP(p);
	return p;
}

static SITE void *do_memalign(size_t bytes)
{
	void *p = memalign(128, bytes);

	KEEP(p);
	return p;
}

static SITE void *handler_malloc(size_t bytes)
{
	void *p = malloc(bytes);

	KEEP(p);
	return p;
}

struct request {
	struct worker *worker;
	enum kind kind;
	size_t bytes;
	struct block *old; /* for realloc */
};

static struct block *resize(const struct request *r)
{
	struct count *count = leave(r->old);
	void *p = r->kind == KIND_REALLOC ? do_realloc(r->old, r->bytes) :
					    do_reallocarray(r->old, r->bytes);

	if (p && count)
		add(&count->frees, 1);
	return work_note(p, r->bytes, r->worker->account, r->kind);
}

static struct block *perform(struct request *r)
{
	void *p = NULL;

	switch (r->kind) {
	case KIND_MALLOC:
		p = do_malloc(r->bytes);
		break;
	case KIND_CALLOC:
		p = do_calloc(r->bytes);
		break;
	case KIND_REALLOC_NULL:
		p = do_realloc_null(r->bytes);
		break;
	case KIND_POSIX_MEMALIGN:
		p = do_posix_memalign(r->bytes);
		break;
	case KIND_ALIGNED_ALLOC:
		r->bytes = (r->bytes + 31) & ~(size_t)31;
		p = do_aligned_alloc(r->bytes);
		break;
	case KIND_MEMALIGN:
		p = do_memalign(r->bytes);
		break;
	default:
		return resize(r);
	}
	return work_note(p, r->bytes, r->worker->account, r->kind);
}

static SITE struct block *descend(unsigned int depth, struct request *r)
{
	struct block *block = depth ? descend(depth - 1, r) : perform(r);

	KEEP(block);
	return block;
}

static size_t size_of(uint64_t random)
{
	if (random % 256 == 0)
		return 4096 + (random >> 8) % 61440;
	if (random % 16 == 0)
		return 128 + (random >> 8) % 3968;
	return 16 + (random >> 8) % 112;
}

static enum kind kind_of(uint64_t random, const struct block *old)
{
	static const enum kind kinds[16] = {
		KIND_CALLOC, KIND_CALLOC, KIND_REALLOC_NULL, KIND_MEMALIGN,
		KIND_POSIX_MEMALIGN, KIND_ALIGNED_ALLOC, KIND_MALLOC,
		KIND_MALLOC, KIND_MALLOC, KIND_MALLOC, KIND_MALLOC,
		KIND_MALLOC, KIND_REALLOC, KIND_REALLOC, KIND_REALLOC,
		KIND_REALLOCARRAY,
	};
	enum kind kind = kinds[random % 16];

	return (kind == KIND_REALLOC || kind == KIND_REALLOCARRAY) && !old ?
	       KIND_MALLOC : kind;
}

static SITE void step(struct worker *worker)
{
	uint64_t random = next_random(&worker->random);
	struct block **place = &worker->held[random % HELD];
	struct request request = { worker, kind_of(random >> 8, *place),
				   size_of(random >> 16), *place };

	if (*place && request.kind != KIND_REALLOC &&
	    request.kind != KIND_REALLOCARRAY) {
		if (random >> 40 & 3)
			work_free(*place);
		else
			work_send(*place, random >> 42);
	}
	*place = descend((random >> 52) % 12, &request);
}

SITE void work(struct worker *worker, long steps)
{
	while (steps-- > 0)
		step(worker);
}

void work_end(struct worker *worker)
{
	for (unsigned int i = 0; i < HELD; i++) {
		struct block *block = worker->held[i];

		worker->held[i] = NULL;
		if (block && i % 2)
			work_send(block, next_random(&worker->random));
		else
			work_free(block);
	}
}

/* A block of libc's must not be freed where libc's heap was interrupted. */
void work_in_handler(void)
{
	static uint64_t turn;
	uint64_t n = __atomic_fetch_add(&turn, 1, __ATOMIC_RELAXED);
	struct block *none = NULL;
	struct block *block = work_note(handler_malloc(HANDLER_BYTES),
					HANDLER_BYTES, ACCOUNT_HANDLER,
					KIND_MALLOC);

	if (!block)
		return;
	if (heap_is_inside()) {
		if (n % 2 || !__atomic_compare_exchange_n(
				     &mail[n % MAIL], &none, block, 0,
				     __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			work_free(block);
	} else if (n % 2) {
		work_free(block);
	} else {
		work_send(block, n);
	}
}
