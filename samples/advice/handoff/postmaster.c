/* SPDX-License-Identifier: MIT */
/*
 * A mail server's message loop: one thread accepts envelopes and queues them
 * in a ring under a lock, the other delivers and frees them. 200,000 calls of
 * 80 bytes, 100% freed by the other thread, at most 1,120 live: a pool of each
 * thread would never hit.
 *
 * expect: handoff accept_mail
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ENVELOPES 200000
#define RING 1024

struct envelope {
	uint32_t from, to;
	uint64_t arrived;
	char subject[64];
};

static struct envelope *ring[RING];
static unsigned head, tail;
static int closed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

static struct envelope *accept_mail(uint32_t *seed, int number)
{
	struct envelope *mail = xmalloc(sizeof(*mail));

	*seed = *seed * 1664525 + 1013904223;
	mail->from = *seed >> 20;
	mail->to = *seed >> 8 & 0xfff;
	mail->arrived = number;
	for (int i = 0; i < 64; i++)
		mail->subject[i] = 'a' + (*seed >> (i & 15) & 15);
	return mail;
}

static void enqueue(struct envelope **batch, int count)
{
	pthread_mutex_lock(&lock);
	while (head - tail + count > RING)
		pthread_cond_wait(&changed, &lock);
	for (int i = 0; i < count; i++)
		ring[head++ % RING] = batch[i];
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
}

/* Letters are delivered once half the ring is full: the disk likes that. */
static int dequeue(struct envelope **batch, int room)
{
	int count = 0;

	pthread_mutex_lock(&lock);
	while (!closed && head - tail < RING / 2)
		pthread_cond_wait(&changed, &lock);
	while (count < room && tail != head)
		batch[count++] = ring[tail++ % RING];
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return count;
}

static void *deliver(void *unused)
{
	static uint64_t boxes[4096];
	struct envelope *batch[64];
	uint64_t sum = 0;
	int count;

	(void)unused;
	while ((count = dequeue(batch, 64)) > 0)
		for (int i = 0; i < count; i++) {
			boxes[batch[i]->to] += batch[i]->arrived;
			sum += boxes[batch[i]->to] ^ batch[i]->subject[7];
			free(batch[i]);
		}
	return (void *)sum;
}

int main(void)
{
	struct envelope *batch[32];
	uint32_t seed = 7;
	pthread_t thread;
	void *sum;

	pthread_create(&thread, NULL, deliver, NULL);
	for (int i = 0; i < ENVELOPES; i += 32) {
		for (int k = 0; k < 32; k++)
			batch[k] = accept_mail(&seed, i + k);
		enqueue(batch, 32);
	}
	pthread_mutex_lock(&lock);
	closed = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, &sum);
	printf("delivered %lx\n", (unsigned long)sum);
	return 0;
}
