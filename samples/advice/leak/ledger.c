/* SPDX-License-Identifier: MIT */
/*
 * Bookkeeping: bookings are added to the ledger of their account all day long,
 * balances are struck now and then, and in the end everything is freed. 40,000
 * calls of 128 bytes. That all could be freed at once, as a region, is true.
 *
 * near: leak survivors 0, though the live count rises to the end
 * allow: arena *
 */
#include <stdio.h>
#include <stdlib.h>

#define ACCOUNTS 64

struct booking {
	struct booking *before;
	long cents;
	unsigned day, other;
	char text[104];
};

struct account {
	struct booking *last;
	unsigned bookings;
	long balance;
};

static struct account ledger[ACCOUNTS];

static void note(char *text, size_t size, unsigned from, unsigned to)
{
	size_t i = 0;

	for (; i + 1 < size; i++)
		text[i] = 'A' + (from * 7 + to * 3 + i) % 26;
	text[i] = 0;
}

static void book(unsigned from, unsigned to, long cents, unsigned day)
{
	struct account *a = &ledger[from];
	struct booking *b = malloc(sizeof(*b));

	b->before = a->last;
	b->cents = -cents;
	b->day = day;
	b->other = to;
	note(b->text, sizeof(b->text), from, to);
	a->last = b;
	a->bookings++;
	ledger[to].balance += cents;
}

static long strike(const struct account *a)
{
	const struct booking *b = a->last;
	long sum = a->balance;

	for (int i = 0; b && i < 100; i++, b = b->before)
		sum += b->cents + b->text[b->day % sizeof(b->text)];
	return sum;
}

static void close_account(struct account *a)
{
	while (a->last) {
		struct booking *b = a->last;

		a->last = b->before;
		free(b);
	}
}

int main(void)
{
	unsigned seed = 25;
	long sum = 0;

	for (unsigned i = 0; i < 40000; i++) {
		seed = seed * 1664525u + 1013904223u;
		book((seed >> 8) % ACCOUNTS, (seed >> 16) % ACCOUNTS,
		     seed >> 20, i / 100);
		sum ^= strike(&ledger[i % ACCOUNTS]);
	}
	for (int i = 0; i < ACCOUNTS; i++)
		close_account(&ledger[i]);
	printf("%ld\n", sum);
	return 0;
}
