/* SPDX-License-Identifier: MIT */
#include "preload/rule_lesson.h"

#include <errno.h>
#include <string.h>

#include "preload/call_site.h"
#include "preload/libunwind.h"
#include "preload/proc_info.h"
#include "preload/sys.h"

/* The synthetic frame. SP, RBP and what lies at [RBP + d] are so far apart
 * that a CFA tells where it came from. */
#define FAKE_SP UINT64_C(0x7000000000000000)
#define FAKE_BP UINT64_C(0x7100000000000000)
#define FAKE_DEREF UINT64_C(0x7200000000000000)
#define FAKE_DEREF_STEP UINT64_C(0x100000000) /* between values of d */
#define WINDOW (INT64_C(1) << 24)
#define READS_MAX 8

const struct rule rule_guess = { .kind = RULE_GUESS, .cfa = 16, .bp = -16 };

static unw_addr_space_t space;
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

int rule_lesson_init(void)
{
	unw_cursor_t cursor;
	struct question q = { .ip = (uint64_t)(uintptr_t)rule_lesson_init + 1,
			      .sp = FAKE_SP, .bp = FAKE_BP };
	int before[2], after[2];

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
	return 0;
}

bool rule_says_same(const struct rule *a, const struct rule *b)
{
	return a->kind == b->kind && a->module == b->module &&
	       a->cfa == b->cfa && a->bp == b->bp &&
	       a->after_call == b->after_call;
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
		rule = rule_guess;
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

struct rule rule_lesson(uint64_t ip)
{
	/* A call may be the last instruction of its function. */
	bool after_call = is_after_call(ip);
	uint64_t pc = after_call ? ip - 1 : ip;
	/* A rule holds for every frame, so two frames must agree on it. */
	struct rule rule = ask(ip, pc, FAKE_SP, FAKE_BP);
	struct rule again = ask(ip, pc, FAKE_SP + 0x128, FAKE_BP + 0x2318);

	if (!rule_says_same(&rule, &again))
		rule.kind = RULE_COMPLEX;
	rule.after_call = after_call;
	return rule;
}
