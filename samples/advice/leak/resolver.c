/* SPDX-License-Identifier: MIT */
/*
 * A name server's cache of answers, of bounded size. evict() frees the oldest
 * entry, but not the name that hangs on it: the entries stay at 4,000, and
 * every name that was ever asked for stays behind. 45,800 names, of which
 * 41,800 are never freed; the live count rises to the end, at last 58% of the
 * peak.
 *
 * expect: leak answer
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
#define MOST 4000

struct entry {
	struct entry *next;		/* of the same bucket */
	struct entry *younger;
	char *name;
	unsigned address, expires;
	unsigned char record[96];
};

static struct entry *bucket[BUCKETS];
static struct entry *oldest, *youngest;
static unsigned entries, hits;

static unsigned hash_of(const char *name)
{
	unsigned hash = 5381;

	while (*name)
		hash = hash * 33 + (unsigned char)*name++;
	return hash;
}

static struct entry *lookup(const char *name)
{
	struct entry *e = bucket[hash_of(name) % BUCKETS];

	while (e && strcmp(e->name, name))
		e = e->next;
	return e;
}

static char *evict(void)
{
	struct entry *e = oldest;
	char *name = e->name;
	struct entry **at = &bucket[hash_of(name) % BUCKETS];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	oldest = e->younger;
	free(e);
	entries--;
	return name;
}

static struct entry *answer(const char *name, unsigned now)
{
	unsigned hash = hash_of(name);
	struct entry *e = malloc(sizeof(*e));

	e->name = strdup(name);
	e->address = hash * 2654435761u;
	e->expires = now + 300;
	memset(e->record, hash, sizeof(e->record));
	e->younger = NULL;
	e->next = bucket[hash % BUCKETS];
	bucket[hash % BUCKETS] = e;
	if (entries++)
		youngest->younger = e;
	else
		oldest = e;
	youngest = e;
	if (entries > MOST)
		evict();
	return e;
}

static unsigned query(unsigned host, unsigned now)
{
	struct entry *e;
	char name[48];

	snprintf(name, sizeof(name), "www%u.department%u.example.org", host,
		 host % 37);
	e = lookup(name);
	if (e)
		hits++;
	else
		e = answer(name, now);
	return e->address;
}

int main(void)
{
	unsigned seed = 8, sum = 0, host;

	for (unsigned now = 0; now < 90000; now++) {
		seed = seed * 1664525u + 1013904223u;
		host = seed >> 30 ? (seed >> 8) % 3000 : 10000 + now;
		sum += query(host, now);
	}
	while (entries)
		free(evict());
	printf("%u hits, %08x\n", hits, sum);
	return 0;
}
