/* SPDX-License-Identifier: MIT */
/*
 * Reassembles packets: a packet's header is read into a block of 32 bytes,
 * which then grows once to the length that the header tells, at most 56. They
 * come in bursts of 8; the last 300 packets are kept to answer requests for
 * them. 160,000 chains of 2 blocks, 0.65 of the final bytes copied.
 *
 * near: reserve length: chains of 2, under 3
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 300
#define PACKETS 160000
#define HEADER 32
#define BURST 8

struct packet {
	unsigned sequence, checksum;
	unsigned char length, kind;
	unsigned char bytes[];
};

struct link {
	struct packet *kept[KEPT];
	unsigned seed, sequence;
};

static unsigned char next_byte(struct link *link)
{
	link->seed = link->seed * 1664525 + 1013904223;
	return (unsigned char)(link->seed >> 24);
}

static void read_bytes(struct link *link, unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		bytes[i] = next_byte(link);
}

static unsigned checksum(const unsigned char *bytes, size_t count)
{
	unsigned sum = ~0u;

	for (size_t i = 0; i < count; i++) {
		sum ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0);
	}
	return ~sum;
}

static struct packet *read_header(struct link *link)
{
	struct packet *packet = malloc(HEADER);

	if (!packet)
		abort();
	packet->sequence = link->sequence++;
	packet->kind = next_byte(link) % 4;
	packet->length = (unsigned char)(30 + next_byte(link) % 15);
	read_bytes(link, packet->bytes, HEADER - sizeof(*packet));
	return packet;
}

static struct packet *read_rest(struct link *link, struct packet *packet)
{
	size_t begun = HEADER - sizeof(*packet), length = packet->length;

	packet = realloc(packet, sizeof(*packet) + length);
	if (!packet)
		abort();
	read_bytes(link, packet->bytes + begun, length - begun);
	packet->checksum = checksum(packet->bytes, length);
	return packet;
}

static void keep(struct link *link, struct packet *packet)
{
	struct packet **place = &link->kept[packet->sequence % KEPT];

	free(*place);
	*place = packet;
}

static unsigned resend(const struct link *link, unsigned sequence)
{
	const struct packet *packet = link->kept[sequence % KEPT];

	if (!packet)
		return 0;
	return packet->checksum ^ packet->bytes[packet->length / 2];
}

static unsigned receive_burst(struct link *link)
{
	struct packet *packets[BURST];

	for (int i = 0; i < BURST; i++)
		packets[i] = read_header(link);
	for (int i = 0; i < BURST; i++)
		keep(link, read_rest(link, packets[i]));
	return resend(link, next_byte(link));
}

int main(void)
{
	struct link link = { .seed = 2 };
	unsigned sum = 0;

	for (int i = 0; i < PACKETS; i += BURST)
		sum = sum * 3 + receive_burst(&link);
	for (int i = 0; i < KEPT; i++)
		free(link.kept[i]);
	printf("%u\n", sum);
	return 0;
}
