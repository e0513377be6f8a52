/* SPDX-License-Identifier: MIT */
/*
 * A packet filter puts the fragments of each datagram into blocks, decides, and
 * frees them itself; of a datagram that looks suspicious the first fragment is
 * given to a second thread, which looks at it and frees it. 225,000 calls of 48
 * bytes, 3 live at most; 99.4% are freed by the call that made them.
 *
 * near: stack 0.6% of the blocks are freed by another thread, more than none
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct fragment {
	unsigned from, to, offset, len;
	unsigned char data[32];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct fragment *suspect;	/* under lock */
static int done;			/* under lock */
static unsigned alarms;			/* the inspector's until joined */
static unsigned state = 6;

static unsigned draw(void)
{
	state = state * 1664525u + 1013904223u;
	return state >> 8;
}

static void *inspect(void *unused)
{
	pthread_mutex_lock(&lock);
	for (;;) {
		while (!suspect && !done)
			pthread_cond_wait(&changed, &lock);
		if (!suspect)
			break;
		alarms += suspect->data[0] >> 6 & 1;
		free(suspect);
		suspect = NULL;
		pthread_cond_signal(&changed);
	}
	pthread_mutex_unlock(&lock);
	return unused;
}

static void hand_over(struct fragment *f)
{
	pthread_mutex_lock(&lock);
	suspect = f;
	pthread_cond_signal(&changed);
	while (suspect)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static unsigned datagram(unsigned number)
{
	struct fragment *part[3];
	int parts = 2 + number % 2;
	unsigned sum = 0;

	for (int i = 0; i < parts; i++) {
		struct fragment *f = malloc(sizeof(*f));

		f->from = draw();
		f->to = draw();
		f->offset = i * sizeof(f->data);
		f->len = sizeof(f->data);
		for (unsigned j = 0; j < f->len; j++)
			f->data[j] = number * 7 + j * i;
		part[i] = f;
	}
	for (int i = 0; i < parts; i++)
		for (unsigned j = 0; j < part[i]->len; j++)
			sum = (sum ^ part[i]->data[j]) * 16777619u;
	if (number % 64 == 0)
		hand_over(part[0]);
	else
		free(part[0]);
	for (int i = 1; i < parts; i++)
		free(part[i]);
	return sum;
}

int main(void)
{
	pthread_t inspector;
	unsigned sum = 0;

	pthread_create(&inspector, NULL, inspect, NULL);
	for (unsigned i = 0; i < 90000; i++)
		sum ^= datagram(i);
	pthread_mutex_lock(&lock);
	done = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(inspector, NULL);
	printf("%08x %u\n", sum, alarms);
	return 0;
}
