/* SPDX-License-Identifier: MIT */
/*
 * The allocator of the soak program. It counts each call that reaches it, and
 * may be called in a signal handler that interrupted it, so that handlers can
 * allocate wherever they interrupt a hook. Stacks without a lock, one a size
 * class: a block that is freed is the next that any thread gets. Its memory is
 * a mapping with a name, so that what a process has of others is not its.
 *
 * With SOAK_HEAP=glibc in the environment libc's allocator serves all calls but
 * those of handlers that interrupted it.
 */
#include "tests/soak/heap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define REGION_BYTES (UINT64_C(1) << 30)
#define UNIT 32u	 /* of sizes, and of places in the region */
#define CLASSES 17u	 /* 32 bytes to 2 MiB, this prefix included */

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);
void __libc_free(void *block);

/* Stands before each block; `next` of a free one stands at its start. */
struct prefix {
	uint32_t class;
	uint32_t bytes;
	uint32_t start; /* in units */
	uint32_t unused;
};

static char *region;
static uint64_t used = 1;	   /* in units; 0 is no place */
static uint64_t stacks[CLASSES]; /* a count of pops << 32 | the top's place */
static int use_glibc;
static __thread int inside __attribute__((tls_model("initial-exec")));

static struct heap_counts private_counts;
/* On a page that a fork wipes; NULL: private_counts. */
static struct heap_counts **shared_counts;

static struct heap_counts *counts(void)
{
	struct heap_counts *to = shared_counts ?
		__atomic_load_n(shared_counts, __ATOMIC_ACQUIRE) : NULL;

	return to ? to : &private_counts;
}

static void count_call(void *block, size_t bytes)
{
	struct heap_counts *to = counts();

	if (!block)
		return;
	__atomic_fetch_add(&to->calls, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&to->bytes, bytes, __ATOMIC_RELAXED);
}

static void count_free(void)
{
	__atomic_fetch_add(&counts()->frees, 1, __ATOMIC_RELAXED);
}

void heap_count_in(struct heap_counts *to)
{
	struct heap_counts **page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED || madvise(page, 4096, MADV_WIPEONFORK))
		_exit(95);
	*to = private_counts;
	*page = to;
	shared_counts = page;
}

int heap_is_inside(void)
{
	return inside;
}

static void map_region(void)
{
	int fd = memfd_create("soak-heap", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)REGION_BYTES))
		_exit(96);
	region = mmap(NULL, REGION_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		      fd, 0);
	close(fd);
	if (region == MAP_FAILED)
		_exit(97);
}

static void __attribute__((constructor)) choose(void)
{
	const char *name = getenv("SOAK_HEAP");

	use_glibc = name && strcmp(name, "glibc") == 0;
}

static uint32_t pop(uint32_t class)
{
	uint64_t top = __atomic_load_n(&stacks[class], __ATOMIC_ACQUIRE);
	uint64_t next;

	do {
		uint32_t place = (uint32_t)top;

		if (!place)
			return 0;
		next = __atomic_load_n((uint32_t *)(region +
						    (uint64_t)place * UNIT),
				       __ATOMIC_RELAXED);
		next |= ((top >> 32) + 1) << 32;
	} while (!__atomic_compare_exchange_n(&stacks[class], &top, next, 0,
					      __ATOMIC_ACQ_REL,
					      __ATOMIC_ACQUIRE));
	return (uint32_t)top;
}

static void push(uint32_t class, uint32_t place)
{
	uint64_t top = __atomic_load_n(&stacks[class], __ATOMIC_ACQUIRE);

	do
		__atomic_store_n((uint32_t *)(region + (uint64_t)place * UNIT),
				 (uint32_t)top, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&stacks[class], &top,
					    (top >> 32) << 32 | place, 0,
					    __ATOMIC_ACQ_REL,
					    __ATOMIC_ACQUIRE));
}

static struct prefix *prefix_of(void *block)
{
	return (struct prefix *)block - 1;
}

static void *take(size_t bytes, size_t alignment)
{
	size_t slack = alignment > 16 ? alignment : 0;
	size_t need = bytes + sizeof(struct prefix) + slack;
	uint32_t class = 0, place;
	uintptr_t at;

	if (!region)
		map_region();
	while (class < CLASSES && (size_t)UNIT << class < need)
		class++;
	if (class == CLASSES)
		goto none;
	place = pop(class);
	if (!place)
		place = (uint32_t)__atomic_fetch_add(&used, 1u << class,
						     __ATOMIC_RELAXED);
	if (((uint64_t)place + (1u << class)) * UNIT > REGION_BYTES)
		goto none;
	at = (uintptr_t)region + (uint64_t)place * UNIT +
	     sizeof(struct prefix);
	at = (at + alignment - 1) & ~(uintptr_t)(alignment - 1);
	*prefix_of((void *)at) = (struct prefix){ class, (uint32_t)bytes,
						  place, 0 };
	return (void *)at;
none:
	errno = ENOMEM;
	return NULL;
}

static int is_ours(const void *block)
{
	return region && (uintptr_t)block - (uintptr_t)region < REGION_BYTES;
}

static void give(void *block)
{
	struct prefix prefix = *prefix_of(block);

	push(prefix.class, prefix.start);
}

/* Who else uses libc's heap in this thread has to be through with it. */
static int enter_libc(void)
{
	if (!use_glibc || inside)
		return 0;
	inside = 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return 1;
}

static void leave_libc(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	inside = 0;
}

static size_t usable(void *block)
{
	size_t word;

	if (is_ours(block))
		return prefix_of(block)->bytes;
	word = ((size_t *)block)[-1]; /* glibc's: the size, and three flags */
	return (word & ~(size_t)7) - (word & 2 ? 16 : 8);
}

static void *get(size_t bytes, size_t alignment)
{
	void *block;

	if (enter_libc()) {
		block = alignment > 16 ? __libc_memalign(alignment, bytes) :
					 __libc_malloc(bytes);
		leave_libc();
	} else {
		block = take(bytes, alignment);
	}
	count_call(block, bytes);
	return block;
}

static void put(void *block)
{
	if (is_ours(block)) {
		give(block);
	} else if (enter_libc()) {
		__libc_free(block);
		leave_libc();
	} /* else a handler has one of libc's: it stays, and is counted */
}

void *malloc(size_t bytes)
{
	return get(bytes, 16);
}

void free(void *block)
{
	int error = errno;

	if (!block)
		return;
	count_free();
	put(block);
	errno = error;
}

void *calloc(size_t count, size_t bytes)
{
	size_t total;
	void *block;

	if (__builtin_mul_overflow(count, bytes, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	block = get(total, 16);
	return block ? memset(block, 0, total) : NULL;
}

void *realloc(void *block, size_t bytes)
{
	void *moved;
	size_t before;

	if (!block)
		return get(bytes, 16);
	if (!bytes) {
		free(block);
		return NULL;
	}
	if (!is_ours(block) && enter_libc()) {
		moved = __libc_realloc(block, bytes);
		leave_libc();
		count_call(moved, bytes);
	} else {
		moved = get(bytes, 16);
		before = usable(block);
		if (moved) {
			memcpy(moved, block, before < bytes ? before : bytes);
			put(block);
		}
	}
	if (moved)
		count_free();
	return moved;
}

int posix_memalign(void **block, size_t alignment, size_t bytes)
{
	int error = errno;
	void *got = get(bytes, alignment < 16 ? 16 : alignment);

	errno = error;
	if (!got)
		return ENOMEM;
	*block = got;
	return 0;
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
	return get(bytes, alignment < 16 ? 16 : alignment);
}

void *memalign(size_t alignment, size_t bytes)
{
	return get(bytes, alignment < 16 ? 16 : alignment);
}

size_t malloc_usable_size(void *block)
{
	return block ? usable(block) : 0;
}
