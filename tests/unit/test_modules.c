/* SPDX-License-Identifier: MIT */
/* Modules and unwind rules, asked for by several threads while a library comes
 * and goes: what stays loaded keeps its module and its rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <stdlib.h>

#include "preload/loader.h"
#include "preload/modules.h"
#include "preload/ring.h"
#include "preload/rules.h"
#include "tests/unit/together.h"

#define THREADS 6u
#define ROUNDS 60u
#define PLACES 300u	  /* in the C library */
#define LIBRARY "libBrokenLocale.so.1" /* nobody here uses it */

static uintptr_t places[PLACES];
static uint32_t libc_id;

static int set_up(void **state)
{
	(void)state;
	loader_init();
	return modules_init() || ring_create("/nowhere", "/nowhere/ring") ||
	       rules_init();
}

static bool same(const struct rule *a, const struct rule *b)
{
	return a->kind == b->kind && a->cfa == b->cfa && a->bp == b->bp &&
	       a->module == b->module;
}

/* Begins and ends epochs, with a library that may come to stand where it
 * stood. */
static unsigned int load(void)
{
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		void *handle = dlopen(LIBRARY, RTLD_NOW);
		uintptr_t at = handle ? (uintptr_t)dlsym(handle,
							 "__ctype_get_mb_cur_max") : 0;
		const struct module *module = at ? modules_find(at) : NULL;

		if (!module) {
			wrong++;
			continue;
		}
		wrong += at < module->start || at >= module->end ||
			 module->id == libc_id || module->dead;
		rules_learn(at + 1);
		if (i % 2)
			modules_loader_freed(module->link_map);
		dlclose(handle);
		modules_unloaded();
	}
	return wrong;
}

static unsigned int ask(unsigned int number)
{
	unsigned int wrong = 0;

	if (number == 0)
		return load();
	for (unsigned int i = 0; i < ROUNDS * PLACES / 10; i++) {
		uintptr_t ip = places[(i * number) % PLACES];
		const struct module *module = modules_find(ip);
		const struct rule *kept;
		struct rule learned;

		wrong += !module || module->id != libc_id;
		kept = rules_lookup(ip);
		if (kept && i % 16) {
			wrong += kept->module != libc_id;
			continue;
		}
		learned = rules_learn(ip);
		wrong += learned.kind == RULE_NONE ||
			 learned.module != libc_id;
	}
	return wrong;
}

/* A library of the system may well be missing. */
static bool can_load(void)
{
	void *handle = dlopen(LIBRARY, RTLD_NOW);

	return handle && dlclose(handle) == 0;
}

static void what_stays_is_found(void **state)
{
	static struct rule before[PLACES];
	uintptr_t base = (uintptr_t)dlsym(RTLD_DEFAULT, "qsort_r");

	(void)state;
	if (!can_load())
		skip();
	for (unsigned int i = 0; i < PLACES; i++) {
		places[i] = base + i * 4;
		before[i] = rules_learn(places[i]);
	}
	libc_id = modules_find(base)->id;
	assert_int_equal(together(THREADS, ask), 0);
	assert_true(modules_epoch > ROUNDS);
	for (unsigned int i = 0; i < PLACES; i++) {
		struct rule now = rules_learn(places[i]);

		assert_true(same(&now, &before[i]));
	}
	assert_int_equal(modules_find(base)->id, libc_id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_is_found),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
