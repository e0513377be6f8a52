/* SPDX-License-Identifier: MIT */
#include "analyzer/output/gzip_stream.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define OUT_BYTES (256u << 10)
#define GZIP_WINDOW (15 + 16) /* the largest; 16 asks for gzip's header */
#define GZIP_MEMORY 8	      /* zlib's default */

void gzip_stream_init(struct gzip_stream *stream, FILE *file)
{
	memset(stream, 0, sizeof(*stream));
	stream->file = file;
	stream->out = xcalloc(1, OUT_BYTES);
	if (deflateInit2(&stream->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
			 GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		memory_exhausted();
	stream->z.next_out = stream->out;
	stream->z.avail_out = OUT_BYTES;
}

static void flush(struct gzip_stream *stream)
{
	fwrite(stream->out, 1, OUT_BYTES - stream->z.avail_out, stream->file);
	stream->z.next_out = stream->out;
	stream->z.avail_out = OUT_BYTES;
}

void gzip_stream_write(struct gzip_stream *stream, const void *bytes,
		       size_t len)
{
	const unsigned char *next = bytes;

	while (len > 0) {
		unsigned int part = len < UINT_MAX ? (unsigned int)len :
						     UINT_MAX;

		stream->z.next_in = (unsigned char *)(uintptr_t)next;
		stream->z.avail_in = part;
		while (stream->z.avail_in > 0) {
			deflate(&stream->z, Z_NO_FLUSH);
			if (stream->z.avail_out == 0)
				flush(stream);
		}
		next += part;
		len -= part;
	}
}

void gzip_stream_finish(struct gzip_stream *stream)
{
	while (deflate(&stream->z, Z_FINISH) == Z_OK)
		flush(stream);
	flush(stream);
	deflateEnd(&stream->z);
	free(stream->out);
	memset(stream, 0, sizeof(*stream));
}
