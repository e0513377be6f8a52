/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/call_times.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/whole.h"

/* Slowness is counted in parts of a clock unit: of large copies it is small. */
#define PARTS 8.0

/* A plain call that took longer was interrupted: another thread ran meanwhile. */
#define LONG_NS 50e3
/* One that copies, clears or faults in bytes may take so much longer: as slow
 * as page faults are. */
#define LONG_NS_BYTE 1.0

/* Units, whatever else is said: no clock makes more, and no sum of these has no
 * end. */
#define LONG_MOST 0x1p50

/* Of work, by which calls are compared: only ratios matter, and not much. */
#define PLAIN_NS 25.0	 /* a call that touches no more than a block's head */
#define BYTE_NS 0.125	 /* to copy or to clear */
#define SYSTEM_NS 1000.0 /* mmap, mremap, munmap */
#define PAGES_BYTE_NS 0.0625 /* to give pages back */

#define MMAP_LEAST (128u << 10) /* glibc's threshold at first */
#define MMAP_PLACE 16		/* of such a block in its page */
#define PAGE 4096

void call_times_add(struct call_times *times, double duration, double work,
		    double long_units)
{
	if (duration > fmin(long_units, LONG_MOST)) {
		times->long_calls++;
		times->long_units += duration;
		return;
	}
	times->count++;
	spread_add(&times->slowness, whole_of(duration * PARTS / work + 0.5),
		   work);
}

/* Of a slowness, the duration of a call with the usual work. */
static double of_usual(const struct call_times *times, double slowness)
{
	return times->count > 0 ? slowness / PARTS * times->slowness.count /
					  times->count : 0;
}

double call_times_quantile(const struct call_times *times, double share)
{
	return of_usual(times, spread_quantile(&times->slowness, share));
}

double call_times_capped(const struct call_times *times, double share)
{
	return of_usual(times, spread_mean_capped(&times->slowness, share));
}

double call_times_mean(const struct call_times *times)
{
	double all = call_times_all(times);

	return all > 0 ? (times->slowness.sum / PARTS + times->long_units) /
				 all : 0;
}

void call_meter_init(struct call_meter *meter, const struct model *model,
		     size_t lanes)
{
	double units = ldexp(1, (int)model->meta.tick_shift);

	*meter = (struct call_meter){
		.units_per_ns = units / model->ns_per_tick,
		.long_units = LONG_NS / model->ns_per_tick * units,
		.taken = xcalloc(lanes + 1, sizeof(*meter->taken)),
	};
}

void call_meter_release(struct call_meter *meter)
{
	free(meter->taken);
	*meter = (struct call_meter){ 0 };
}

/* The kernel makes and moves the pages of blocks that have some of their own. */
static bool is_mapped(uint64_t address, uint64_t size)
{
	return size >= MMAP_LEAST && address % PAGE == MMAP_PLACE;
}

/* Bytes that a realloc has copied: none where the block stayed. */
static double copied(const struct call_meter *meter,
		     const struct replay_step *step)
{
	const struct call_origin *old = &meter->taken[step->lane];

	if (old->address == step->block->address ||
	    is_mapped(old->address, old->size))
		return 0;
	return (double)(old->size < step->block->size ? old->size :
							step->block->size);
}

void call_meter_time(const struct call_meter *meter, struct site_calls *calls,
		     const struct replay_step *step)
{
	const struct live_block *block = step->block;
	bool mapped = is_mapped(block->address, block->size);
	double ns = PLAIN_NS + (mapped ? SYSTEM_NS : 0), bytes = 0;
	struct call_times *times = &calls->allocations;

	switch (step->event->kind) {
	case EVENT_REALLOC_NEW:
		times = &calls->reallocs;
		bytes = copied(meter, step);
		break;
	case EVENT_CALLOC: /* new pages are clear */
		bytes = mapped ? 0 : (double)block->size;
		break;
	default:
		if (!event_is_release(step->event->kind))
			break;
		times = &calls->releases;
		ns += mapped ? PAGES_BYTE_NS * (double)block->size : 0;
	}
	call_times_add(times, (double)step->event->duration,
		       (ns + BYTE_NS * bytes) / PLAIN_NS,
		       meter->long_units + meter->units_per_ns * LONG_NS_BYTE *
				       (mapped ? (double)block->size : bytes));
}
