/* SPDX-License-Identifier: MIT */
/*
 * One mistake of each kind that linked.sh looks for, made with memory and
 * threads that come through the recorder: each tool must say its own.
 */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int together;
static volatile int sink;

static void *race(void *argument)
{
	for (int i = 0; i < 1000; i++)
		together++;
	return argument;
}

static void races(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, race, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	volatile char *bytes = malloc(16);
	int held = open("/dev/null", O_RDONLY);

	(void)argv;
	races();
	if (bytes[14 + argc] == 3) /* nobody wrote it */
		puts("three");
	sink = INT_MAX + argc;
	sink = bytes[15 + argc]; /* beyond its end */
	free((void *)bytes);
	return held < 0; /* and is never closed */
}
