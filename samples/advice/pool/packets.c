/* SPDX-License-Identifier: MIT */
/*
 * A router: bursts of packets come in, wait in one of four port queues, and
 * go out; each is a block of 1.5 KB, which the allocator's per-thread cache
 * does not take (over 1,032 bytes). A port always holds four packets back
 * (jitter buffer), so that the router is never empty. 2.9 M calls of 1,528
 * usable bytes, at most 190 live (turnover 15,150).
 *
 * expect: pool receive
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORTS 4
#define HELD_BACK 4
#define QUEUE_MAX 48

struct packet {
	struct packet *next;
	uint32_t sequence;
	uint16_t length, port;
	uint8_t data[1500];
};

struct port {
	struct packet *head, **tail;
	unsigned waiting, dropped;
	uint32_t sum;
};

static uint32_t seed = 99;

static uint32_t draw(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

#ifdef FIXED
static struct packet *spare;

static struct packet *buffer_take(void)
{
	struct packet *p = spare;

	if (p)
		spare = p->next;
	else
		p = malloc(sizeof(*p));
	return p;
}

static void buffer_give(struct packet *p)
{
	p->next = spare;
	spare = p;
}
#endif

static void port_push(struct port *port, struct packet *packet)
{
	packet->next = NULL;
	*port->tail = packet;
	port->tail = &packet->next;
	port->waiting++;
}

static int receive(struct port *ports, uint32_t sequence)
{
	uint32_t r = draw();
	struct port *port = &ports[r % PORTS];
	struct packet *packet;

	if (port->waiting == QUEUE_MAX) {
		port->dropped++;
		return 0;
	}
#ifdef FIXED
	packet = buffer_take();
#else
	packet = malloc(sizeof(*packet));
#endif
	if (!packet)
		exit(1);
	packet->sequence = sequence;
	packet->port = r % PORTS;
	packet->length = 40 + (r >> 8) % 1400;
	memset(packet->data, r, 40);
	port_push(port, packet);
	return 1;
}

static void transmit(struct port *port)
{
	struct packet *packet = port->head;

	for (int i = 0; i < 40; i += 8)
		port->sum += packet->data[i] * packet->length;
	port->sum ^= packet->sequence;
	port->head = packet->next;
	if (!port->head)
		port->tail = &port->head;
	port->waiting--;
#ifdef FIXED
	buffer_give(packet);
#else
	free(packet);
#endif
}

static void serve(struct port *ports, unsigned budget, unsigned keep)
{
	for (int i = 0; i < PORTS; i++)
		for (unsigned n = budget; n && ports[i].waiting > keep; n--)
			transmit(&ports[i]);
}

int main(void)
{
	struct port ports[PORTS] = { 0 };
	uint32_t sequence = 0, sum = 0;

	for (int i = 0; i < PORTS; i++)
		ports[i].tail = &ports[i].head;
	for (int tick = 0; tick < 90000; tick++) {
		for (unsigned n = 12 + draw() % 41; n; n--)
			sequence += receive(ports, sequence);
		serve(ports, 9, HELD_BACK);
	}
	serve(ports, QUEUE_MAX, 0);
	for (int i = 0; i < PORTS; i++)
		sum = sum * 31 + ports[i].sum + ports[i].dropped;
#ifdef FIXED
	while (spare)
		free(buffer_take());
#endif
	printf("%u packets, sum %u\n", sequence, sum);
	return 0;
}
