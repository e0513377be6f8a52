/* SPDX-License-Identifier: MIT */
#include "analyzer/dump_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "analyzer/memory.h"
#include "include/crc32c.h"

#define HEADER_BYTES sizeof(struct dump_block_header)
#define SCAN_BYTES (64u << 10)
/* Looking again at what was passed, at most so many times the file's bytes:
 * blocks within blocks within blocks would take the square of it. */
#define GO_BACK_MAX 2
/* No zstd frame of DUMP_BLOCK_RAW_MAX bytes is longer. */
#define STORED_MAX (DUMP_BLOCK_RAW_MAX + (DUMP_BLOCK_RAW_MAX >> 7) + 1024)

/* What happened, what to do; by negated enum dump_error. */
static const struct {
	const char *text;
	const char *advice;
} errors[] = {
	[-DUMP_ERROR_OPEN] = { "cannot be opened", NULL },
	[-DUMP_ERROR_NOT_A_FILE] = { "is not a regular file",
				     "give the name of a dump" },
	[-DUMP_ERROR_READ] = { "cannot be read", NULL },
	[-DUMP_ERROR_EMPTY] = { "is empty",
				"was its program killed at the start? "
				"record again" },
	[-DUMP_ERROR_FOREIGN] = { "is not a heapwise dump",
				  "give a file made by 'heapwise record'" },
	[-DUMP_ERROR_CUT] = { "ends inside its first block",
			      "nothing can be read; record again" },
	[-DUMP_ERROR_VERSION] = { "is of another version of the format",
				  "use the heapwise that recorded it" },
	[-DUMP_ERROR_NO_META] = { "has lost its META block to damage",
				  "nothing can be read; record again" },
	[-DUMP_ERROR_PAYLOAD_CRC] = { "a block's checksum is wrong",
				      "the block is left out" },
	[-DUMP_ERROR_PAYLOAD] = { "a block does not decompress",
				  "the block is left out" },
	[-DUMP_ERROR_CONTENT] = { "a block's content makes no sense",
				  "the rest of the block is left out" },
	[-DUMP_ERROR_HEADER] = { "no block begins here",
				 "read on at the next whole one" },
	[-DUMP_ERROR_TAIL] = { "the file ends inside a block",
			       "read up to there" },
	[-DUMP_ERROR_SEQUENCE] = { "blocks are missing before this one",
				   "figures are too low" },
	[-DUMP_ERROR_SECOND] = { "another dump begins here",
				 "it is left out; split the file" },
	[-DUMP_ERROR_STOPPED] = { "the recording has no end",
				  "read up to there" },
};

const char *dump_error_text(int error)
{
	if (error >= 0 || error < DUMP_ERROR_LAST)
		return "has an unknown problem";
	return errors[-error].text;
}

const char *dump_error_advice(int error)
{
	if (error >= 0 || error < DUMP_ERROR_LAST)
		return NULL;
	return errors[-error].advice;
}

static int fail(struct dump_problem *problem, int error, uint64_t offset)
{
	problem->error = error;
	problem->errnum = errno;
	problem->offset = offset;
	if (error != DUMP_ERROR_OPEN && error != DUMP_ERROR_READ)
		problem->errnum = 0;
	return error;
}

/* Up to len bytes; fewer only at the file's end; -1 on error. */
static ssize_t read_at(int fd, uint64_t offset, void *buffer, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, (char *)buffer + done, len - done,
				  (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static bool has_magic(const void *bytes)
{
	return memcmp(bytes, DUMP_MAGIC, DUMP_MAGIC_BYTES) == 0;
}

/* Is it a header, whole and of any version? */
static bool is_header(const struct dump_block_header *header)
{
	struct dump_block_header copy = *header;

	copy.header_crc = 0;
	return has_magic(header->magic) &&
	       crc32c(0, &copy, sizeof(copy)) == header->header_crc;
}

static bool is_readable(const struct dump_block_header *header)
{
	return is_header(header) && header->version == DUMP_VERSION &&
	       header->raw_bytes <= DUMP_BLOCK_RAW_MAX &&
	       header->stored_bytes <= STORED_MAX;
}

/* Looks for a header among len bytes that stand at `offset` in the file. */
static uint64_t find_in(const struct dump_reader *r, const uint8_t *bytes,
			size_t len, uint64_t offset)
{
	const uint8_t *end = bytes + len;

	for (const uint8_t *p = bytes;; p++) {
		struct dump_block_header header;

		p = memmem(p, (size_t)(end - p), DUMP_MAGIC, DUMP_MAGIC_BYTES);
		if (!p)
			return r->file_bytes;
		offset += (uint64_t)(p - bytes);
		bytes = p;
		if (read_at(r->fd, offset, &header, HEADER_BYTES) ==
			    (ssize_t)HEADER_BYTES &&
		    is_readable(&header))
			return offset;
	}
}

/* Where the file has bytes at or after `from`: nothing begins in a hole, which
 * may be larger than any disk. Where the file system cannot tell, `from`. */
static uint64_t skip_hole(const struct dump_reader *r, uint64_t from)
{
	off_t at = lseek(r->fd, (off_t)from, SEEK_DATA);

	if (at >= 0)
		return (uint64_t)at;
	return errno == ENXIO ? r->file_bytes : from;
}

/* The first valid header at or after `from`; file_bytes if there is none. */
static uint64_t find_header(const struct dump_reader *r, uint64_t from)
{
	uint8_t *chunk = xcalloc(1, SCAN_BYTES);
	uint64_t found = r->file_bytes;

	while (from < r->file_bytes) {
		ssize_t len;

		from = skip_hole(r, from);
		len = read_at(r->fd, from, chunk, SCAN_BYTES);
		if (len < DUMP_MAGIC_BYTES)
			break;
		found = find_in(r, chunk, (size_t)len, from);
		if (found < r->file_bytes)
			break;
		from += (uint64_t)len - (DUMP_MAGIC_BYTES - 1);
	}
	free(chunk);
	return found;
}

/* The file's beginning: a dump, or what else? */
static int check_start(const struct dump_reader *r)
{
	struct dump_block_header header;
	ssize_t len = read_at(r->fd, 0, &header, HEADER_BYTES);
	size_t magic = len < DUMP_MAGIC_BYTES ? (size_t)len : DUMP_MAGIC_BYTES;

	if (len < 0)
		return DUMP_ERROR_READ;
	if (len == 0)
		return DUMP_ERROR_EMPTY;
	if (len < (ssize_t)HEADER_BYTES)
		return memcmp(&header, DUMP_MAGIC, magic) ?
			       DUMP_ERROR_FOREIGN :
			       DUMP_ERROR_CUT;
	if (is_readable(&header))
		return r->file_bytes < HEADER_BYTES + header.stored_bytes ?
			       DUMP_ERROR_CUT :
			       DUMP_OK;
	if (is_header(&header) && header.version != DUMP_VERSION)
		return DUMP_ERROR_VERSION;
	if (find_header(r, 1) < r->file_bytes)
		return DUMP_OK;
	return has_magic(&header) ? DUMP_ERROR_NO_META : DUMP_ERROR_FOREIGN;
}

static int open_file(struct dump_reader *r, struct dump_problem *problem)
{
	struct stat st;

	/* a pipe would block until somebody writes */
	r->fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (r->fd < 0 || fstat(r->fd, &st) < 0)
		return fail(problem, DUMP_ERROR_OPEN, 0);
	if (!S_ISREG(st.st_mode))
		return fail(problem, DUMP_ERROR_NOT_A_FILE, 0);
	r->file_bytes = (uint64_t)st.st_size;
	return DUMP_OK;
}

int dump_reader_open(struct dump_reader *r, const char *path,
		     struct dump_problem *problem)
{
	int ret;

	crc32c_init();
	memset(r, 0, sizeof(*r));
	memset(problem, 0, sizeof(*problem));
	r->path = xstrndup(path, strlen(path));
	ret = open_file(r, problem);
	if (ret == DUMP_OK) {
		ret = check_start(r);
		if (ret < 0)
			fail(problem, ret,
			     ret == DUMP_ERROR_CUT ? r->file_bytes : 0);
	}
	if (ret < 0)
		dump_reader_release(r);
	return ret;
}

void dump_reader_release(struct dump_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->path);
	free(r->damage);
	memset(r, 0, sizeof(*r));
	r->fd = -1;
}

void dump_reader_note(struct dump_reader *r, int error, uint64_t offset,
		      uint64_t bytes)
{
	for (size_t i = r->damage_count; i-- > 0;)
		if (r->damage[i].offset == offset)
			return;
	r->damage_total++;
	if (r->damage_count == DUMP_DAMAGE_MAX)
		return;
	GROW(r->damage, r->damage_capacity, r->damage_count);
	r->damage[r->damage_count++] = (struct dump_damage){
		.offset = offset,
		.bytes = bytes,
		.error = error,
	};
}

/*
 * No whole block at r->offset. A drainer that was killed may have left part of
 * a block behind, and the next one its own after that: look again from right
 * after the last header on. Notes the damage; false if nothing follows.
 */
static bool resynchronise(struct dump_reader *r, int error, uint64_t from)
{
	uint64_t found = find_header(r, from);
	uint64_t next = found > r->offset ? found : r->offset;

	dump_reader_note(r, error, r->offset, next - r->offset);
	r->gone_back += next - found;
	r->offset = found;
	return found < r->file_bytes;
}

/* Is this the block that should come next? False: stop here. */
static bool check_sequence(struct dump_reader *r,
			   const struct dump_block *block)
{
	uint64_t sequence = block->header.sequence;

	if (block->header.type == DUMP_META && sequence == 0 &&
	    r->sequence > 0) {
		dump_reader_note(r, DUMP_ERROR_SECOND, block->offset,
				 r->file_bytes - block->offset);
		return false;
	}
	if (sequence != r->sequence && !r->resynchronised)
		dump_reader_note(r, DUMP_ERROR_SEQUENCE, block->offset, 0);
	r->sequence = sequence + 1;
	return true;
}

/* How the header at r->offset is: OK, or the damage that it is. */
static int look(const struct dump_reader *r, struct dump_block *block)
{
	ssize_t len = read_at(r->fd, r->offset, &block->header, HEADER_BYTES);

	if (len < 0)
		return DUMP_ERROR_READ;
	if (len < (ssize_t)HEADER_BYTES)
		return DUMP_ERROR_TAIL;
	if (!is_readable(&block->header))
		return DUMP_ERROR_HEADER;
	if (r->file_bytes - r->offset - HEADER_BYTES <
	    block->header.stored_bytes)
		return DUMP_ERROR_TAIL;
	return DUMP_OK;
}

int dump_reader_next(struct dump_reader *r, struct dump_block *block,
		     struct dump_problem *problem)
{
	r->resynchronised = false;
	while (r->offset < r->file_bytes) {
		int error = look(r, block);
		uint64_t from = r->offset + 1;

		if (error == DUMP_ERROR_READ)
			return fail(problem, error, r->offset);
		if (error == DUMP_OK) {
			block->offset = r->offset;
			if (!check_sequence(r, block))
				break;
			r->floor = r->offset + HEADER_BYTES;
			r->offset = r->floor + block->header.stored_bytes;
			r->ended = block->header.type == DUMP_END;
			return 1;
		}
		if (error == DUMP_ERROR_HEADER && !r->resynchronised &&
		    r->floor && r->gone_back <= GO_BACK_MAX * r->file_bytes)
			from = r->floor;
		if (!resynchronise(r, error, from))
			break;
		r->resynchronised = true;
	}
	r->offset = r->file_bytes;
	return 0;
}

static int decompress(const struct dump_block_header *header,
		      struct dump_payload *payload)
{
	const uint8_t *stored = payload->stored + HEADER_BYTES;
	size_t len;

	if (!payload->bytes || payload->capacity < header->raw_bytes) {
		payload->bytes = xreallocarray(payload->bytes,
					       header->raw_bytes, 1);
		payload->capacity = header->raw_bytes;
	}
	if (!(header->flags & DUMP_FLAG_ZSTD)) {
		if (header->raw_bytes != header->stored_bytes)
			return DUMP_ERROR_PAYLOAD;
		if (header->raw_bytes)
			memcpy(payload->bytes, stored, header->raw_bytes);
		return DUMP_OK;
	}
	if (!payload->zstd)
		payload->zstd = ZSTD_createDCtx();
	if (!payload->zstd)
		memory_exhausted();
	len = ZSTD_decompressDCtx(payload->zstd, payload->bytes,
				  header->raw_bytes, stored,
				  header->stored_bytes);
	return len == header->raw_bytes ? DUMP_OK : DUMP_ERROR_PAYLOAD;
}

int dump_reader_load(const struct dump_reader *r, uint64_t offset,
		     uint32_t stored_bytes, struct dump_payload *payload)
{
	struct dump_block_header header;
	size_t bytes = HEADER_BYTES + stored_bytes;

	payload->len = 0;
	if (payload->stored_capacity < bytes) {
		payload->stored = xreallocarray(payload->stored, bytes, 1);
		payload->stored_capacity = bytes;
	}
	if (read_at(r->fd, offset, payload->stored, bytes) != (ssize_t)bytes)
		return DUMP_ERROR_READ;
	memcpy(&header, payload->stored, HEADER_BYTES);
	if (!is_readable(&header) || header.stored_bytes != stored_bytes)
		return DUMP_ERROR_HEADER;
	if (crc32c(0, payload->stored + HEADER_BYTES, stored_bytes) !=
	    header.payload_crc)
		return DUMP_ERROR_PAYLOAD_CRC;
	if (decompress(&header, payload) < 0)
		return DUMP_ERROR_PAYLOAD;
	payload->len = header.raw_bytes;
	return DUMP_OK;
}

void dump_payload_release(struct dump_payload *payload)
{
	ZSTD_freeDCtx(payload->zstd);
	free(payload->bytes);
	free(payload->stored);
	memset(payload, 0, sizeof(*payload));
}
