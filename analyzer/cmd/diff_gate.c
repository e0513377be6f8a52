/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/diff_gate.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/cmd/cmd.h"
#include "analyzer/diff/call_sequence.h"
#include "analyzer/diff/comparison_doubt.h"
#include "analyzer/diff/comparison_lost.h"
#include "analyzer/diff/holm.h"
#include "analyzer/frame.h"
#include "analyzer/memory.h"
#include "analyzer/text.h"

static const enum comparison_metric metrics[CONDITION_METRICS] = {
	[CONDITION_CALLS] = METRIC_CALLS,
	[CONDITION_BYTES] = METRIC_BYTES,
	[CONDITION_PEAK] = METRIC_PEAK,
	[CONDITION_LEAKED] = METRIC_LEAKED,
	[CONDITION_LEAKED_BLOCKS] = METRIC_LEAKED_BLOCKS,
	[CONDITION_TEMPORARY] = METRIC_TEMPORARY,
};

int diff_gate_add_condition(struct diff_gate *gate, const char *text)
{
	struct condition_error error;
	struct condition condition;

	if (condition_parse(&condition, text, &error))
		return cmd_usage_error("diff", "--fail-on=%s: at character "
				       "%zu, '%s': %s", text, error.place,
				       text + error.place - 1, error.why);
	GROW(gate->conditions, gate->condition_capacity,
	     gate->condition_count);
	gate->conditions[gate->condition_count++] = condition;
	return 0;
}

int diff_gate_add_budget(struct diff_gate *gate, const char *path)
{
	struct budget budget = { 0 };
	struct budget_error error;

	if (budget_read(&budget, path, &error) == 0) {
		GROW(gate->budgets, gate->budget_capacity, gate->budget_count);
		gate->budgets[gate->budget_count++] = budget;
		return 0;
	}
	if (error.line == 0)
		return cmd_error("%s: %s", path, error.why);
	if (error.place == 0)
		return cmd_error("%s: line %zu: %s", path, error.line,
				 error.why);
	return cmd_error("%s: line %zu, character %zu: %s", path, error.line,
			 error.place, error.why);
}

void diff_gate_release(struct diff_gate *gate)
{
	for (size_t i = 0; i < gate->budget_count; i++)
		budget_release(&gate->budgets[i]);
	for (size_t i = 0; i < gate->condition_count; i++)
		condition_release(&gate->conditions[i]);
	for (size_t i = 0; i < gate->failed_count; i++)
		free(gate->failed[i]);
	free(gate->budgets);
	free(gate->conditions);
	for (size_t i = 0; i < gate->unjudged_count; i++)
		free(gate->unjudged[i]);
	free(gate->failed);
	free(gate->unjudged);
	*gate = (struct diff_gate){ 0 };
}

unsigned int diff_gate_metrics(const struct diff_gate *gate)
{
	unsigned int bits = 0;

	for (size_t i = 0; i < gate->condition_count; i++)
		bits |= METRIC_BIT(metrics[gate->conditions[i].metric]);
	for (size_t i = 0; i < gate->budget_count; i++) {
		const struct budget *budget = &gate->budgets[i];

		for (size_t j = 0; j < budget->count; j++)
			bits |= METRIC_BIT(
				metrics[budget->limits[j].condition.metric]);
	}
	return bits;
}

static bool is_real(const struct comparison_verdict *verdict)
{
	return verdict->test == COMPARISON_TEST_EXACT ||
	       verdict->p <= SIGNIFICANCE_LEVEL;
}

static struct condition_values values_of(const struct comparison *c,
					 const struct comparison_row *row,
					 enum comparison_metric metric)
{
	struct comparison_change change = comparison_change(c, row, metric);

	return (struct condition_values){
		.old = change.old.value,
		.now = change.new.value,
		.now_low = change.new.low,
		.now_high = change.new.high,
		.significant = is_real(&change.verdict),
	};
}

/* " in build, a.c:16, site bcdaa7a81399", of the innermost call that tells. */
static char *place_text(const struct comparison *c,
			const struct comparison_row *row)
{
	const struct pool_frame *frames[CALL_SEQUENCE_MAX];
	size_t count = frame_pool_read(&c->pool, row->stack, frames,
				       CALL_SEQUENCE_MAX, NULL);
	const char *function, *file;
	size_t i = 0;

	while (i + 1 < count && frame_is_allocator(frame_pool_name(
					&c->pool, frames[i]->function)))
		i++;
	if (c->by != REPORT_BY_SITE || count == 0)
		return xasprintf(" in %s", c->pool.texts[row->name]);
	function = frame_pool_name(&c->pool, frames[i]->function);
	file = frame_pool_name(&c->pool, frames[i]->file);
	if (!file)
		return xasprintf(" in %s, site %012" PRIx64,
				 function ? function : "?", row->id >> 16);
	return xasprintf(" in %s, %s:%" PRIu32 ", site %012" PRIx64,
			 function ? function : "?", file, frames[i]->line,
			 row->id >> 16);
}

static void add_failed(struct diff_gate *gate, const struct comparison *c,
		       const struct comparison_row *row, char *line,
		       const char *note)
{
	char *place = row ? place_text(c, row) : xasprintf("%s", "");
	char *whole = xasprintf("%s%s%s%s", line, place, note ? "; " : "",
				note ? note : "");

	GROW(gate->failed, gate->failed_capacity, gate->failed_count);
	gate->failed[gate->failed_count++] = text_line(whole);
	free(whole);
	free(place);
	free(line);
}

/* Lets go of the line. */
static void add_unjudged(struct diff_gate *gate, char *line)
{
	GROW(gate->unjudged, gate->unjudged_capacity, gate->unjudged_count);
	gate->unjudged[gate->unjudged_count++] = text_line(line);
	free(line);
}

/* "site:^add$:calls>+0: old has no names: words was built again since" */
static void add_unnamed(struct diff_gate *gate, const struct comparison *c,
			const struct condition *condition)
{
	char *old = comparison_lost_text(c, COMPARISON_OLD);
	char *new = comparison_lost_text(c, COMPARISON_NEW);

	add_unjudged(gate, xasprintf("%s: %s no names: %s", condition->text,
				     old && new ? "both sides have" :
				     old ? "old has" : "new has",
				     old ? old : new));
	gate->unnamed = true;
	free(old);
	free(new);
}

static struct comparison_doubt doubt_of(const struct comparison *c,
					const struct condition *condition)
{
	return comparison_doubt(c, metrics[condition->metric],
				condition->of == CONDITION_OF_NEW);
}

/* Would it hold, or not hold, as well with the events that are missing? */
static bool is_sure(const struct comparison *c,
		    const struct condition *condition, bool holds)
{
	const struct comparison_doubt doubt = doubt_of(c, condition);
	const bool above = condition->relation == CONDITION_ABOVE ||
			   condition->relation == CONDITION_AT_LEAST;

	return holds == above ? !doubt.too_high : !doubt.too_low;
}

/* "calls>+5%: new.hwd is damaged" */
static void add_doubted(struct diff_gate *gate, const struct comparison *c,
			const struct condition *condition)
{
	const struct comparison_doubt doubt = doubt_of(c, condition);
	char *why = comparison_doubt_text(&doubt);

	add_unjudged(gate, xasprintf("%s: %s", condition->text, why));
	gate->incomplete = true;
	free(why);
}

static bool holds(const struct comparison *c, const struct comparison_row *row,
		  const struct condition *condition)
{
	struct condition_values values =
		values_of(c, row, metrics[condition->metric]);

	return condition_holds(condition, &values);
}

static void add_holding(struct diff_gate *gate, const struct comparison *c,
			const struct comparison_row *row,
			const struct condition *condition, const char *note)
{
	struct condition_values values =
		values_of(c, row, metrics[condition->metric]);

	add_failed(gate, c, row, condition_describe(condition, &values), note);
}

static bool is_of(const struct comparison *c, const struct comparison_row *row,
		  const struct condition *condition)
{
	const struct pool_frame *frames[CALL_SEQUENCE_MAX];
	size_t count = frame_pool_read(&c->pool, row->stack, frames,
				       CALL_SEQUENCE_MAX, NULL);

	for (size_t i = 0; i < count; i++) {
		const char *function =
			frame_pool_name(&c->pool, frames[i]->function);

		if (function && condition_matches(condition, function))
			return true;
	}
	return row->name &&
	       condition_matches(condition, c->pool.texts[row->name]);
}

/* Might its other side be a row that could not be named? */
static bool is_half(const struct diff_gate *gate,
		    const struct comparison_row *row)
{
	return (row->kind == MATCH_NEW && gate->lost_gone > 0) ||
	       (row->kind == MATCH_GONE && gate->lost_new > 0);
}

/* Names only what it holds for: all of them take long. */
static void try_rows(struct diff_gate *gate, struct comparison *c,
		     const struct condition *condition, const char *note)
{
	struct comparison_row **rows = xcalloc(c->row_count, sizeof(*rows));
	const bool sure = is_sure(c, condition, true);
	bool doubted = !is_sure(c, condition, false);
	bool failed = false, unnamed = false;
	size_t count = 0;

	for (size_t i = 0; i < c->row_count; i++)
		if (holds(c, &c->rows[i], condition))
			rows[count++] = &c->rows[i];
	comparison_name(c, rows, count);
	for (size_t i = 0; i < count; i++) {
		bool asked = is_of(c, rows[i], condition);

		if (asked && !is_half(gate, rows[i])) {
			if (sure)
				add_holding(gate, c, rows[i], condition, note);
			failed |= sure;
			doubted |= !sure;
		} else if (asked || comparison_lost_name(c, rows[i])) {
			unnamed = true;
		}
	}
	if (unnamed)
		add_unnamed(gate, c, condition);
	else if (doubted && !failed)
		add_doubted(gate, c, condition);
	free(rows);
}

static void try_condition(struct diff_gate *gate, struct comparison *c,
			  const struct condition *condition, const char *note)
{
	bool is;

	if (condition_is_of_site(condition)) {
		try_rows(gate, c, condition, note);
		return;
	}
	is = holds(c, NULL, condition);
	if (!is_sure(c, condition, is))
		add_doubted(gate, c, condition);
	else if (is)
		add_holding(gate, c, NULL, condition, note);
}

void diff_gate_judge(struct diff_gate *gate, struct comparison *c)
{
	gate->lost_new = comparison_lost_rows(c, MATCH_NEW);
	gate->lost_gone = comparison_lost_rows(c, MATCH_GONE);
	for (size_t i = 0; i < gate->condition_count; i++)
		try_condition(gate, c, &gate->conditions[i], NULL);
	for (size_t i = 0; i < gate->budget_count; i++) {
		const struct budget *budget = &gate->budgets[i];

		for (size_t j = 0; j < budget->count; j++)
			try_condition(gate, c, &budget->limits[j].condition,
				      budget->limits[j].note);
	}
}
