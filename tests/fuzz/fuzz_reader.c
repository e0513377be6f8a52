/* SPDX-License-Identifier: MIT */
/*
 * The analyzer against any file at all, under libFuzzer: opened, verified,
 * replayed. The first byte of an input says what the rest is:
 *   0  a dump, as it is (most changes break a checksum, and that is the test)
 *   1  payloads: u8 type, u8 thread, u8 events, u16 bytes, then so many; each
 *      becomes a block whose checksums are right
 *   2  the ring file beside a dump that has nothing but META
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/profile.h"
#include "include/codec.h"
#include "include/crc32c.h"

#define BLOCKS_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t dump[BLOCKS_MAX];
static size_t dump_bytes;
static uint64_t sequence;

static const char *dump_path(void)
{
	static char path[64];

	if (!path[0])
		snprintf(path, sizeof(path), "/dev/shm/heapwise-fuzz.%d",
			 (int)getpid());
	return path;
}

static void save(const char *path, const uint8_t *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		abort();
	close(fd);
}

static void add_block(unsigned int type, unsigned int thread,
		      unsigned int count, const struct codec_reader *payload)
{
	struct dump_block_header header = {
		.version = DUMP_VERSION,
		.type = (uint16_t)type,
		.thread = thread,
		.count = count,
	};
	size_t bytes = codec_left(payload);

	if (BLOCKS_MAX - dump_bytes < sizeof(header) + bytes)
		return;
	memcpy(header.magic, DUMP_MAGIC, DUMP_MAGIC_BYTES);
	header.stored_bytes = (uint32_t)bytes;
	header.raw_bytes = (uint32_t)bytes;
	header.payload_crc = crc32c(0, payload->next, bytes);
	header.sequence = sequence++;
	header.header_crc = crc32c(0, &header, sizeof(header));
	memcpy(dump + dump_bytes, &header, sizeof(header));
	dump_bytes += sizeof(header);
	memcpy(dump + dump_bytes, payload->next, bytes);
	dump_bytes += bytes;
}

/* What a ring file must agree with: pid 1, session 0. */
static void add_meta(unsigned int mode)
{
	uint8_t bytes[64];
	struct codec_writer w;
	struct codec_reader r;

	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_tag_varint(&w, META_PID, 1);
	codec_put_tag_varint(&w, META_MODE, mode);
	codec_put_tag_varint(&w, META_SAMPLE_BYTES, 512);
	codec_reader_init(&r, bytes, codec_written(&w));
	add_block(DUMP_META, 0, 1, &r);
}

static void build(const uint8_t *data, size_t size)
{
	struct codec_reader r;

	codec_reader_init(&r, data, size);
	add_meta(codec_get_u8(&r) % 3);
	while (codec_left(&r)) {
		unsigned int type = codec_get_u8(&r) % 12;
		unsigned int thread = codec_get_u8(&r) % 8;
		unsigned int count = codec_get_u8(&r);
		size_t bytes = codec_get_u8(&r);
		struct codec_reader payload;

		bytes |= (size_t)codec_get_u8(&r) << 8;
		if (bytes > codec_left(&r))
			bytes = codec_left(&r);
		payload = codec_get_sub(&r, bytes);
		add_block(type, thread, count, &payload);
	}
}

static void use(const char *path)
{
	static const enum profile_by by[] = {
		PROFILE_BY_STACK,
		PROFILE_BY_THREAD,
		PROFILE_BY_SIZE,
	};
	struct recording *recording;
	struct dump_problem problem;

	if (recording_open(&recording, path, &problem) < 0)
		return;
	recording_verify(recording);
	for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		const struct profile_view view = { .by = by[i] };
		struct profile *profile;

		profile_run(&profile, recording, &view);
		profile_figure(profile, &profile->total, FIGURE_PEAK_BYTES);
		profile_free(profile);
	}
	recording_free(recording);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char ring[80];
	unsigned int kind = size ? data[0] % 3 : 0;

	crc32c_init();
	dump_bytes = 0;
	sequence = 0;
	snprintf(ring, sizeof(ring), "%s.ring", dump_path());
	if (size) {
		data++;
		size--;
	}
	if (kind == 1)
		build(data, size);
	else if (kind == 2)
		add_meta(MODE_EXACT);
	if (kind == 0)
		save(dump_path(), data, size);
	else
		save(dump_path(), dump, dump_bytes);
	if (kind == 2)
		save(ring, data, size);
	use(dump_path());
	unlink(dump_path());
	if (kind == 2)
		unlink(ring);
	return 0;
}
