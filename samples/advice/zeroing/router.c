/* SPDX-License-Identifier: MIT */
/*
 * A router: packets get a clean buffer of 2 KiB each, wait in one of eight
 * queues by priority and leave when their turn comes. 400,000 calls, 819 MB to
 * clear in memory used before: even at 80 GB/s, as in cache, 10 of 40 ms of
 * CPU.
 *
 * expect: zeroing packet_receive
 * allow: pool packet_receive
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKETS 400000
#define QUEUES 8

struct packet {
	struct packet *next;
	unsigned len;
	unsigned char data[2032];
};

static struct packet *first[QUEUES], **last[QUEUES];

static struct packet *packet_receive(uint32_t *seed)
{
	struct packet *packet = calloc(1, sizeof(*packet));

	if (!packet)
		abort();
	*seed = *seed * 1664525 + 1013904223;
	packet->len = 40 + (*seed >> 22);
	memset(packet->data, *seed >> 8, 40);
	return packet;
}

static unsigned checksum(const struct packet *packet)
{
	unsigned sum = packet->len;

	for (int i = 0; i < 40; i += 2)
		sum += packet->data[i] << 8 | packet->data[i + 1];
	return (sum & 0xffff) + (sum >> 16);
}

static void queue(struct packet *packet)
{
	unsigned at = packet->data[0] % QUEUES;

	*last[at] = packet;
	last[at] = &packet->next;
}

static unsigned transmit(unsigned at)
{
	struct packet *packet = first[at];
	unsigned sum;

	if (!packet)
		return 0;
	sum = checksum(packet);
	first[at] = packet->next;
	if (!first[at])
		last[at] = &first[at];
	free(packet);
	return sum;
}

int main(void)
{
	uint32_t seed = 6;
	uint64_t sum = 0;

	for (int i = 0; i < QUEUES; i++)
		last[i] = &first[i];
	for (int i = 0; i < PACKETS; i++) {
		queue(packet_receive(&seed));
		if (i > 100)
			sum += transmit(i % QUEUES);
	}
	for (int i = 0; i < QUEUES; i++)
		while (first[i])
			sum += transmit(i);
	printf("sum %lu\n", (unsigned long)sum);
	return 0;
}
