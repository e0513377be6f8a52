/* SPDX-License-Identifier: MIT */
/* From a built dump to its profile, for the tests of replay. */
#ifndef TESTS_UNIT_REPLAY_RUN_H
#define TESTS_UNIT_REPLAY_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/profile.h"
#include "tests/unit/dump_builder.h"

#define STACKS 12
#define A 0x1000
#define B 0x2000
#define C 0x3000

/* Begins an exact dump with stacks 2 .. 2 + STACKS - 1. */
__attribute__((unused)) static void begin(struct dump_builder *b,
					  enum dump_mode mode)
{
	struct stack_node nodes[STACKS];

	dump_builder_init(b);
	dump_builder_meta(b, mode, 1000);
	for (uint32_t i = 0; i < STACKS; i++)
		nodes[i] = (struct stack_node){ .address = 0x100 + i };
	dump_builder_stacks(b, 2, nodes, STACKS);
}

__attribute__((unused)) static struct profile *
run_view(struct dump_builder *b, struct recording **r,
	 const struct profile_view *view)
{
	struct profile *p;

	*r = dump_builder_open(b);
	assert_int_equal(profile_run(&p, *r, view), 0);
	return p;
}

__attribute__((unused)) static struct profile *
run(struct dump_builder *b, struct recording **r)
{
	const struct profile_view view = { .by = PROFILE_BY_STACK };

	dump_builder_end(b, END_EXIT);
	return run_view(b, r, &view);
}

__attribute__((unused)) static void
finish(struct dump_builder *b, struct recording *r, struct profile *p)
{
	profile_free(p);
	recording_free(r);
	dump_builder_release(b);
}

__attribute__((unused)) static const struct site *
site_of(const struct profile *p, uint32_t key)
{
	for (size_t i = 0; i < p->site_count; i++)
		if (p->sites[i].key == key)
			return &p->sites[i];
	fail_msg("no site %u", key);
	return NULL;
}
#endif
