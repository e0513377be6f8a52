/* SPDX-License-Identifier: MIT */
#include "analyzer/output/pprof_stream.h"

#include <string.h>

#include "analyzer/output/profile_proto.h"

void pprof_stream_init(struct pprof_stream *stream, FILE *file)
{
	*stream = (struct pprof_stream){ 0 };
	gzip_stream_init(&stream->gzip, file);
	string_table_init(&stream->strings);
}

static void write_field(struct pprof_stream *stream)
{
	gzip_stream_write(&stream->gzip, stream->field.bytes,
			  stream->field.len);
	protobuf_clear(&stream->field);
}

void pprof_stream_put_uint(struct pprof_stream *stream, unsigned int field,
			   uint64_t value)
{
	protobuf_put_uint(&stream->field, field, value);
	write_field(stream);
}

void pprof_stream_put_message(struct pprof_stream *stream, unsigned int field,
			      const struct protobuf *message)
{
	protobuf_put_message(&stream->field, field, message);
	write_field(stream);
}

/* The first is empty, and has to be there. */
static void write_strings(struct pprof_stream *stream)
{
	for (size_t i = 0; i < stream->strings.count; i++) {
		const char *text = stream->strings.texts[i];

		protobuf_put_string(&stream->field, PROFILE_STRING_TABLE, text,
				    strlen(text));
		write_field(stream);
	}
}

void pprof_stream_finish(struct pprof_stream *stream)
{
	write_strings(stream);
	gzip_stream_finish(&stream->gzip);
	string_table_release(&stream->strings);
	protobuf_release(&stream->field);
}
