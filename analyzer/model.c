/* SPDX-License-Identifier: MIT */
#include "analyzer/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

/* More than these, and the dump is not telling the truth. */
#define MODULES_MAX (1u << 20)
#define THREADS_MAX (1u << 22)
/* Usage samples kept: from then on every second, fourth ... */
#define USAGE_MAX 4096
/* A tick of about 1 us, for a dump whose clock cannot be told. */
#define NS_PER_TICK_GUESS 1000.0

void model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	stack_tree_init(&m->stacks);
	m->meta.sample_bytes = 1;
	m->usage_stride = 1;
	m->ns_per_tick = NS_PER_TICK_GUESS;
	m->ns_per_tick_guessed = true;
}

static void release_meta(struct model_meta *meta)
{
	for (size_t i = 0; i < meta->argument_count; i++)
		free(meta->arguments[i]);
	free(meta->arguments);
	free(meta->program);
	free(meta->host);
	free(meta->allocator);
	free(meta->allocator_version);
	free(meta->tunables);
	free(meta->unseen_allocator);
	free(meta->ring_path);
	free(meta->version);
	free(meta->directory);
}

static void release_module(struct model_module *module)
{
	free(module->build_id);
	free(module->path);
	free(module->segments);
}

void model_release(struct model *m)
{
	release_meta(&m->meta);
	stack_tree_release(&m->stacks);
	for (size_t i = 0; i < m->module_count; i++)
		release_module(&m->modules[i]);
	for (size_t i = 0; i < m->thread_count; i++)
		free(m->threads[i].name);
	free(m->modules);
	free(m->threads);
	free(m->usage);
	memset(m, 0, sizeof(*m));
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_modules(const void *a, const void *b)
{
	const struct model_module *x = a;
	const struct model_module *y = b;

	return compare(x->id, y->id);
}

static int compare_threads(const void *a, const void *b)
{
	const struct model_thread *x = a;
	const struct model_thread *y = b;

	return compare(x->serial, y->serial);
}

static int compare_records(const void *a, const void *b)
{
	const struct model_thread *x = a;
	const struct model_thread *y = b;

	return x->serial != y->serial ? compare(x->serial, y->serial) :
					compare(x->order, y->order);
}

static int compare_usage(const void *a, const void *b)
{
	const struct model_usage *x = a;
	const struct model_usage *y = b;

	return compare(x->tick, y->tick);
}

const struct model_module *model_module(const struct model *m, uint32_t id)
{
	struct model_module key = { .id = id };

	if (m->module_count == 0)
		return NULL;
	return bsearch(&key, m->modules, m->module_count, sizeof(key),
		       compare_modules);
}

const struct model_thread *model_thread(const struct model *m, uint32_t serial)
{
	struct model_thread key = { .serial = serial };

	if (m->thread_count == 0)
		return NULL;
	return bsearch(&key, m->threads, m->thread_count, sizeof(key),
		       compare_threads);
}

double model_tick_ns(const struct model *m, uint64_t tick)
{
	return ((double)tick - (double)m->meta.start_tick) * m->ns_per_tick;
}

uint64_t model_tick_at(const struct model *m, double ns)
{
	double tick = (double)m->meta.start_tick + ns / m->ns_per_tick;

	if (!(tick > 0))
		return 0;
	return tick < 0x1p64 ? (uint64_t)tick : UINT64_MAX;
}

int model_add_module(struct model *m, const struct model_module *module)
{
	if (m->module_count == MODULES_MAX)
		return -1;
	GROW(m->modules, m->module_capacity, m->module_count);
	m->modules[m->module_count++] = *module;
	return 0;
}

int model_add_thread(struct model *m, const struct model_thread *thread,
		     size_t name_bytes)
{
	struct model_thread *record;

	if (m->thread_count == THREADS_MAX)
		return -1;
	GROW(m->threads, m->thread_capacity, m->thread_count);
	record = &m->threads[m->thread_count];
	*record = *thread;
	record->name = xstrndup(thread->name, name_bytes);
	record->order = (uint32_t)m->thread_count++;
	return 0;
}

void model_add_usage(struct model *m, const struct model_usage *usage)
{
	uint64_t rss = usage->rss_bytes > usage->recorder_bytes ?
			       usage->rss_bytes - usage->recorder_bytes :
			       0;

	if (rss > m->peak_rss_bytes)
		m->peak_rss_bytes = rss;
	m->usage_last = *usage;
	if (m->usage_seen++ % m->usage_stride)
		return;
	if (m->usage_count == USAGE_MAX) {
		for (size_t i = 0; i < USAGE_MAX / 2; i++)
			m->usage[i] = m->usage[2 * i];
		m->usage_count = USAGE_MAX / 2;
		m->usage_stride *= 2;
	}
	GROW(m->usage, m->usage_capacity, m->usage_count);
	m->usage[m->usage_count++] = *usage;
}

/* Drops later modules of the same id. */
static void sort_modules(struct model *m)
{
	size_t kept = 0;

	if (m->module_count)
		qsort(m->modules, m->module_count, sizeof(*m->modules),
		      compare_modules);
	for (size_t i = 0; i < m->module_count; i++) {
		if (kept && m->modules[kept - 1].id == m->modules[i].id)
			release_module(&m->modules[i]);
		else
			m->modules[kept++] = m->modules[i];
	}
	m->module_count = kept;
}

static void merge_thread(struct model_thread *into,
			 struct model_thread *record)
{
	if (record->tid)
		into->tid = record->tid;
	if (!into->started_tick)
		into->started_tick = record->started_tick;
	if (record->ended_tick)
		into->ended_tick = record->ended_tick;
	if (record->name[0]) {
		free(into->name);
		into->name = record->name;
	} else {
		free(record->name);
	}
}

/* Many records become one a thread, in the order in which they came. */
static void sort_threads(struct model *m)
{
	size_t kept = 0;

	if (m->thread_count)
		qsort(m->threads, m->thread_count, sizeof(*m->threads),
		      compare_records);
	for (size_t i = 0; i < m->thread_count; i++) {
		if (kept && m->threads[kept - 1].serial == m->threads[i].serial)
			merge_thread(&m->threads[kept - 1], &m->threads[i]);
		else
			m->threads[kept++] = m->threads[i];
	}
	m->thread_count = kept;
}

static void sort_usage(struct model *m)
{
	if (m->usage_count == 0)
		return;
	if (m->usage[m->usage_count - 1].tick != m->usage_last.tick) {
		GROW(m->usage, m->usage_capacity, m->usage_count);
		m->usage[m->usage_count++] = m->usage_last;
	}
	qsort(m->usage, m->usage_count, sizeof(*m->usage), compare_usage);
}

/* Two moments of which tick and time are known give the clock's rate. */
static void fit_clock(struct model *m)
{
	const struct model_meta *meta = &m->meta;
	uint64_t tick = meta->start_tick;
	uint64_t ns = meta->start_monotonic_ns;
	const struct model_usage *last;
	double rate;

	if (meta->clock == CLOCK_UNIT_MONOTONIC_NS) {
		m->ns_per_tick = ldexp(1, (int)meta->tick_shift);
		m->ns_per_tick_guessed = false;
		return;
	}
	if (m->usage_count == 0)
		return;
	last = &m->usage[m->usage_count - 1];
	if (tick == 0 || ns == 0) {
		tick = m->usage[0].tick;
		ns = m->usage[0].monotonic_ns;
	}
	if (last->tick <= tick || last->monotonic_ns <= ns)
		return;
	rate = (double)(last->monotonic_ns - ns) / (double)(last->tick - tick);
	m->ns_per_tick_guessed = !(rate > 1e-3 && rate < 1e9);
	if (!m->ns_per_tick_guessed)
		m->ns_per_tick = rate;
}

static void default_string(char **string)
{
	if (!*string)
		*string = xstrndup("", 0);
}

void model_seal(struct model *m)
{
	struct model_meta *meta = &m->meta;

	default_string(&meta->program);
	default_string(&meta->host);
	default_string(&meta->allocator);
	default_string(&meta->allocator_version);
	default_string(&meta->tunables);
	default_string(&meta->unseen_allocator);
	default_string(&meta->ring_path);
	default_string(&meta->version);
	default_string(&meta->directory);
	sort_modules(m);
	sort_threads(m);
	sort_usage(m);
	stack_tree_seal(&m->stacks);
	fit_clock(m);
}
