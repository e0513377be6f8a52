/* SPDX-License-Identifier: MIT */
/* The ring, as several threads take from it at once: no two get the same bytes,
 * and a drainer finds every buffer and every module. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/ring.h"
#include "preload/thread.h"
#include "tests/unit/together.h"

#define THREADS 8u
#define BUFFERS 60u
#define MODULES 200u
#define ROUNDS 2000u

static char folder[] = "/tmp/ring.XXXXXX";
static char path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/d.hwd.ring", folder);
	return ring_create("/nowhere", path) || ring_publish();
}

static int tear_down(void **state)
{
	(void)state;
	ring_unlink();
	return rmdir(folder);
}

static struct ring_buffer *taken[THREADS][BUFFERS];

static unsigned int take(unsigned int number)
{
	unsigned int wrong = 0;
	uint64_t offset;

	for (unsigned int i = 0; i < BUFFERS; i++) {
		uint32_t bytes = RING_BUFFER_BYTES_MIN;
		struct ring_buffer *buffer =
			ring_take_buffer(bytes, number + 1, 0, &offset);

		taken[number][i] = buffer;
		if (!buffer || ring_at(offset, buffer->bytes) != buffer) {
			wrong++;
			continue;
		}
		memset(buffer + 1, (int)number + 1,
		       buffer->bytes - sizeof(*buffer));
	}
	return wrong;
}

static bool is_own(const struct ring_buffer *buffer, unsigned int number)
{
	const uint8_t *bytes = (const uint8_t *)(buffer + 1);

	for (size_t i = 0; i < buffer->bytes - sizeof(*buffer); i++)
		if (bytes[i] != number + 1)
			return false;
	return buffer->thread == number + 1 &&
	       buffer->state == RING_BUFFER_ACTIVE;
}

static void buffers_are_one_thread_s(void **state)
{
	unsigned int listed = 0, wrong = 0;

	(void)state;
	assert_int_equal(together(THREADS, take), 0);
	for (unsigned int n = 0; n < THREADS; n++)
		for (unsigned int i = 0; i < BUFFERS; i++)
			wrong += !is_own(taken[n][i], n);
	assert_int_equal(wrong, 0);
	for (uint64_t at = ring.header->buffers; at; listed++)
		at = ((struct ring_buffer *)ring_at(at, 1))->older;
	assert_int_equal(listed, THREADS * BUFFERS);
}

/* All were given back, so that threads vie for the same ones. */
static void free_buffers_are_taken_once(void **state)
{
	uint64_t newest = ring.header->buffers;

	(void)state;
	for (uint64_t at = newest; at;) {
		struct ring_buffer *buffer = ring_at(at, 1);

		buffer->state = RING_BUFFER_FREE;
		at = buffer->older;
	}
	memset(taken, 0, sizeof(taken));
	buffers_are_one_thread_s(state);
	assert_int_equal(ring.header->buffers, newest);
}

static unsigned int log_modules(unsigned int number)
{
	struct {
		struct ring_module record;
		char path[64];
	} module;
	unsigned int wrong = 0;

	memset(&module, 0, sizeof(module));
	for (unsigned int i = 0; i < MODULES; i++) {
		module.record.id = number * MODULES + i + 1;
		module.record.path_bytes = (uint16_t)(i % 57);
		memset(module.path, 'a' + (int)number, sizeof(module.path));
		module.record.bytes = (uint32_t)(sizeof(module.record) +
				       module.record.path_bytes + 7) & ~7u;
		wrong += ring_log_module(&module.record) != 0;
	}
	return wrong;
}

static bool is_whole(const struct ring_module *module)
{
	unsigned int number = (module->id - 1) / MODULES;
	const char *name = (const char *)(module + 1);

	if (module->path_bytes != (module->id - 1) % MODULES % 57)
		return false;
	for (unsigned int i = 0; i < module->path_bytes; i++)
		if (name[i] != 'a' + (int)number)
			return false;
	return true;
}

static void modules_are_whole(void **state)
{
	static bool seen[THREADS * MODULES + 1];
	unsigned int count = 0;

	(void)state;
	assert_int_equal(together(THREADS, log_modules), 0);
	assert_int_equal(ring.header->module_count, THREADS * MODULES);
	for (unsigned int i = 0; i < RING_MODULE_CHUNKS &&
	     ring.header->module_chunks[i]; i++) {
		const uint8_t *at = ring_at(ring.header->module_chunks[i], 1);
		const uint8_t *end = at + RING_MODULE_CHUNK;
		const struct ring_module *module = (const void *)at;

		for (; at + sizeof(*module) <= end && module->bytes;
		     at += module->bytes, module = (const void *)at) {
			assert_in_range(module->id, 1, THREADS * MODULES);
			assert_false(seen[module->id]);
			assert_true(is_whole(module));
			seen[module->id] = true;
			count++;
		}
	}
	assert_int_equal(count, THREADS * MODULES);
}

/* A thread's state is its own between take and give. */
static unsigned int take_state(unsigned int number)
{
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct thread *thread = thread_take();
		uint64_t mark = (uint64_t)number << 32 | (i + 1);

		if (!thread || thread->last_sample || !thread->serial)
			return wrong + 1;
		thread->last_sample = mark;
		if (i % 8 == 0)
			sched_yield();
		wrong += thread->last_sample != mark;
		thread_give(thread);
	}
	return wrong;
}

static void states_are_one_thread_s(void **state)
{
	struct thread *thread;

	(void)state;
	assert_int_equal(together(THREADS, take_state), 0);
	thread = thread_take();
	assert_int_equal(thread->serial, THREADS * ROUNDS + 1);
	thread_give(thread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffers_are_one_thread_s),
		cmocka_unit_test(free_buffers_are_taken_once),
		cmocka_unit_test(modules_are_whole),
		cmocka_unit_test(states_are_one_thread_s),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
