/* SPDX-License-Identifier: MIT */
/*
 * A server with a thread for each connection, and nine requests on each: a
 * request's header is allocated, answered and freed. A buffer kept between
 * requests would have to be allocated for every connection again. 18,000 pairs
 * of 32 bytes, L_max 1.
 *
 * near: hoist run: 9 allocate-free pairs in a thread, under 10
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define CONNECTIONS 2000
#define REQUESTS 9

struct request {
	unsigned method, length, hash;
	unsigned char fields[20];
};

struct connection {
	unsigned seed, answers;
};

static unsigned char next_byte(struct connection *connection)
{
	connection->seed = connection->seed * 1664525 + 1013904223;
	return (unsigned char)(connection->seed >> 24);
}

static __attribute__((noinline)) struct request *
read_request(struct connection *connection)
{
	struct request *request = malloc(sizeof(*request));

	if (!request)
		abort();
	request->method = next_byte(connection) % 3;
	request->length = 10 + next_byte(connection) % 10;
	for (unsigned i = 0; i < request->length; i++)
		request->fields[i] = next_byte(connection);
	return request;
}

static void digest(struct request *request)
{
	request->hash = 2166136261u;
	for (int round = 0; round < 60; round++)
		for (unsigned i = 0; i < request->length; i++)
			request->hash = (request->hash ^ request->fields[i]) *
					16777619u;
}

static __attribute__((noinline)) void
finish_request(struct connection *connection, struct request *request)
{
	connection->answers = connection->answers * 31 + request->hash +
			      request->method;
	free(request);
}

static void *serve(void *argument)
{
	struct connection *connection = argument;

	for (int i = 0; i < REQUESTS; i++) {
		struct request *request = read_request(connection);

		digest(request);
		finish_request(connection, request);
	}
	return NULL;
}

static unsigned accept_connection(unsigned number)
{
	struct connection connection = { .seed = number * 7 + 1 };
	pthread_t thread;

	if (pthread_create(&thread, NULL, serve, &connection))
		abort();
	pthread_join(thread, NULL);
	return connection.answers;
}

int main(void)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < CONNECTIONS; i++)
		sum ^= accept_connection(i);
	printf("%u\n", sum);
	return 0;
}
