/* SPDX-License-Identifier: MIT */
#include "preload/previous_image.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "preload/drain.h"
#include "preload/sys.h"
#include "preload/usage_self.h"

#define ENTRIES_BYTES 4096
#define BATCHES_MAX 64 /* of directory entries: about 8,000 names */

struct image {
	struct ring_header *header;
	uint64_t bytes;
};

static void *image_at(void *context, uint64_t offset, size_t bytes)
{
	const struct image *image = context;

	if (offset > image->bytes || bytes > image->bytes - offset)
		return NULL;
	return (uint8_t *)image->header + offset;
}

static int map_image(struct image *image, const char *path)
{
	int fd = sys_open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0);
	struct stat now;
	void *memory = MAP_FAILED;

	if (fd < 0)
		return fd;
	if (sys_call3(SYS_fstat, fd, (long)&now, 0) == 0 &&
	    S_ISREG(now.st_mode) && now.st_size >= (off_t)RING_HEADER_BYTES)
		memory = mmap(NULL, (size_t)now.st_size, PROT_READ | PROT_WRITE,
			      MAP_SHARED, fd, 0);
	sys_close(fd);
	if (memory == MAP_FAILED)
		return -EINVAL;
	image->header = memory;
	image->bytes = (uint64_t)now.st_size;
	return 0;
}

static bool is_ours(const struct ring_header *header)
{
	return memcmp(header->magic, RING_MAGIC, sizeof(header->magic)) == 0 &&
	       header->version == RING_VERSION &&
	       header->pid == (uint32_t)sys_getpid() &&
	       header->state == RING_LIVE && header->reason == END_EXEC &&
	       header->drainer == RING_DRAIN_SELF &&
	       header->dump_path[sizeof(header->dump_path) - 1] == '\0';
}

static void finish(const char *path, struct writer_space *space)
{
	static struct drain drain;
	struct image image;
	struct drain_setup setup = { .space = space, .usage = usage_self };

	if (map_image(&image, path))
		return;
	if (is_ours(image.header)) {
		setup.view = (struct ring_view){ image.header, image_at,
						 &image };
		drain_init(&drain, &setup);
		if (drain_finish(&drain, END_EXEC, DRAIN_ALL | DRAIN_GONE) == 0)
			sys_unlink(path);
		drain_release(&drain);
	}
	munmap(image.header, image.bytes);
}

/* The header decides; the first dump of a session has no pid in its name. */
static bool is_ring(const char *name)
{
	size_t len = strlen(name), suffix = strlen(RING_SUFFIX);

	return len > suffix && !strcmp(name + len - suffix, RING_SUFFIX);
}

static void look_at(const char *directory, const uint8_t *entries, long bytes,
		    struct writer_space *space)
{
	char path[4096];

	while (bytes > 0) {
		const struct dirent64 *entry = (const void *)entries;
		int len = snprintf(path, sizeof(path), "%s/%s", directory,
				   entry->d_name);

		if (len > 0 && (size_t)len < sizeof(path) &&
		    is_ring(entry->d_name))
			finish(path, space);
		entries += entry->d_reclen;
		bytes -= entry->d_reclen;
	}
}

void previous_image_finish(const char *directory, struct writer_space *space)
{
	static uint8_t entries[ENTRIES_BYTES] __attribute__((aligned(8)));
	int fd = sys_open(directory, O_RDONLY | O_DIRECTORY, 0);
	long got = 1;

	for (int i = 0; fd >= 0 && i < BATCHES_MAX && got > 0; i++) {
		got = sys_call3(SYS_getdents64, fd, (long)entries,
				sizeof(entries));
		look_at(directory, entries, got, space);
	}
	if (fd >= 0)
		sys_close(fd);
}
