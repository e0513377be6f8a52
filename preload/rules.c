/* SPDX-License-Identifier: MIT */
#include "preload/rules.h"

#include <errno.h>
#include <string.h>

#include "preload/arena.h"
#include "preload/call_site.h"
#include "preload/clock.h"
#include "preload/libunwind.h"
#include "preload/proc_info.h"
#include "preload/ring.h"
#include "preload/spin.h"
#include "preload/sys.h"

#define TABLE_FIRST 4096u
#define TABLE_MAX (1u << 22)

/* The synthetic frame. SP, RBP and what lies at [RBP + d] are so far apart
 * that a CFA tells where it came from. */
#define FAKE_SP UINT64_C(0x7000000000000000)
#define FAKE_BP UINT64_C(0x7100000000000000)
#define FAKE_DEREF UINT64_C(0x7200000000000000)
#define FAKE_DEREF_STEP UINT64_C(0x100000000) /* between values of d */
#define WINDOW (INT64_C(1) << 24)
#define READS_MAX 8

/* A learner is through within some 100 us of its processor's time, but it may
 * wait long for a processor. A fork of many pages takes some 10 ms a GiB; the
 * bound is for an atfork handler that waits for what a waiting thread holds. */
#define HOLD_NS UINT64_C(2000000000)
#define ENTER_NS UINT64_C(200000000)
#define NAP_NS 100000

const struct rule rules_guess = { .kind = RULE_GUESS, .cfa = 16, .bp = -16 };

struct rules_table *rules_table;
static struct spin insert;
static uint64_t used; /* under `insert` */
static unw_addr_space_t space;

static uint32_t learners; /* atomic */
static bool held;	  /* atomic */
static bool frozen;	  /* set before a fork child's first event */

/* What libunwind asked while it stepped over the synthetic frame. */
struct question {
	uint64_t ip, sp, bp;
	uint64_t reads[READS_MAX];
	unsigned int read_count;
	bool strange; /* it wanted more than a plain rule needs */
	bool no_info; /* there is no unwind information */
	uint64_t function; /* otherwise, where that begins */
	struct modules_range code; /* where it last read of a module */
};

static int answer_memory(unw_addr_space_t as, unw_word_t address,
			 unw_word_t *value, int write, void *arg)
{
	struct question *q = arg;
	int64_t d = (int64_t)(address - q->bp);

	(void)as;
	if (write)
		return -UNW_EINVAL;
	if ((address >> 56) < (FAKE_SP >> 56) ||
	    (address >> 56) > (FAKE_DEREF >> 56))
		return proc_info_read(address, value, &q->code);
	if (q->read_count == READS_MAX)
		q->strange = true;
	else
		q->reads[q->read_count++] = address;
	*value = d > -WINDOW && d < WINDOW ?
		 FAKE_DEREF + (uint64_t)(d + WINDOW) * FAKE_DEREF_STEP : 1;
	return 0;
}

static int answer_register(unw_addr_space_t as, unw_regnum_t number,
			   unw_word_t *value, int write, void *arg)
{
	struct question *q = arg;

	(void)as;
	if (write)
		return -UNW_EINVAL;
	switch (number) {
	case UNW_X86_64_RIP:
		*value = q->ip;
		return 0;
	case UNW_X86_64_RSP:
		*value = q->sp;
		return 0;
	case UNW_X86_64_RBP:
		*value = q->bp;
		return 0;
	default:
		q->strange = true;
		return -UNW_EBADREG;
	}
}

static int answer_info(unw_addr_space_t as, unw_word_t ip,
		       unw_proc_info_t *info, int need_unwind_info, void *arg)
{
	struct question *q = arg;
	int ret = proc_info_find(as, ip, info, need_unwind_info, arg);

	q->no_info = ret == -UNW_ENOINFO;
	if (ret == 0)
		q->function = info->start_ip;
	return ret;
}

static unw_accessors_t accessors = {
	.find_proc_info = answer_info,
	.put_unwind_info = proc_info_put,
	.get_dyn_info_list_addr = proc_info_no_list,
	.access_mem = answer_memory,
	.access_reg = answer_register,
	.access_fpreg = proc_info_no_fpreg,
	.resume = proc_info_no_resume,
	.get_proc_name = proc_info_no_name,
};

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
	unw_cursor_t cursor;
	struct question q = { .ip = (uint64_t)(uintptr_t)rules_init + 1,
			      .sp = FAKE_SP, .bp = FAKE_BP };
	int before[2], after[2];

	if (rules_table)
		return 0;
	if (libunwind_init())
		return -ENOENT;
	space = libunwind.create_addr_space(&accessors, 0);
	if (!space)
		return -ENOMEM;
	/* Its initialisation opens a pipe that our accessors never need. The
	 * two lowest free numbers are the ones that it gets. */
	before[0] = sys_open("/", O_PATH, 0);
	before[1] = sys_open("/", O_PATH, 0);
	sys_close(before[0]);
	sys_close(before[1]);
	libunwind.set_caching_policy(space, UNW_CACHE_NONE);
	libunwind.init_remote(&cursor, space, &q);
	for (int i = 0; i < 2; i++) {
		struct stat now;

		after[i] = before[i];
		if (after[i] >= 0 &&
		    sys_call3(SYS_fstat, after[i], (long)&now, 0) == 0 &&
		    S_ISFIFO(now.st_mode))
			sys_close(after[i]);
	}
	rules_table = new_table(TABLE_FIRST);
	return rules_table ? 0 : -ENOMEM;
}

void rules_after_fork(bool interrupted)
{
	spin_reset(&insert);
	held = false;
	learners = 0;
	if (interrupted)
		frozen = true;
}

uint32_t rules_learners(void)
{
	return __atomic_load_n(&learners, __ATOMIC_SEQ_CST);
}

/* One step of a wait that began at `began`: a while of spinning, and from the
 * second on a nap, for who is waited for may need this processor. */
static bool wait_on(uint64_t began, unsigned int step, uint64_t limit_ns)
{
	struct timespec nap = { 0, NAP_NS };

	for (unsigned int i = 0; i < SPIN_PAUSES; i++)
		__builtin_ia32_pause();
	if (sys_is_forbidden())
		return step < SPIN_LONG / SPIN_PAUSES;
	if (step)
		sys_call3(SYS_nanosleep, (long)&nap, 0, 0);
	return clock_ns(CLOCK_MONOTONIC) - began < limit_ns;
}

static uint64_t wait_begin(void)
{
	return sys_is_forbidden() ? 0 : clock_ns(CLOCK_MONOTONIC);
}

bool rules_hold(void)
{
	uint64_t began = wait_begin();

	__atomic_store_n(&held, true, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; rules_learners(); i++)
		if (!wait_on(began, i, HOLD_NS))
			return false;
	return true;
}

void rules_release(void)
{
	__atomic_store_n(&held, false, __ATOMIC_SEQ_CST);
}

bool rules_frozen(void)
{
	return frozen || sys_is_forbidden();
}

bool rules_enter_libunwind(void)
{
	uint64_t began = 0;

	for (unsigned int i = 0; !rules_frozen(); i++) {
		__atomic_fetch_add(&learners, 1, __ATOMIC_SEQ_CST);
		if (!__atomic_load_n(&held, __ATOMIC_SEQ_CST))
			return true;
		rules_leave_libunwind();
		began = i ? began : wait_begin();
		if (!wait_on(began, i, ENTER_NS))
			break;
	}
	return false;
}

void rules_leave_libunwind(void)
{
	__atomic_fetch_sub(&learners, 1, __ATOMIC_SEQ_CST);
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

static bool same_step(const struct rule *a, const struct rule *b)
{
	return a->kind == b->kind && a->module == b->module &&
	       a->cfa == b->cfa && a->bp == b->bp &&
	       a->after_call == b->after_call;
}

/* The slot that has said the same before, in any epoch; else the empty one.
 * What says something else does not hold any more. */
static struct rule *find_same(const struct rule *rule)
{
	for (uint64_t i = rules_place(rule->ip);; i++) {
		struct rule *slot = &rules_table->slots[i & rules_table->mask];

		if (!slot->ip || (slot->ip == rule->ip && same_step(slot, rule)))
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

/* From where the CFA came. False: not a plain rule. */
static bool explain_cfa(struct rule *rule, const struct question *q,
			uint64_t cfa)
{
	int64_t from_sp = (int64_t)(cfa - q->sp);
	int64_t from_bp = (int64_t)(cfa - q->bp);
	uint64_t deref = cfa - FAKE_DEREF;

	if (from_sp > 0 && from_sp < WINDOW) {
		rule->kind = RULE_SP;
		rule->cfa = (int32_t)from_sp;
	} else if (from_bp > 0 && from_bp < WINDOW) {
		rule->kind = RULE_BP;
		rule->cfa = (int32_t)from_bp;
	} else if (deref < 2 * (uint64_t)WINDOW * FAKE_DEREF_STEP &&
		   deref % FAKE_DEREF_STEP == 0) {
		rule->kind = RULE_DEREF;
		rule->cfa = (int32_t)((int64_t)(deref / FAKE_DEREF_STEP) -
				      WINDOW);
	} else {
		return false;
	}
	return true;
}

/* Only what the rule itself reads may have been read. */
static bool explain_reads(const struct rule *rule, const struct question *q,
			  uint64_t cfa)
{
	for (unsigned int i = 0; i < q->read_count; i++) {
		uint64_t at = q->reads[i];

		if (at != cfa - 8 && !(rule->bp && at == cfa + rule->bp) &&
		    !(rule->kind == RULE_DEREF && at == q->bp + rule->cfa))
			return false;
	}
	return true;
}

static bool explain_bp(struct rule *rule, unw_cursor_t *cursor,
		       const struct question *q, uint64_t cfa)
{
	unw_save_loc_t saved = { .type = UNW_SLT_NONE };
	unw_word_t value = 0;

	rule->bp = 0;
	if (libunwind.get_save_loc(cursor, UNW_X86_64_RBP, &saved) < 0)
		return false;
	if (saved.type == UNW_SLT_MEMORY) {
		int64_t offset = (int64_t)(saved.u.addr - cfa);

		rule->bp = (int32_t)offset;
		return offset < 0 && offset > -WINDOW;
	}
	return libunwind.get_reg(cursor, UNW_X86_64_RBP, &value) == 0 &&
	       value == q->bp;
}

/* What stands at `pc`, where execution goes on at `ip`. */
static struct rule ask(uint64_t ip, uint64_t pc, uint64_t sp, uint64_t bp)
{
	struct rule rule = { .ip = ip, .kind = RULE_COMPLEX };
	struct question q = { .ip = pc, .sp = sp, .bp = bp };
	unw_save_loc_t saved = { .type = UNW_SLT_NONE };
	unw_cursor_t cursor;
	unw_word_t cfa = 0;
	int stepped;

	if (libunwind.init_remote(&cursor, space, &q) < 0)
		return rule;
	stepped = libunwind.step(&cursor);
	if (q.no_info) {
		rule = rules_guess;
		rule.ip = ip;
		return rule;
	}
	/* No call leads to a function's first instruction, so nothing called
	 * who returns there: makecontext() and coroutines push it. */
	if (q.function == ip && pc == ip) {
		rule.kind = RULE_END;
		return rule;
	}
	if (stepped == 0 && q.read_count == 0 && !q.strange)
		rule.kind = RULE_END;
	if (stepped <= 0 || q.strange ||
	    libunwind.get_reg(&cursor, UNW_REG_SP, &cfa) < 0 ||
	    libunwind.get_save_loc(&cursor, UNW_X86_64_RIP, &saved) < 0 ||
	    saved.type != UNW_SLT_MEMORY || saved.u.addr != cfa - 8)
		return rule;
	if (!explain_cfa(&rule, &q, cfa) ||
	    !explain_bp(&rule, &cursor, &q, cfa) ||
	    !explain_reads(&rule, &q, cfa))
		rule.kind = RULE_COMPLEX;
	return rule;
}

static bool is_after_call(uint64_t ip)
{
	struct modules_range code = { 0 };
	uint8_t before[sizeof(unw_word_t)];
	unw_word_t word;

	if (proc_info_read(ip - sizeof(before), &word, &code))
		return false;
	memcpy(before, &word, sizeof(before));
	return call_site_ends(before + sizeof(before) - CALL_SITE_BYTES);
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
	struct rule rule = { .ip = ip, .kind = RULE_COMPLEX }, again;
	bool after_call;
	uint64_t pc;

	if (!module)
		return rule;
	rule.epoch = epoch;
	if (recall(&rule, module->id)) {
		keep(&rule);
		return rule;
	}
	if (!rules_enter_libunwind()) {
		rule.kind = RULE_NONE;
		return rule;
	}
	/* A call may be the last instruction of its function. */
	after_call = is_after_call(ip);
	pc = after_call ? ip - 1 : ip;
	/* A rule holds for every frame, so two frames must agree on it. */
	rule = ask(ip, pc, FAKE_SP, FAKE_BP);
	again = ask(ip, pc, FAKE_SP + 0x128, FAKE_BP + 0x2318);
	rules_leave_libunwind();
	if (!same_step(&rule, &again))
		rule.kind = RULE_COMPLEX;
	rule.module = module->id;
	rule.after_call = after_call;
	rule.epoch = epoch;
	keep(&rule);
	ring_count(STAT_RULES_LEARNED, 1);
	return rule;
}
