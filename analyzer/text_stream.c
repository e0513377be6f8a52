/* SPDX-License-Identifier: MIT */
#include "analyzer/text_stream.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

/* Room for so many more and a NUL. */
static bool make_room(struct text_stream *stream, size_t len)
{
	size_t capacity = 2 * (stream->len + len + 1);
	char *text;

	if (stream->capacity - stream->len > len)
		return true;
	text = realloc(stream->text, capacity);
	if (!text)
		return false;
	stream->text = text;
	stream->capacity = capacity;
	return true;
}

/* Does not end the program itself: exit() writes this stream once more. */
static ssize_t append(void *cookie, const char *bytes, size_t len)
{
	struct text_stream *stream = cookie;

	if (stream->failed || !make_room(stream, len)) {
		stream->failed = true;
		return 0;
	}
	memcpy(stream->text + stream->len, bytes, len);
	stream->len += len;
	return (ssize_t)len;
}

FILE *text_stream_open(struct text_stream *stream)
{
	cookie_io_functions_t functions = { .write = append };

	memset(stream, 0, sizeof(*stream));
	stream->file = fopencookie(stream, "w", functions);
	if (!stream->file)
		memory_exhausted();
	return stream->file;
}

char *text_stream_close(struct text_stream *stream)
{
	if (fclose(stream->file) || !make_room(stream, 0))
		memory_exhausted();
	stream->text[stream->len] = '\0';
	return stream->text;
}
