/* SPDX-License-Identifier: MIT */
/*
 * A job queue of packed pages: each page grows by realloc, entry by entry, as
 * jobs come in, and shrinks again as they are taken, down to its empty header.
 * It grows at the heap's end, in place: nothing is copied. Against the size that
 * a page has in the end it would seem much. 600 chains of 64 steps.
 *
 * near: reserve copied: 0 of the bytes, under 0.5
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGES 600
#define JOBS 64
#define HEADER 8
#define ENTRY_MOST 96

struct page {
	unsigned char *bytes;
	size_t used;
	size_t lengths[JOBS];
	unsigned count;
};

static __attribute__((noinline)) void resize_page(struct page *page,
						  size_t bytes)
{
	unsigned char *grown = realloc(page->bytes, bytes);

	if (!grown)
		exit(1);
	page->bytes = grown;
	page->used = bytes;
}

static void push_job(struct page *page, unsigned job)
{
	size_t at = page->used, length = 16 + job * 7 % (ENTRY_MOST - 16);

	resize_page(page, page->used + length);
	memset(page->bytes + at, (int)(job & 0xff), length);
	page->lengths[page->count++] = length;
}

static unsigned pop_job(struct page *page)
{
	size_t length = page->lengths[--page->count];
	unsigned first = page->bytes[page->used - length];

	resize_page(page, page->used - length);
	return first;
}

int main(void)
{
	unsigned long sum = 0;

	for (unsigned i = 0; i < PAGES; i++) {
		struct page page = { .bytes = NULL };

		resize_page(&page, HEADER);
		for (unsigned k = 0; k < JOBS; k++)
			push_job(&page, i * JOBS + k);
		while (page.count > 0)
			sum = sum * 31 + pop_job(&page);
		free(page.bytes);
	}
	printf("%lu\n", sum);
	return 0;
}
