/* SPDX-License-Identifier: MIT */
/*
 * Preloaded: counts what glibc's own per-thread caches (tcache) served. Before
 * each malloc of a size that they have, it looks whether the calling thread's
 * cache holds such a block: glibc keeps a pointer to it in its thread-local
 * storage, and it begins with a count a size. Counts go into the file named by
 * CACHE_TRUTH, as two 64-bit numbers (calls, served), so that they are there
 * however the process ends; a fork's child is not counted. Calls go on to the
 * next malloc, which may be the profiler's. A glibc whose cache looks otherwise
 * (before 2.30, after 2.41) leaves the file empty.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BINS 64
#define CHUNK 0x290 /* of the cache: 64 counts, 64 pointers, a head */

struct cache {
	uint16_t counts[BINS];
	void *entries[BINS];
};

static struct {
	uint64_t calls, served;
} *truth;
static void *(*next)(size_t);
static void *(*next_realloc)(void *, size_t);
static void *(*next_aligned)(size_t, size_t);
static int (*next_posix)(void **, size_t, size_t);
void *__libc_malloc(size_t); /* glibc's own, whatever is loaded */
void __libc_free(void *);
static long slot; /* of the pointer, from the thread pointer; 0: not found */
static int log_fd = -1; /* CACHE_TRUTH_LOG: a byte a call */

static char *thread_pointer(void)
{
	char *tp;

	__asm__("mov %%fs:0, %0" : "=r"(tp));
	return tp;
}

/* In libc's thread-local block, what points to a chunk of that size. */
static int find_slot(struct dl_phdr_info *info, size_t bytes, void *unused)
{
	char *heap_end = sbrk(0);

	if (!strstr(info->dlpi_name, "/libc.so.6") || !info->dlpi_tls_data)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		char **words = info->dlpi_tls_data;

		if (header->p_type != PT_TLS)
			continue;
		for (size_t n = 0; n < header->p_memsz / 8; n++) {
			char *at = words[n];

			if ((uintptr_t)at % 16 || at < heap_end - (1 << 20) ||
			    at >= heap_end || ((uint64_t *)at)[-1] >> 3 != CHUNK >> 3)
				continue;
			slot = (char *)&words[n] - thread_pointer();
		}
	}
	return 1;
}

static void in_child(void)
{
	truth = NULL;
}

static void begin(void)
{
	const char *path = getenv("CACHE_TRUTH");
	const char *version = gnu_get_libc_version();
	int minor = atoi(version + 2), fd;

	next = dlsym(RTLD_NEXT, "malloc");
	if (!path || minor < 30 || minor > 41)
		return;
	__libc_free(__libc_malloc(4000)); /* now there is a cache */
	dl_iterate_phdr(find_slot, NULL);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (!slot || fd < 0 || ftruncate(fd, sizeof(*truth)) < 0)
		return;
	truth = mmap(NULL, sizeof(*truth), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	close(fd);
	if (truth == MAP_FAILED)
		truth = NULL;
	if (getenv("CACHE_TRUTH_LOG"))
		log_fd = open(getenv("CACHE_TRUTH_LOG"),
			      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	pthread_atfork(NULL, NULL, in_child);
}

static void look(size_t size)
{
	if (truth && size <= 1032) {
		struct cache *cache = *(struct cache **)(thread_pointer() + slot);
		size_t bin = size <= 24 ? 0 : (size + 8 + 15) / 16 - 2;
		int served = cache && cache->counts[bin] > 0;

		__atomic_fetch_add(&truth->calls, 1, __ATOMIC_RELAXED);
		if (served)
			__atomic_fetch_add(&truth->served, 1, __ATOMIC_RELAXED);
		if (log_fd >= 0)
			(void)!write(log_fd, served ? "1" : "0", 1);
	}
}

void *malloc(size_t size)
{
	if (!next)
		begin();
	look(size);
	return next(size);
}

/* So is a block of no particular alignment. */
void *aligned_alloc(size_t alignment, size_t size)
{
	if (!next_aligned)
		next_aligned = dlsym(RTLD_NEXT, "aligned_alloc");
	if (!next)
		begin();
	if (alignment <= 16)
		look(size);
	return next_aligned(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
	if (!next_posix)
		next_posix = dlsym(RTLD_NEXT, "posix_memalign");
	if (!next)
		begin();
	if (alignment <= 16)
		look(size);
	return next_posix(block, alignment, size);
}

/* realloc(NULL, n) is a malloc. */
void *realloc(void *block, size_t size)
{
	if (!next_realloc)
		next_realloc = dlsym(RTLD_NEXT, "realloc");
	if (!next)
		begin();
	if (!block)
		look(size);
	return next_realloc(block, size);
}
