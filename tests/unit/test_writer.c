/* SPDX-License-Identifier: MIT */
/* The writer: whole blocks or none, into our file or none. */
#include "tests/unit/fake_ring.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "preload/block_index.h"

static void append_bytes(struct fake *f, size_t bytes, int wanted)
{
	struct writer_block block = { .type = DUMP_THREADS };
	struct codec_writer *payload = writer_begin(&f->writer);

	for (size_t i = 0; i < bytes; i++)
		codec_put_u8(payload, (uint8_t)(rand() >> 8));
	assert_int_equal(writer_append(&f->writer, &block), wanted);
}

static int append_stats(struct fake *f)
{
	struct writer_block block = { .type = DUMP_STATS };

	payload_put_stats(writer_begin(&f->writer), f->header->stats);
	return writer_append(&f->writer, &block);
}

static int append_end(struct fake *f)
{
	struct writer_block block = { .type = DUMP_END };

	assert_int_equal(writer_open(&f->writer), 0);
	block_index_put(&f->writer, END_EXIT);
	return writer_append(&f->writer, &block);
}

static void test_workspace_is_small(void **state)
{
	(void)state;
	assert_true(writer_workspace_bytes() <= 2u << 20);
}

static void test_blocks_are_whole(void **state)
{
	struct codec_writer *payload;
	struct writer_block block = { .type = DUMP_THREADS };
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	append_bytes(&f, 0, 0);
	append_bytes(&f, 100, 0);
	append_bytes(&f, WRITER_RAW_MAX, 0); /* does not shrink */
	payload = writer_begin(&f.writer);
	for (int i = 0; i < 300000; i++)
		codec_put_u8(payload, 'x');
	assert_int_equal(writer_append(&f.writer, &block), 0);
	assert_true(file_bytes(f.path) < WRITER_RAW_MAX + 10000);
	writer_close(&f.writer);
	append_bytes(&f, 1, 0); /* opens again */
	assert_int_equal(append_end(&f), 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_int_equal(p.blocks[DUMP_THREADS], 5);
	assert_int_equal(p.end_reason, END_EXIT);
	assert_int_equal(p.end_blocks, 5);
	assert_int_equal(f.header->dump_sequence, 6);
	assert_int_equal(f.header->intent.armed, 0);
	probe_release(&p);
	fake_release(&f);
}

static void test_payload_that_does_not_fit(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	append_bytes(&f, WRITER_RAW_MAX + 1, -EMSGSIZE);
	assert_int_equal(f.writer.error, 0);
	assert_int_equal(file_bytes(f.path), 0);
	fake_release(&f);
}

static void test_fd_is_high_and_private(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	assert_int_equal(writer_open(&f.writer), 0);
	assert_true(f.writer.file.fd >= DUMP_FILE_FD_MIN);
	assert_int_equal(fcntl(f.writer.file.fd, F_GETFD), FD_CLOEXEC);
	writer_close(&f.writer);
	assert_int_equal(fcntl(DUMP_FILE_FD_MIN, F_GETFD), -1);
	fake_release(&f);
}

static void test_exists(void **state)
{
	struct writer w;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	writer_init(&w, f.space, f.path);
	assert_int_equal(writer_create(&w), -EEXIST);
	fake_release(&f);
}

/* Another file stands at the path, or has our number: it stays as it is. */
static void test_never_into_another_file(void **state)
{
	struct fake f;
	int fd, lost;

	(void)state;
	fake_init(&f, "/tmp");
	append_bytes(&f, 10, 0);
	writer_close(&f.writer);
	unlink(f.path);
	fd = open(f.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	append_bytes(&f, 10, -ESTALE);
	assert_int_equal(file_bytes(f.path), 0);
	assert_int_equal(f.writer.error, -ESTALE);
	assert_int_equal(f.header->stats[STAT_FDS_LOST], 1);
	assert_int_equal(f.header->stats[STAT_WRITE_ERRNO], ESTALE);
	close(fd);
	fake_release(&f);
	fake_init(&f, "/tmp");
	assert_int_equal(writer_open(&f.writer), 0);
	fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	lost = f.writer.file.fd;
	assert_int_equal(dup2(fd, lost), lost);
	append_bytes(&f, 10, 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	assert_int_equal(f.header->stats[STAT_FDS_LOST], 1);
	assert_true(fcntl(lost, F_GETFD) >= 0); /* not ours to close */
	close(lost);
	/* closed only */
	close(f.writer.file.fd);
	append_bytes(&f, 10, 0);
	assert_int_equal(f.header->stats[STAT_FDS_LOST], 2);
	assert_int_equal(f.header->stats[STAT_WRITE_ERRORS], 0);
	assert_int_equal(f.writer.error, 0);
	/* and another file at the path, too */
	close(f.writer.file.fd);
	unlink(f.path);
	append_bytes(&f, 10, -ENOENT);
	fake_release(&f);
}

/* What a fork child has open of its parent's dump, whatever it remembers. */
static void test_the_parents_is_closed(void **state)
{
	struct fake f;
	int fd;

	(void)state;
	fake_init(&f, "/tmp");
	assert_int_equal(writer_open(&f.writer), 0);
	fd = f.writer.file.fd;
	f.writer.file.fd = -1; /* as if closed in the memory that it got */
	writer_leave_parent(&f.writer);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	/* a file of the program's that has the number now */
	f.writer.file.last = open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = f.writer.file.last;
	writer_leave_parent(&f.writer);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	close(fd);
	fake_release(&f);
}

/* Fills the dump until it fails with `error`; the last blocks still fit. */
static void fill_up(struct fake *f, int error)
{
	struct writer_block block = { .type = DUMP_THREADS };
	struct probe p;
	int ret = 0;

	for (int i = 0; i < 1000 && ret == 0; i++) {
		struct codec_writer *payload = writer_begin(&f->writer);

		for (int n = 0; n < 5000; n++)
			codec_put_u8(payload, (uint8_t)(rand() >> 8));
		ret = writer_append(&f->writer, &block);
	}
	assert_int_equal(ret, error);
	assert_int_equal(f->writer.error, error);
	append_bytes(f, 1, error); /* no more of these */
	assert_int_equal(append_stats(f), 0);
	assert_int_equal(append_end(f), 0);
	probe_dump(&p, f->path);
	assert_true(p.whole);
	assert_int_equal(p.stats[STAT_WRITE_ERRNO], -error);
	assert_int_equal(p.stats[STAT_WRITE_ERRORS], 1);
	assert_int_equal(p.end_reason, END_EXIT);
	probe_release(&p);
}

static void test_file_size_limit(void **state)
{
	struct rlimit before;
	struct rlimit small;
	struct fake f;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &before);
	small = before;
	small.rlim_cur = 100000;
	fake_init(&f, "/tmp");
	setrlimit(RLIMIT_FSIZE, &small); /* SIGXFSZ would end us */
	fill_up(&f, -EFBIG);
	assert_true(file_bytes(f.path) <= 100000);
	setrlimit(RLIMIT_FSIZE, &before);
	fake_release(&f);
}

static void test_full_disk(void **state)
{
	char folder[] = "/tmp/heapwise-full-XXXXXX";
	struct fake f;

	(void)state;
	assert_non_null(mkdtemp(folder));
	if (mount("none", folder, "tmpfs", 0, "size=200k") < 0) {
		rmdir(folder);
		skip();
	}
	fake_init(&f, folder);
	fill_up(&f, -ENOSPC);
	fake_release(&f);
	umount(folder);
	rmdir(folder);
}

/* Another process has the lock: not for ever, and not for long after its
 * death. */
static void test_lock(void **state)
{
	int ready[2];
	char byte;
	pid_t child;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		if (writer_open(&f.writer) == 0 &&
		    dump_file_lock(&f.writer.file) == 0 &&
		    write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	append_bytes(&f, 10, -EAGAIN);
	assert_int_equal(f.writer.error, 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	append_bytes(&f, 10, 0);
	close(ready[0]);
	close(ready[1]);
	fake_release(&f);
}

/* A fork child that has the open file has not the lock. */
static void test_unlocked_in_spite_of_a_fork(void **state)
{
	pid_t child;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	append_bytes(&f, 10, 0); /* open now */
	child = fork();
	if (child == 0) {
		pause();
		_exit(1);
	}
	append_bytes(&f, 10, 0);
	writer_close(&f.writer);
	append_bytes(&f, 10, 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	fake_release(&f);
}

/* The writer before us was killed inside a block. */
static void test_torn_block_is_cut(void **state)
{
	struct probe p;
	struct fake f;
	off_t length;

	(void)state;
	fake_init(&f, "/tmp");
	append_bytes(&f, 1000, 0);
	length = file_bytes(f.path);
	append_bytes(&f, 1000, 0);
	f.header->intent.armed = 2;
	f.header->intent.dump_bytes = (uint64_t)length;
	f.header->dump_sequence = 1;
	assert_int_equal(truncate(f.path, length + 500), 0);
	assert_int_equal(writer_settle(&f.writer, NULL), 0);
	assert_int_equal(file_bytes(f.path), length);
	assert_int_equal(f.header->intent.armed, 0);
	append_bytes(&f, 1000, 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	probe_release(&p);
	fake_release(&f);
}

/* It was killed after the block, before it said so. */
static void test_written_block_counts(void **state)
{
	struct ring_buffer *b;
	struct fake f;
	off_t length;

	(void)state;
	fake_init(&f, "/tmp");
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	b->head = 10;
	append_bytes(&f, 1000, 0);
	length = file_bytes(f.path);
	append_bytes(&f, 1000, 0);
	f.header->intent = (struct ring_intent){
		.armed = 2,
		.dump_bytes = (uint64_t)length,
		.tail = 7,
		.nodes = 5,
		.modules = 3,
	};
	f.header->dump_sequence = 1;
	length = file_bytes(f.path);
	assert_int_equal(writer_settle(&f.writer, b), 0);
	assert_int_equal(file_bytes(f.path), length);
	assert_int_equal(b->tail, 7);
	assert_int_equal(f.header->drained_nodes, 5);
	assert_int_equal(f.header->drained_modules, 3);
	assert_int_equal(f.header->dump_sequence, 2);
	fake_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workspace_is_small),
		cmocka_unit_test(test_blocks_are_whole),
		cmocka_unit_test(test_payload_that_does_not_fit),
		cmocka_unit_test(test_fd_is_high_and_private),
		cmocka_unit_test(test_exists),
		cmocka_unit_test(test_never_into_another_file),
		cmocka_unit_test(test_the_parents_is_closed),
		cmocka_unit_test(test_file_size_limit),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_unlocked_in_spite_of_a_fork),
		cmocka_unit_test(test_torn_block_is_cut),
		cmocka_unit_test(test_written_block_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
