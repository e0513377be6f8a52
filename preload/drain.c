/* SPDX-License-Identifier: MIT */
#include "preload/drain.h"

#include <errno.h>
#include <string.h>

#include "preload/block_index.h"
#include "preload/clock.h"
#include "preload/event_drain.h"
#include "preload/sys.h"

#define BLOCK_EVENTS_MIN EVENT_ENCODER_MAX
#define PENDING_NS_MAX 1000000000u /* however few events: written by then */
#define BLIND_NS_MAX 1000000000u   /* then go on with what is visible */
#define CHAIN_MAX 64		   /* buffers of one thread, growing */
#define FINISH_ROUNDS 4
#define SYNC_SLACK_TICKS 128 /* stamps may be early, and step back */
#define SYNC_EVENTS 65536
#define SYNC_NS 250000000u
/*
 * So many events after a SYNC, small buffers are no longer spared: a reader
 * has to keep what stands between two SYNCs. Per buffer, so that small blocks
 * stay rare.
 */
#define SYNC_EVENTS_MAX 262144
#define SYNC_EVENTS_PER_BUFFER 4096

void drain_init(struct drain *d, const struct drain_setup *setup)
{
	struct ring_header *header = setup->view.header;

	memset(d, 0, sizeof(*d));
	d->setup = *setup;
	series_init(&d->series, setup->usage, setup->pid);
	writer_init(&d->writer, setup->space, header->dump_path);
	d->writer.ring = header;
	d->writer.file.device = header->dump_device;
	d->writer.file.inode = header->dump_inode;
	d->alone_since = UINT64_MAX;
}

void drain_release(struct drain *d)
{
	writer_close(&d->writer);
}

/* The first call of a new drainer: what did the one before leave? */
static int settle(struct drain *d)
{
	struct ring_header *header = d->setup.view.header;
	struct ring_view_buffer buffer;
	bool found = ring_view_buffer(&d->setup.view, header->intent.buffer,
				      &buffer);
	int ret = writer_settle(&d->writer, found ? buffer.ring : NULL);

	if (ret < 0 && !d->writer.error)
		return ret;
	tree_drain_init(&d->tree, &d->setup.view);
	d->first_sequence = header->dump_sequence;
	d->settled = true;
	return 0;
}

static int begin(struct drain *d)
{
	const struct ring_header *header = d->setup.view.header;
	struct clock_moment now = clock_now((enum dump_clock)header->clock);

	d->cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	d->now_ns = now.ns;
	d->now = now.units >> (header->tick_shift & 63); /* the ring's ticks */
	d->taken = 0;
	d->pressed = false;
	if (d->writer.error && !d->setup.collector)
		return d->writer.error; /* it would encode in vain */
	return d->settled ? 0 : settle(d);
}

static int end(struct drain *d, int ret)
{
	uint64_t *cpu = &d->setup.view.header->stats[STAT_DRAIN_CPU_NS];

	if (!d->setup.collector)
		writer_close(&d->writer);
	__atomic_add_fetch(cpu, clock_ns(CLOCK_THREAD_CPUTIME_ID) - d->cpu_ns,
			   __ATOMIC_RELAXED);
	return ret;
}

/* After the heads were read: a thread that is not there yet comes later. */
static void look_for_company(struct drain *d)
{
	if (!buffer_list_has_one_thread(&d->setup.view))
		d->alone_since = UINT64_MAX;
	else if (d->alone_since == UINT64_MAX)
		d->alone_since = d->now;
}

/* False if some buffers can't be seen, and not for long. */
static bool read_heads(struct drain *d)
{
	uint64_t before = d->heads.sum;
	bool all = buffer_list_read_heads(&d->setup.view, &d->heads);

	d->flows = d->heads.sum != before;
	look_for_company(d);
	if (all) {
		d->blind_ns = 0;
		return true;
	}
	if (d->blind_ns == 0)
		d->blind_ns = d->now_ns;
	return d->now_ns - d->blind_ns > BLIND_NS_MAX;
}

static bool is_worth_it(struct drain *d, const struct ring_view_buffer *b,
			unsigned int flags)
{
	struct ring_buffer *ring = b->ring;
	uint64_t count = buffer_pending(b);
	bool grown = b->bytes >= RING_BUFFER_BYTES_MAX ||
		     __atomic_load_n(&ring->full_grown, __ATOMIC_RELAXED);
	bool half = grown && count >= b->capacity / 2;

	if (ring->pending_ns == 0)
		ring->pending_ns = d->now_ns;
	d->pressed |= half;
	return (flags & (DRAIN_ALL | DRAIN_GONE)) ||
	       count >= BLOCK_EVENTS_MIN || half ||
	       ring->round_state != RING_BUFFER_ACTIVE ||
	       __atomic_load_n(&ring->waiters, __ATOMIC_RELAXED) ||
	       d->now_ns - ring->pending_ns >= PENDING_NS_MAX;
}

/* A dump that can't be written must not hold up a target that waits; once
 * some events are missing, what comes later is of no use. */
static bool must_drop(const struct drain *d, unsigned int flags)
{
	if (!d->writer.error)
		return false;
	return d->drop_the_rest ||
	       (d->setup.collector && (d->dropped || !(flags & DRAIN_GONE)));
}

/* A block or more of a buffer up to this round's head; what would be a small
 * block only if no more can come, or all must go. */
static int drain_one(struct drain *d, const struct ring_view_buffer *b,
		     unsigned int flags)
{
	bool all = flags || b->ring->round_state != RING_BUFFER_ACTIVE;
	uint64_t count = buffer_pending(b);
	uint64_t left = count;
	int ret = 0;

	while (ret == 0 && left > 0 && !must_drop(d, flags) &&
	       (all || left == count || left >= BLOCK_EVENTS_MIN)) {
		ret = event_drain_block(&d->writer, b, b->ring->round_head,
					d->alone_since);
		left = buffer_pending(b);
	}
	if (must_drop(d, flags)) {
		event_drain_drop(&d->writer, b, b->ring->round_head);
		d->dropped = true;
		ret = 0;
	}
	count -= buffer_pending(b);
	if (count)
		b->ring->pending_ns = 0;
	d->taken += count;
	d->since_sync += count;
	return ret;
}

/* One pass over the list. -ENODATA if all that is left is blocked. */
static int drain_pass(struct drain *d, unsigned int flags, bool force)
{
	struct buffer_list list;
	struct ring_view_buffer b;
	bool blocked = false;
	bool progress = false;

	buffer_list_begin(&list, &d->setup.view);
	while (buffer_list_next(&list, &b)) {
		int ret;

		if (buffer_pending(&b) == 0 || !is_worth_it(d, &b, flags))
			continue;
		if (!force && buffer_is_blocked(&d->setup.view, &b)) {
			blocked = true;
			continue;
		}
		ret = drain_one(d, &b, flags);
		if (ret < 0)
			return ret;
		progress = true;
	}
	if (!blocked)
		return 0;
	return progress ? 1 : -ENODATA;
}

/* Newest first, so older buffers of a thread come later: several passes. */
static int drain_buffers(struct drain *d, unsigned int flags)
{
	int ret = event_drain_names(&d->writer, &d->setup.view);

	if (ret < 0 && !must_drop(d, flags))
		return ret;
	ret = 1;
	for (int pass = 0; pass < CHAIN_MAX && ret > 0; pass++)
		ret = drain_pass(d, flags, false);
	if (ret > 0 || ret == -ENODATA)
		ret = flags & DRAIN_GONE ? drain_pass(d, flags, true) : 0;
	return ret;
}

static int write_sync(struct drain *d, unsigned int flags)
{
	struct writer_block block = { .type = DUMP_SYNC };
	int ret;

	if (d->since_sync == 0 ||
	    (d->since_sync < SYNC_EVENTS && !(flags & DRAIN_ALL) &&
	     d->now_ns - d->sync_ns < SYNC_NS))
		return 0;
	block.first_tick = buffer_list_complete_tick(&d->setup.view, d->now);
	block.first_tick -= block.first_tick < SYNC_SLACK_TICKS
				    ? block.first_tick
				    : SYNC_SLACK_TICKS;
	block.last_tick = block.first_tick;
	if (block.first_tick <= d->sync_tick)
		return 0;
	writer_begin(&d->writer);
	ret = writer_append(&d->writer, &block);
	if (ret < 0)
		return ret;
	d->sync_tick = block.first_tick;
	d->sync_ns = d->now_ns;
	d->since_sync = 0;
	return 0;
}

static bool sync_is_overdue(const struct drain *d)
{
	return d->since_sync >= SYNC_EVENTS_MAX &&
	       d->since_sync >= SYNC_EVENTS_PER_BUFFER * (uint64_t)d->heads.count;
}

static int write_series(struct drain *d, bool last)
{
	struct series_moment moment = {
		.tick = d->now,
		.monotonic_ns = d->now_ns,
		.flow = d->taken > 0,
		.last = last,
	};

	return series_write(&d->series, &d->writer, &moment);
}

/* A full round, begun and not ended. */
static int do_round(struct drain *d, unsigned int flags)
{
	int ret = 0;

	if (!read_heads(d) && !(flags & DRAIN_GONE))
		return -EAGAIN;
	if (sync_is_overdue(d))
		flags |= DRAIN_ALL;
	ret = tree_drain_all(&d->tree, &d->setup.view, &d->writer);
	if (ret == -EAGAIN && (flags & DRAIN_GONE))
		ret = 0;
	if (ret == 0 || must_drop(d, flags))
		ret = drain_buffers(d, flags);
	buffer_list_free_emptied(&d->setup.view);
	if (ret == 0 && !d->writer.error)
		ret = write_sync(d, flags);
	return ret;
}

int drain_round(struct drain *d, unsigned int flags)
{
	int ret;

	if (d->ended)
		return 0; /* nothing stands behind an END */
	ret = begin(d);
	if (ret == 0)
		ret = do_round(d, flags);
	if (ret == 0)
		write_series(d, false);
	return end(d, ret);
}

/* Offsets of a buffer and those before it, oldest last; how many. */
static int chain_of(struct drain *d, uint64_t offset,
		    struct ring_view_buffer *chain)
{
	int count = 0;

	while (count < CHAIN_MAX &&
	       ring_view_buffer(&d->setup.view, offset, &chain[count])) {
		buffer_read_head(chain[count].ring);
		offset = chain[count].ring->before;
		count++;
	}
	return count;
}

static int drain_chain(struct drain *d, uint64_t offset)
{
	struct ring_view_buffer chain[CHAIN_MAX];
	int count = chain_of(d, offset, chain);
	int ret;

	look_for_company(d);
	ret = tree_drain_all(&d->tree, &d->setup.view, &d->writer);

	while (ret == 0 && count-- > 0)
		ret = drain_one(d, &chain[count], DRAIN_ALL);
	return ret;
}

int drain_buffer(struct drain *d, uint64_t offset)
{
	int ret;

	if (d->ended)
		return 0;
	ret = begin(d);
	if (ret == 0)
		ret = sync_is_overdue(d) ? do_round(d, DRAIN_ALL)
					 : drain_chain(d, offset);
	if (ret == 0)
		write_series(d, false);
	return end(d, ret);
}

static int write_end(struct drain *d, enum end_reason reason)
{
	struct writer_block block = {
		.type = DUMP_END,
		.first_tick = d->now,
		.last_tick = d->now,
	};
	int ret = writer_open(&d->writer);

	if (ret < 0)
		return ret;
	block_index_put(&d->writer, reason);
	ret = writer_append(&d->writer, &block);
	d->ended = ret == 0;
	return ret;
}

/* Did the drainer before us finish, and nothing came afterwards? */
static bool is_finished(struct drain *d)
{
	if (d->ended)
		return true;
	return d->settled &&
	       d->setup.view.header->dump_sequence == d->first_sequence &&
	       buffer_list_is_drained(&d->setup.view) &&
	       writer_open(&d->writer) == 0 && block_index_has_end(&d->writer);
}

int drain_finish(struct drain *d, enum end_reason reason, unsigned int flags)
{
	int ret = begin(d);
	int stats;

	/* Without a ring file nothing outlives this process: then what the
	 * dump can't take is counted in it, before its END. */
	d->drop_the_rest = d->setup.view.header->stats[STAT_ANONYMOUS_RING];
	if (d->drop_the_rest && ret == d->writer.error)
		ret = 0;
	if (is_finished(d))
		return end(d, 0);
	for (int i = 0; i < FINISH_ROUNDS && ret == 0; i++) {
		ret = do_round(d, flags | DRAIN_ALL);
		if (buffer_list_is_drained(&d->setup.view))
			break;
	}
	if (!d->settled)
		return end(d, ret);
	stats = write_series(d, true);
	/* A thread that passed the gate before it closed, and has had no
	 * processor since, may commit what it is at when the process is gone:
	 * the END does not wait for that. */
	if (ret == 0 && !buffer_list_is_taken(&d->setup.view))
		ret = -EAGAIN;
	if (stats == 0 && buffer_list_is_taken(&d->setup.view))
		ret = write_end(d, reason);
	return end(d, ret < 0 ? ret : stats);
}

bool drain_take_over(struct ring_header *header, const char *ring_path)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	uint32_t drainer = RING_DRAIN_COLLECTOR;
	bool taken = false;
	int fd;

	if (__atomic_load_n(&header->drainer, __ATOMIC_ACQUIRE) ==
	    RING_DRAIN_SELF)
		return true;
	fd = sys_open(ring_path, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0);
	if (fd < 0)
		return false;
	if (sys_fcntl(fd, F_OFD_SETLK, (long)&lock) == 0) {
		taken = __atomic_compare_exchange_n(
				&header->drainer, &drainer, RING_DRAIN_SELF,
				false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ||
			drainer == RING_DRAIN_SELF;
		lock.l_type = F_UNLCK;
		sys_fcntl(fd, F_OFD_SETLK, (long)&lock);
	}
	sys_close(fd);
	return taken;
}
