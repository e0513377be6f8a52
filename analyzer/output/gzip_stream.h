/* SPDX-License-Identifier: MIT */
/*
 * A gzip file written to a stream as it is made. The same bytes in give the
 * same bytes out: no name, no time. Whether the stream took them is for its
 * owner to ask.
 */
#ifndef ANALYZER_OUTPUT_GZIP_STREAM_H
#define ANALYZER_OUTPUT_GZIP_STREAM_H

#include <stdio.h>
#include <zlib.h>

struct gzip_stream {
	FILE *file;
	z_stream z;
	unsigned char *out;
};

void gzip_stream_init(struct gzip_stream *stream, FILE *file);
void gzip_stream_write(struct gzip_stream *stream, const void *bytes,
		       size_t len);
/* Ends the file and releases the stream. */
void gzip_stream_finish(struct gzip_stream *stream);

#endif
