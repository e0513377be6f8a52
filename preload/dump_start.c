/* SPDX-License-Identifier: MIT */
#include "preload/dump_start.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "preload/arena.h"
#include "preload/backpressure.h"
#include "preload/clock.h"
#include "preload/options.h"
#include "preload/payloads.h"
#include "preload/previous_image.h"
#include "preload/real.h"
#include "preload/ring.h"
#include "preload/sys.h"
#include "preload/writer.h"

#define NAMES_MAX 1000 /* FILE, FILE.<pid>, FILE.<pid>.2 ... */
#define ARGUMENTS_BYTES (64u << 10)
#define ARGUMENTS_MAX 256

static char dump_path[4096];
static char program[4096];
static char directory[4096];
static char allocator[4096];
static char allocator_version[64];
static const char *unseen_allocator; /* NULL: the program calls our malloc */
static char host[65];
static uint64_t empty_pair;
static struct clock_moment started;
static char *argument_text; /* ARGUMENTS_BYTES, zero-separated */
static const char *arguments[ARGUMENTS_MAX];
static int argument_count;

static void read_arguments(void)
{
	int fd = sys_open("/proc/self/cmdline", O_RDONLY, 0);
	size_t used = 0;
	long got = 1;

	if (!argument_text)
		argument_text = arena_map(ARGUMENTS_BYTES + 1);
	while (fd >= 0 && argument_text && got > 0 && used < ARGUMENTS_BYTES) {
		got = sys_read(fd, argument_text + used,
			       ARGUMENTS_BYTES - used);
		used += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		sys_close(fd);
	argument_count = 0;
	for (size_t at = 0; at < used && argument_count < ARGUMENTS_MAX;
	     at += strlen(argument_text + at) + 1)
		arguments[argument_count++] = argument_text + at;
}

/* The program's own malloc, or that of a library loaded before us, comes before
 * ours: its calls never reach us. */
static void find_unseen_allocator(void)
{
	Dl_info first, ours;

	if (!dladdr(dlsym(RTLD_DEFAULT, "malloc"), &first) ||
	    !dladdr((void *)dump_start_init, &ours) ||
	    first.dli_fbase == ours.dli_fbase)
		return;
	/* the program's own is what it was started as */
	unseen_allocator = first.dli_fname && first.dli_fname[0] == '/' ?
				   first.dli_fname : program;
}

void dump_start_init(void)
{
	struct utsname name;
	Dl_info info;
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[len > 0 ? len : 0] = '\0';
	if (!getcwd(directory, sizeof(directory)))
		directory[0] = '\0';
	if (uname(&name) == 0)
		memcpy(host, name.nodename, sizeof(host));
	if (dladdr((void *)real.malloc, &info) && info.dli_fname)
		strncpy(allocator, info.dli_fname, sizeof(allocator) - 1);
	if (strstr(allocator, "/libc.so") || strstr(allocator, "/libc-2"))
		strncpy(allocator_version, gnu_get_libc_version(),
			sizeof(allocator_version) - 1);
	find_unseen_allocator();
	empty_pair = clock_empty_pair();
	read_arguments();
}

static const char *program_name(void)
{
	const char *slash = strrchr(program, '/');

	return slash ? slash + 1 : program[0] ? program : "unknown";
}

/* The n-th name to try. */
static int name_dump(unsigned int n)
{
	int len = 0, ret;
	size_t at;

	ret = options_expand_output(dump_path, OPTIONS_PATH, program_name());
	if (ret)
		return ret;
	at = strlen(dump_path);
	if (n == 1)
		len = snprintf(dump_path + at, sizeof(dump_path) - at, ".%d",
			       sys_getpid());
	else if (n > 1)
		len = snprintf(dump_path + at, sizeof(dump_path) - at,
			       ".%d.%u", sys_getpid(), n);
	return len < 0 ? -ENAMETOOLONG : 0;
}

/* A fork child is never the first. */
static int create_dump(struct writer *writer, bool forked)
{
	int ret = -EEXIST;

	for (unsigned int n = forked; n < NAMES_MAX && ret == -EEXIST; n++) {
		ret = name_dump(n);
		if (ret == 0)
			ret = writer_create(writer);
	}
	return ret;
}

static int name_ring(char *path, size_t bytes)
{
	const char *base = strrchr(dump_path, '/') + 1;
	int len;

	if (options.ring_dir[0])
		len = snprintf(path, bytes, "%s/%s" RING_SUFFIX,
			       options.ring_dir, base);
	else
		len = snprintf(path, bytes, "%s" RING_SUFFIX, dump_path);
	return len > 0 && (size_t)len < bytes ? 0 : -ENAMETOOLONG;
}

static void fill_header(const struct writer *writer)
{
	struct ring_header *header = ring.header;

	started = clock_now(clock_unit());
	header->pid = (uint32_t)sys_getpid();
	header->session = options.session;
	header->state = RING_LIVE;
	header->drainer = options.session && !ring.anonymous ?
			  RING_DRAIN_COLLECTOR : RING_DRAIN_SELF;
	header->on_full = options.on_full;
	header->tick_shift = clock_tick_shift();
	header->clock = clock_unit();
	header->start_tick = started.units >> clock_tick_shift();
	header->dump_device = writer->file.device;
	header->dump_inode = writer->file.inode;
}

static int write_meta(struct writer *writer, uint64_t seed, bool forked)
{
	struct payload_meta meta = {
		.program = program,
		.arguments = arguments,
		.argument_count = argument_count,
		.pid = sys_getpid(),
		.parent_pid = getppid(),
		.host = host,
		.directory = directory,
		.ring = ring.path,
		.allocator = allocator,
		.allocator_version = allocator_version,
		.tunables = options.tunables[0] ? options.tunables : NULL,
		.unseen_allocator = unseen_allocator,
		.empty_pair = empty_pair,
		.start_tick = ring.header->start_tick,
		.start_monotonic_ns = started.ns,
		.start_realtime_ns = clock_ns(CLOCK_REALTIME),
		.sample_bytes = options.sample_bytes,
		.seed = seed,
		.session = options.session,
		.free_stacks = options.free_stacks,
		.details = options.details,
		.tick_shift = clock_tick_shift(),
		.clock = clock_unit(),
		.mode = options.sample_bytes ? MODE_SAMPLED : MODE_EXACT,
		.on_full = (enum dump_on_full)options.on_full,
		.drainer = (enum dump_drainer)ring.header->drainer,
		.forked = forked,
		.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
	};
	struct writer_block block = {
		.type = DUMP_META,
		.count = 1,
		.first_tick = meta.start_tick,
		.last_tick = meta.start_tick,
	};

	payload_put_meta(writer_begin(writer), &meta);
	return writer_append(writer, &block);
}

/* An exec left the dump of the program before without an end. The name has
 * the pid, except that of the first: both are found by looking around. */
static void finish_previous(struct writer_space *space)
{
	char path[4096];
	char *slash;

	if (options.session || name_dump(0))
		return;
	if (options.ring_dir[0]) {
		previous_image_finish(options.ring_dir, space);
		return;
	}
	strcpy(path, dump_path);
	slash = strrchr(path, '/');
	slash[slash == path] = '\0';
	previous_image_finish(path, space);
}

static int make_files(struct writer *w, uint64_t seed, bool forked)
{
	char ring_path[4096];
	int ret = create_dump(w, forked);

	if (ret)
		return ret;
	ret = name_ring(ring_path, sizeof(ring_path));
	if (ret == 0)
		ret = ring_create(dump_path, ring_path);
	if (ret == 0) {
		fill_header(w);
		w->ring = ring.header;
		ret = write_meta(w, seed, forked);
	}
	writer_close(w);
	if (ret)
		dump_discard();
	return ret;
}

int dump_start(uint64_t seed, bool forked)
{
	struct writer_space *space = backpressure_space();
	struct writer writer;

	if (!space)
		return -ENOMEM;
	writer_init(&writer, space, dump_path);
	if (!forked)
		finish_previous(writer.space);
	return make_files(&writer, seed, forked);
}

void dump_discard(void)
{
	sys_unlink(dump_path);
	ring_unlink();
}
