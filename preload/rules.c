/* SPDX-License-Identifier: MIT */
#include "preload/rules.h"

#include <errno.h>

#include "preload/arena.h"
#include "preload/ring.h"
#include "preload/spin.h"
#include "preload/unwind_gate.h"

#define TABLE_FIRST 4096u
#define TABLE_MAX (1u << 22)

struct rules_table *rules_table;
static struct spin insert;
static uint64_t used; /* under `insert` */

static struct rules_table *new_table(uint64_t slots)
{
	struct rules_table *fresh = arena_map(sizeof(struct rules_table) +
					slots * sizeof(struct rule));

	if (fresh)
		fresh->mask = slots - 1;
	return fresh;
}

int rules_init(void)
{
	int ret;

	if (rules_table)
		return 0;
	ret = rule_lesson_init();
	if (ret)
		return ret;
	rules_table = new_table(TABLE_FIRST);
	return rules_table ? 0 : -ENOMEM;
}

void rules_after_fork(void)
{
	spin_reset(&insert);
}

/* The slot of ip that holds in that epoch, or the empty one where it would go.
 * What else was at that address before has slots of its own, before it. */
static struct rule *find_slot(struct rules_table *in, uint64_t ip,
			      uint32_t epoch)
{
	for (uint64_t i = rules_place(ip);; i++) {
		struct rule *slot = &in->slots[i & in->mask];
		uint64_t key = __atomic_load_n(&slot->ip, __ATOMIC_ACQUIRE);

		if (key == 0 || (key == ip &&
		    __atomic_load_n(&slot->epoch, __ATOMIC_RELAXED) == epoch))
			return slot;
	}
}

const struct rule *rules_probe(uint64_t ip)
{
	struct rules_table *in = __atomic_load_n(&rules_table, __ATOMIC_ACQUIRE);
	const struct rule *slot = find_slot(
		in, ip, __atomic_load_n(&modules_epoch, __ATOMIC_RELAXED));

	return __atomic_load_n(&slot->ip, __ATOMIC_RELAXED) ? slot : NULL;
}

/* A rule of another epoch has to be learned again: it stays behind. */
static bool grow_table(uint32_t epoch)
{
	uint64_t slots = (rules_table->mask + 1) * 4, kept = 0;
	struct rules_table *larger = slots <= TABLE_MAX ? new_table(slots) : NULL;

	if (!larger)
		return false;
	for (uint64_t i = 0; i <= rules_table->mask; i++) {
		const struct rule *rule = &rules_table->slots[i];

		if (!rule->ip || rule->epoch != epoch)
			continue;
		*find_slot(larger, rule->ip, epoch) = *rule;
		kept++;
	}
	used = kept;
	/* The old one stays mapped: others may be reading it. */
	__atomic_store_n(&rules_table, larger, __ATOMIC_RELEASE);
	return true;
}

/* The slot that has said the same before, in any epoch; else the empty one.
 * What says something else does not hold any more. */
static struct rule *find_same(const struct rule *rule)
{
	for (uint64_t i = rules_place(rule->ip);; i++) {
		struct rule *slot = &rules_table->slots[i & rules_table->mask];

		if (!slot->ip || (slot->ip == rule->ip && rule_says_same(slot, rule)))
			return slot;
		if (slot->ip == rule->ip && slot->epoch == rule->epoch)
			__atomic_store_n(&slot->epoch, 0, __ATOMIC_RELAXED);
	}
}

/* Under `insert`. A rule for other code at the same address takes a slot of
 * its own: the old one may be being read. When that code is back, its slots
 * are there still, so they do not get more with each load of a module. */
static void put(const struct rule *rule)
{
	struct rule *slot;

	if (used * 2 >= rules_table->mask && !grow_table(rule->epoch))
		return;
	slot = find_same(rule);
	used++;
	slot->epoch = rule->epoch;
	slot->module = rule->module;
	slot->cfa = rule->cfa;
	slot->bp = rule->bp;
	slot->kind = rule->kind;
	slot->after_call = rule->after_call;
	__atomic_store_n(&slot->ip, rule->ip, __ATOMIC_RELEASE);
}

static void keep(const struct rule *rule)
{
	struct rule *slot;

	if (!spin_try_lock_for_long(&insert))
		return;
	slot = find_same(rule);
	if (slot->ip)
		__atomic_store_n(&slot->epoch, rule->epoch, __ATOMIC_RELAXED);
	else
		put(rule);
	spin_unlock(&insert);
}

/* What was learned of this very module before: a rule is a constant of the
 * code. Two different ones are none. */
static bool recall(struct rule *rule, uint32_t module)
{
	const struct rules_table *in =
		__atomic_load_n(&rules_table, __ATOMIC_ACQUIRE);
	const struct rule *found = NULL;

	for (uint64_t i = rules_place(rule->ip);; i++) {
		const struct rule *slot = &in->slots[i & in->mask];
		uint64_t key = __atomic_load_n(&slot->ip, __ATOMIC_ACQUIRE);

		if (!key)
			break;
		if (key != rule->ip || slot->module != module)
			continue;
		if (found)
			return false;
		found = slot;
	}
	if (!found)
		return false;
	rule->module = module;
	rule->kind = found->kind;
	rule->after_call = found->after_call;
	rule->cfa = found->cfa;
	rule->bp = found->bp;
	return true;
}

struct rule rules_learn(uint64_t ip)
{
	uint32_t epoch = __atomic_load_n(&modules_epoch, __ATOMIC_ACQUIRE);
	const struct module *module = modules_find(ip - 1);
	struct rule rule = { .ip = ip, .kind = RULE_COMPLEX };

	if (!module)
		return rule;
	rule.epoch = epoch;
	if (recall(&rule, module->id)) {
		keep(&rule);
		return rule;
	}
	if (!unwind_gate_enter()) {
		rule.kind = RULE_NONE;
		return rule;
	}
	rule = rule_lesson(ip);
	unwind_gate_leave();
	rule.module = module->id;
	rule.epoch = epoch;
	keep(&rule);
	ring_count(STAT_RULES_LEARNED, 1);
	return rule;
}
