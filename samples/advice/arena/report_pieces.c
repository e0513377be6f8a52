/* SPDX-License-Identifier: MIT */
/*
 * A report writer: each document's numbers become pieces of text, one call of
 * number_piece() each, and stay in a list until join_pieces() has put them
 * together. Nothing is left when a document is done, and nearly every block is
 * number_piece()'s; but it is done 400 times before they go. 300 epochs of 801
 * objects, total/peak 1.00, most freed long after number_piece() returned.
 *
 * expect: arena write_document
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENTS 300
#define ROWS 40
#define COLUMNS 10

struct piece {
	struct piece *next;
	size_t length;
	char *text;
};

struct report {
	struct piece *first, **end;
	size_t length;
};

static __attribute__((noinline)) struct piece *number_piece(unsigned long n)
{
	char digits[64];
	int length = snprintf(digits, sizeof(digits), "%lu.%02lu ", n / 100,
			      n % 100);
	struct piece *piece = malloc(sizeof(*piece));
	char *text = malloc((size_t)length + 1);

	if (!piece || !text)
		exit(1);
	piece->text = text;
	piece->next = NULL;
	piece->length = (size_t)length;
	memcpy(piece->text, digits, piece->length + 1);
	return piece;
}

static __attribute__((noinline)) void add_cell(struct report *report,
					       unsigned long number)
{
	struct piece *piece = number_piece(number);

	*report->end = piece;
	report->end = &piece->next;
	report->length += piece->length;
}

static __attribute__((noinline)) unsigned long add_row(struct report *report,
						       unsigned long seed)
{
	for (int i = 0; i < COLUMNS; i++) {
		add_cell(report, seed);
		seed = seed * 6364136223846793005u + 1442695040888963407u;
	}
	return seed;
}

static __attribute__((noinline)) void add_table(struct report *report,
						unsigned long seed)
{
	for (int i = 0; i < ROWS; i++)
		seed = add_row(report, seed);
	report->length++;
}

static __attribute__((noinline)) unsigned long
join_pieces(struct report *report)
{
	char *text = malloc(report->length + 1), *at = text;
	struct piece *piece, *next;
	unsigned long sum = 0;

	if (!text)
		exit(1);
	for (piece = report->first; piece; piece = next) {
		next = piece->next;
		memcpy(at, piece->text, piece->length);
		at += piece->length;
		free(piece->text);
		free(piece);
	}
	*at = '\0';
	for (at = text; *at; at++)
		sum = sum * 31 + (unsigned char)*at;
	free(text);
	return sum;
}

static __attribute__((noinline)) unsigned long
write_document(unsigned long number)
{
	struct report report = { .first = NULL, .length = 0 };
	unsigned long sum;

	report.end = &report.first;
	add_table(&report, number * 2654435761u);
	sum = join_pieces(&report);
	return sum ^ number;
}

int main(void)
{
	unsigned long sum = 0;

	for (unsigned long i = 0; i < DOCUMENTS; i++)
		sum += write_document(i);
	printf("%lu\n", sum);
	return 0;
}
