/* SPDX-License-Identifier: MIT */
#include "tests/unit/together.h"

#include <pthread.h>
#include <stdlib.h>

struct one {
	pthread_t thread;
	pthread_barrier_t *begin;
	unsigned int (*body)(unsigned int number);
	unsigned int number;
	unsigned int result;
};

static void *run(void *argument)
{
	struct one *one = argument;

	pthread_barrier_wait(one->begin);
	one->result = one->body(one->number);
	return NULL;
}

unsigned int together(unsigned int threads,
		      unsigned int (*body)(unsigned int number))
{
	struct one all[TOGETHER_MAX];
	pthread_barrier_t begin;
	unsigned int sum = 0;

	if (threads > TOGETHER_MAX ||
	    pthread_barrier_init(&begin, NULL, threads))
		abort();
	for (unsigned int i = 0; i < threads; i++) {
		all[i] = (struct one){
			.begin = &begin, .body = body, .number = i
		};
		if (pthread_create(&all[i].thread, NULL, run, &all[i]))
			abort();
	}
	for (unsigned int i = 0; i < threads; i++) {
		pthread_join(all[i].thread, NULL);
		sum += all[i].result;
	}
	pthread_barrier_destroy(&begin);
	return sum;
}
