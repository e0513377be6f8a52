/* SPDX-License-Identifier: MIT */
#include "analyzer/demangle.h"
#include "analyzer/memory.h"

#include <libiberty/demangle.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* libiberty refuses longer names while its recursion limit is on. */
#define LIMITED_INPUT (DEMANGLE_RECURSION_LIMIT / 2 - 1)

/* Without that limit, recursion is as deep as the name is long: up to two
 * components a byte, under 2 KiB of frames each, only touched when needed. */
#define DEEP_STACK_BYTES (128u << 20)

struct demangler {
	const char *name;
	int options;
	char *text; /* DEMANGLE_OUTPUT_MAX bytes */
	size_t len;
	int ok;
	jmp_buf too_long;
};

/* A short name can stand for gigabytes (substitutions of substitutions), and
 * libiberty has no way to be told to stop; its callback forms keep their state
 * on the stack, so that leaving by longjmp is safe. */
static void take_text(const char *text, size_t len, void *opaque)
{
	struct demangler *d = opaque;

	if (len >= DEMANGLE_OUTPUT_MAX - d->len)
		longjmp(d->too_long, 1);
	if (len > 0)
		memcpy(d->text + d->len, text, len);
	d->len += len;
	d->text[d->len] = '\0';
}

static void run(struct demangler *d)
{
	d->ok = 0;
	d->len = 0;
	if (setjmp(d->too_long))
		return;
	d->ok = rust_demangle_callback(d->name, d->options, take_text, d);
	if (d->ok)
		return;
	d->len = 0;
	d->ok = cplus_demangle_v3_callback(d->name, d->options, take_text, d);
}

static void *run_thread(void *opaque)
{
	run(opaque);
	return NULL;
}

static void run_deep(struct demangler *d)
{
	pthread_attr_t attr;
	pthread_t thread;

	d->options |= DMGL_NO_RECURSE_LIMIT;
	if (pthread_attr_init(&attr))
		return;
	if (!pthread_attr_setstacksize(&attr, DEEP_STACK_BYTES) &&
	    !pthread_create(&thread, &attr, run_thread, d))
		pthread_join(thread, NULL);
	pthread_attr_destroy(&attr);
}

char *demangle(const char *name)
{
	char text[DEMANGLE_OUTPUT_MAX];
	size_t len = strlen(name);
	struct demangler d = { .name = name,
			       .text = text,
			       .options = DMGL_PARAMS | DMGL_ANSI };
	char *result;

	if (strncmp(name, "_Z", 2) && strncmp(name, "_R", 2))
		return xstrndup(name, len);
	if (len > DEMANGLE_INPUT_MAX)
		return xstrndup(name, len);
	if (len <= LIMITED_INPUT)
		run(&d);
	else
		run_deep(&d);
	result = d.ok && d.len > 0 ? xstrndup(d.text, d.len) :
				    xstrndup(name, len);
	return result;
}
