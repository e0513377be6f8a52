/* SPDX-License-Identifier: MIT */
/*
 * A web server that writes each page twice: as HTML, and as plain text for its
 * search index. Both are buffers that double with realloc, in turn, so that
 * neither can grow in place. 30,000 chains of 6.5 blocks on average, 0.89 of
 * the final bytes copied. Both could start at a usual page's size.
 *
 * expect: reserve buffer_add
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef FIXED
#define FIRST_BYTES 65536
#else
#define FIRST_BYTES 64
#endif
#define PAGES 15000

struct buffer {
	char *bytes;
	size_t used, room;
};

static unsigned seed = 21;

static unsigned next_random(unsigned limit)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 9) % limit;
}

static void *xrealloc(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		abort();
	return p;
}

static void buffer_add(struct buffer *buffer, const char *text, size_t length)
{
	if (buffer->used + length > buffer->room) {
		size_t room = buffer->room ? buffer->room * 2 : FIRST_BYTES;

		while (room < buffer->used + length)
			room *= 2;
		buffer->bytes = xrealloc(buffer->bytes, room);
		buffer->room = room;
	}
	memcpy(buffer->bytes + buffer->used, text, length);
	buffer->used += length;
}

static void write_page(struct buffer *page, struct buffer *plain,
		       const char *text)
{
	unsigned paragraphs = 28 + next_random(12);

	for (unsigned i = 0; i < paragraphs; i++) {
		text += next_random(3);
		buffer_add(page, text, 1000);
		buffer_add(plain, text + 3, 990);
	}
}

static unsigned long send_page(const struct buffer *page)
{
	unsigned long sum = page->used;

	for (size_t i = 0; i < page->used; i += 1000)
		sum = sum * 31 + (unsigned char)page->bytes[i];
	return sum;
}

static unsigned long serve(const char *text)
{
	struct buffer page = { 0 }, plain = { 0 };
	unsigned long sum;

	write_page(&page, &plain, text);
	sum = send_page(&page) ^ send_page(&plain);
	free(page.bytes);
	free(plain.bytes);
	return sum;
}

int main(void)
{
	static char text[2048];
	unsigned long sum = 0;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + next_random(26));
	for (int i = 0; i < PAGES; i++)
		sum += serve(text);
	printf("%lu\n", sum);
	return 0;
}
