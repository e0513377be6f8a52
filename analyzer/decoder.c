/* SPDX-License-Identifier: MIT */
#include "analyzer/decoder.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/lane_heap.h"
#include "analyzer/memory.h"
#include "include/event_columns.h"

/* Events of all chunks: 12 MiB, but PIECE_MIN a lane in any case. */
#define HELD_MAX (256u << 10)
#define PIECE_MIN 256
/* With fewer events a thread is not worth its start. */
#define ALONE_BELOW 20000
#define NOBODY UINT32_MAX

/* How far a lane is, and what of it is ready. */
struct decoder_lane {
	size_t block;
	uint32_t before; /* events of the block that were decoded */
	bool busy;	 /* some are being decoded */
	struct decoder_chunk *first, *last;
};

struct decoder {
	const struct recording *recording;
	pthread_t thread;
	bool threaded;
	/* of whoever decodes */
	struct dump_payload payload;
	struct event_columns *columns;
	struct event *scratch; /* one whole block; NULL until needed */
	/* under the lock */
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	struct decoder_lane *lanes;
	struct lane_heap heap; /* lanes by their next block's first tick */
	struct decoder_chunk *spare;
	size_t held;	 /* capacity of all chunks but the spare ones */
	uint32_t wanted; /* the lane that is waited for, or NOBODY */
	bool full;	 /* the thread waits for chunks to come back */
	bool stop;
};

/* What is to be decoded next. */
struct job {
	uint32_t lane;
	const struct event_block *block;
	struct decoder_chunk *chunk;
	uint32_t before;
};

static const struct event_block *next_block(const struct decoder *d,
					    uint32_t lane)
{
	const struct lane *l = &d->recording->lanes[lane];

	return d->lanes[lane].block < l->block_count ?
		       &l->blocks[d->lanes[lane].block] :
		       NULL;
}

/* A spare chunk that is neither too small nor far too large, or a new one. */
static struct decoder_chunk *get_chunk(struct decoder *d, uint32_t count)
{
	struct decoder_chunk *chunk = d->spare;

	if (chunk)
		d->spare = chunk->next;
	if (chunk && (chunk->capacity < count || chunk->capacity / 4 > count)) {
		free(chunk->memory);
		free(chunk);
		chunk = NULL;
	}
	if (!chunk) {
		chunk = xcalloc(1, sizeof(*chunk));
		/* the next ones may be a little larger */
		chunk->capacity = count + count / 4;
		chunk->memory = xreallocarray(
			NULL, DECODER_HISTORY + (size_t)chunk->capacity,
			sizeof(*chunk->memory));
	}
	d->held += chunk->capacity;
	chunk->events = chunk->memory + DECODER_HISTORY;
	chunk->next = NULL;
	return chunk;
}

/* How much of `left` events a lane gets that is waited for. */
static uint32_t piece_size(const struct decoder *d, uint32_t left)
{
	size_t room = d->held < HELD_MAX ? (HELD_MAX - d->held) / 2 : 0;

	if (room < PIECE_MIN)
		room = PIECE_MIN;
	return left <= room ? left : (uint32_t)room;
}

/* Moves a lane on by the next `size` events of its block. */
static void begin_job(struct decoder *d, uint32_t lane, uint32_t size,
		      struct job *job)
{
	struct decoder_lane *p = &d->lanes[lane];
	const struct event_block *block = next_block(d, lane);
	struct decoder_chunk *chunk = get_chunk(d, size);

	job->lane = lane;
	job->block = block;
	job->chunk = chunk;
	job->before = p->before;
	chunk->block = p->block;
	chunk->count = size;
	chunk->left = block->count - p->before - size;
	p->busy = true;
	p->before += size;
	if (chunk->left == 0) {
		p->block++;
		p->before = 0;
	}
}

/* The lane whose block comes first, or NOBODY. */
static uint32_t first_lane(struct decoder *d)
{
	while (d->heap.count) {
		struct lane_key key = d->heap.keys[0];
		const struct event_block *block = next_block(d, key.lane);

		if (block && block->first_tick == key.tick)
			return key.lane;
		lane_heap_pop(&d->heap);
		if (block)
			lane_heap_push(&d->heap, key.lane, block->first_tick);
	}
	return NOBODY;
}

/* Something to decode now, within bounds? */
static bool find_job(struct decoder *d, struct job *job)
{
	uint32_t lane = d->wanted;
	uint32_t left;

	if (lane != NOBODY && !d->lanes[lane].first && next_block(d, lane)) {
		left = next_block(d, lane)->count - d->lanes[lane].before;
		begin_job(d, lane, piece_size(d, left), job);
		return true;
	}
	lane = first_lane(d);
	if (lane == NOBODY)
		return false;
	left = next_block(d, lane)->count - d->lanes[lane].before;
	if (left > HELD_MAX)
		return false; /* when it is waited for, a piece of it */
	d->full = d->held > (d->full ? HELD_MAX / 2 : HELD_MAX - left);
	if (d->full)
		return false;
	begin_job(d, lane, left, job);
	return true;
}

/* 0, or a negative enum dump_error. */
static int decode(struct decoder *d, const struct event_block *block,
		  struct event *into)
{
	int ret = dump_reader_load(&d->recording->reader, block->offset,
				   block->stored_bytes, &d->payload);

	if (ret == 0 &&
	    event_columns_decode(d->columns, d->payload.bytes, d->payload.len,
				 into, block->count) < 0)
		ret = DUMP_ERROR_CONTENT;
	return ret;
}

static int copy_events(struct decoder *d, const struct job *job)
{
	const struct event_block *block = job->block;
	struct decoder_chunk *chunk = job->chunk;
	const struct event *from;
	int ret = 0;

	if (block->stored_bytes && chunk->count == block->count)
		return decode(d, block, chunk->events);
	if (block->stored_bytes) {
		if (!d->scratch)
			d->scratch = xreallocarray(NULL, EVENT_COLUMNS_MAX,
						   sizeof(*d->scratch));
		ret = decode(d, block, d->scratch);
		from = d->scratch;
	} else {
		from = d->recording->lanes[job->lane].extra + block->offset;
	}
	if (ret == 0)
		memcpy(chunk->events, from + job->before,
		       chunk->count * sizeof(*from));
	return ret;
}

/* Without the lock. */
static void do_job(struct decoder *d, const struct job *job)
{
	struct decoder_chunk *chunk = job->chunk;

	chunk->error = copy_events(d, job);
	if (chunk->error < 0) {
		chunk->left += chunk->count;
		chunk->count = 0;
	}
}

static void finish_job(struct decoder *d, const struct job *job)
{
	struct decoder_lane *p = &d->lanes[job->lane];
	struct decoder_chunk *chunk = job->chunk;

	if (chunk->error < 0 && p->block == chunk->block) {
		p->block++; /* nor will the rest of it be read */
		p->before = 0;
	}
	if (p->first)
		p->last->next = chunk;
	else
		p->first = chunk;
	p->last = chunk;
	p->busy = false;
}

static void *work(void *argument)
{
	struct decoder *d = argument;
	struct job job;

	pthread_mutex_lock(&d->lock);
	while (!d->stop) {
		if (!find_job(d, &job)) {
			pthread_cond_wait(&d->work, &d->lock);
			continue;
		}
		pthread_mutex_unlock(&d->lock);
		do_job(d, &job);
		pthread_mutex_lock(&d->lock);
		finish_job(d, &job);
		if (job.lane == d->wanted)
			pthread_cond_signal(&d->done);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

struct decoder *decoder_new(const struct recording *recording)
{
	struct decoder *d = xcalloc(1, sizeof(*d));
	size_t lanes = recording->lane_count;

	d->recording = recording;
	d->wanted = NOBODY;
	d->columns = xcalloc(1, sizeof(*d->columns));
	event_columns_init(d->columns);
	d->lanes = xcalloc(lanes, sizeof(*d->lanes));
	lane_heap_init(&d->heap, lanes);
	for (uint32_t i = 0; i < lanes; i++)
		if (next_block(d, i))
			lane_heap_push(&d->heap, i,
				       next_block(d, i)->first_tick);
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->work, NULL);
	pthread_cond_init(&d->done, NULL);
	d->threaded = recording->event_count >= ALONE_BELOW &&
		      pthread_create(&d->thread, NULL, work, d) == 0;
	return d;
}

static void free_chunks(struct decoder_chunk *chunk)
{
	while (chunk) {
		struct decoder_chunk *next = chunk->next;

		free(chunk->memory);
		free(chunk);
		chunk = next;
	}
}

void decoder_free(struct decoder *d)
{
	if (d->threaded) {
		pthread_mutex_lock(&d->lock);
		d->stop = true;
		pthread_cond_signal(&d->work);
		pthread_mutex_unlock(&d->lock);
		pthread_join(d->thread, NULL);
	}
	for (size_t i = 0; i < d->recording->lane_count; i++)
		free_chunks(d->lanes[i].first);
	free_chunks(d->spare);
	free(d->lanes);
	lane_heap_release(&d->heap);
	pthread_mutex_destroy(&d->lock);
	pthread_cond_destroy(&d->work);
	pthread_cond_destroy(&d->done);
	dump_payload_release(&d->payload);
	free(d->columns);
	free(d->scratch);
	free(d);
}

/* Is nothing ready, but something still to come? */
static bool must_wait(const struct decoder *d, uint32_t lane)
{
	const struct decoder_lane *p = &d->lanes[lane];

	return !p->first && (p->busy || next_block(d, lane));
}

static void wait_for(struct decoder *d, uint32_t lane)
{
	struct job job;

	d->wanted = lane;
	while (must_wait(d, lane)) {
		if (d->threaded) {
			pthread_cond_signal(&d->work);
			pthread_cond_wait(&d->done, &d->lock);
		} else if (find_job(d, &job)) {
			do_job(d, &job);
			finish_job(d, &job);
		}
	}
	d->wanted = NOBODY;
}

struct decoder_chunk *decoder_next(struct decoder *d, uint32_t lane)
{
	struct decoder_lane *p = &d->lanes[lane];
	struct decoder_chunk *chunk;

	pthread_mutex_lock(&d->lock);
	if (must_wait(d, lane))
		wait_for(d, lane);
	chunk = p->first;
	if (chunk)
		p->first = chunk->next;
	pthread_mutex_unlock(&d->lock);
	return chunk;
}

void decoder_give_back(struct decoder *d, struct decoder_chunk *chunk)
{
	pthread_mutex_lock(&d->lock);
	d->held -= chunk->capacity;
	chunk->next = d->spare;
	d->spare = chunk;
	if (d->full && d->held <= HELD_MAX / 2)
		pthread_cond_signal(&d->work);
	pthread_mutex_unlock(&d->lock);
}
