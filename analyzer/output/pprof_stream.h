/* SPDX-License-Identifier: MIT */
/*
 * A profile.proto on its way into a gzip file: its fields leave as they are
 * made, the strings that they named at the end.
 */
#ifndef ANALYZER_OUTPUT_PPROF_STREAM_H
#define ANALYZER_OUTPUT_PPROF_STREAM_H

#include "analyzer/output/gzip_stream.h"
#include "analyzer/output/protobuf.h"
#include "analyzer/output/string_table.h"

struct pprof_stream {
	struct gzip_stream gzip;
	struct string_table strings;
	struct protobuf field; /* scratch */
};

void pprof_stream_init(struct pprof_stream *stream, FILE *file);

/* Fields of the profile itself; their numbers are in profile_proto.h. */
void pprof_stream_put_uint(struct pprof_stream *stream, unsigned int field,
			   uint64_t value);
void pprof_stream_put_message(struct pprof_stream *stream, unsigned int field,
			      const struct protobuf *message);

/* The number of a string, see string_table_add(). */
static inline uint64_t pprof_stream_string(struct pprof_stream *stream,
					   const char *text)
{
	return string_table_add(&stream->strings, text);
}

/* Writes the strings, ends the file and releases the stream. */
void pprof_stream_finish(struct pprof_stream *stream);

#endif
