/* SPDX-License-Identifier: MIT */
/*
 * A simulation of a queue at a counter that keeps a trace: it grows by one
 * record at a time with realloc, the clumsiest way there is, but it is the last
 * block of the heap and grows where it stands. 80 chains of 2,000 blocks,
 * 160,000 calls.
 *
 * near: reserve copied: 0 of the final bytes, under 0.5
 */
#include <stdio.h>
#include <stdlib.h>

#define DAYS 80
#define EVENTS 2000

struct record {
	double time;
	int customer, waiting;
	double wait, service, idle;
};

struct trace {
	struct record *records;
	size_t count;
};

struct counter {
	double now, free_at, total_wait;
	unsigned seed;
	int customer;
};

static double uniform(struct counter *counter)
{
	counter->seed = counter->seed * 1103515245 + 12345;
	return ((counter->seed >> 8) + 1) / 16777217.0;
}

/* An exponential time by the sum of its series, without libm. */
static double wait_time(struct counter *counter, double mean)
{
	double u = uniform(counter), power = 1 - u, sum = 0;

	for (int i = 1; i < 120; i++) {
		sum += power / i;
		power *= 1 - u;
	}
	return mean * sum;
}

static void trace_add(struct trace *trace, struct record record)
{
	struct record *records = realloc(trace->records, (trace->count + 1) *
							 sizeof(record));

	if (!records)
		abort();
	trace->records = records;
	trace->records[trace->count++] = record;
}

static void serve(struct counter *counter, struct trace *trace)
{
	struct record record = { .customer = counter->customer++ };

	counter->now += wait_time(counter, 1.0);
	record.time = counter->now;
	record.service = wait_time(counter, 0.9);
	record.wait = counter->free_at > counter->now ?
			      counter->free_at - counter->now : 0;
	record.idle = counter->free_at < counter->now ?
			      counter->now - counter->free_at : 0;
	record.waiting = (int)record.wait;
	counter->free_at = counter->now + record.wait + record.service;
	trace_add(trace, record);
}

static double review(const struct trace *trace)
{
	double worst = 0;

	for (size_t i = 0; i < trace->count; i++)
		if (trace->records[i].wait > worst)
			worst = trace->records[i].wait;
	return worst;
}

int main(void)
{
	struct counter counter = { .seed = 9 };
	double sum = 0;

	for (int day = 0; day < DAYS; day++) {
		struct trace trace = { NULL, 0 };

		for (int i = 0; i < EVENTS; i++)
			serve(&counter, &trace);
		sum += review(&trace);
		free(trace.records);
	}
	printf("%.3f\n", sum);
	return 0;
}
