/* SPDX-License-Identifier: MIT */
#include "preload/dump_file.h"

#include <string.h>
#include <sys/resource.h>

#include "include/crc32c.h"
#include "preload/sys.h"

#define LOCK_TRIES 1000 /* a millisecond apart */
#define EINTR_TRIES 100

static int status(int fd, struct stat *st)
{
	return (int)sys_call3(SYS_fstat, fd, (long)st, 0);
}

static bool is_dump(const struct dump_file *f, const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_dev == f->device &&
	       st->st_ino == f->inode;
}

/* Out of the way of the low numbers that the target hands out. -EBADF: another
 * thread has taken one of the two. */
static int move_up(const struct dump_file *f, int fd)
{
	struct stat low_st, high_st;
	bool is_low, is_high;
	int high;

	if (fd < 0)
		return fd;
	high = sys_fcntl(fd, F_DUPFD_CLOEXEC, DUMP_FILE_FD_MIN);
	if (high < 0)
		return high == -EBADF ? high : fd;
	if (f->inode == 0) { /* new: not known yet */
		sys_close(fd);
		return high;
	}
	is_low = status(fd, &low_st) == 0;
	is_high = status(high, &high_st) == 0;
	if (is_low && is_high && low_st.st_dev == high_st.st_dev &&
	    low_st.st_ino == high_st.st_ino && !is_dump(f, &low_st))
		sys_close(high); /* of what has the low one now */
	if (is_low && is_dump(f, &low_st))
		sys_close(fd);
	return is_high && is_dump(f, &high_st) ? high : -EBADF;
}

static int open_dump(struct dump_file *f, int flags)
{
	int fd = -EINTR;

	for (int i = 0; i < EINTR_TRIES && fd == -EINTR; i++)
		fd = sys_open(f->path, O_RDWR | O_NOFOLLOW | O_NOCTTY | flags,
			      0666);
	f->last_low = fd >= 0 ? fd : f->last_low;
	fd = move_up(f, fd);
	f->last = fd >= 0 ? fd : f->last;
	return fd;
}

int dump_file_create(struct dump_file *f)
{
	struct stat st;
	int fd = open_dump(f, O_CREAT | O_EXCL);
	int ret;

	if (fd < 0)
		return fd;
	ret = status(fd, &st);
	if (ret < 0) {
		sys_close(fd);
		return ret;
	}
	f->device = st.st_dev;
	f->inode = st.st_ino;
	f->fd = fd;
	return 0;
}

int dump_file_check(const struct dump_file *f, uint64_t *length)
{
	struct stat st;
	int ret = status(f->fd, &st);

	if (ret < 0)
		return ret;
	if (!is_dump(f, &st))
		return -ESTALE;
	*length = (uint64_t)st.st_size;
	return 0;
}

/* An inode number may come back as another file's. */
static int check_magic(const struct dump_file *f, uint64_t length)
{
	uint8_t magic[DUMP_MAGIC_BYTES];
	long got;

	if (length == 0)
		return 0;
	got = sys_call6(SYS_pread64, f->fd, (long)magic, sizeof(magic), 0, 0,
			0);
	if (got < 0)
		return (int)got;
	return got == sizeof(magic) &&
	       memcmp(magic, DUMP_MAGIC, sizeof(magic)) == 0 ? 0 : -ESTALE;
}

/* Has the path the dump, so that another thread took the number from us? */
static bool is_at_path(const struct dump_file *f)
{
	struct stat st;

	return sys_call6(SYS_newfstatat, AT_FDCWD, (long)f->path, (long)&st,
			 AT_SYMLINK_NOFOLLOW, 0, 0) == 0 &&
	       st.st_dev == f->device && st.st_ino == f->inode;
}

int dump_file_open(struct dump_file *f)
{
	uint64_t length;
	int ret;

	if (f->fd >= 0)
		return 0;
	/* O_NONBLOCK: a FIFO in its place must not hold us up */
	f->fd = open_dump(f, O_NONBLOCK);
	if (f->fd < 0) {
		ret = f->fd;
		f->fd = -1;
		return ret;
	}
	ret = dump_file_check(f, &length);
	if (ret == 0)
		ret = check_magic(f, length);
	if (ret == -ESTALE && is_at_path(f) && dump_file_check(f, &length) < 0)
		ret = -EBADF; /* the number is the program's by now */
	if (ret < 0 && ret != -EBADF)
		sys_close(f->fd);
	if (ret < 0)
		f->fd = -1;
	return ret;
}

void dump_file_close(struct dump_file *f)
{
	uint64_t length;

	if (f->fd >= 0 && dump_file_check(f, &length) == 0)
		sys_close(f->fd);
	f->fd = -1;
}

void dump_file_leave_parent(struct dump_file *f)
{
	if (f->last_low > 0 && f->last_low != f->fd) {
		struct dump_file low = *f;

		low.fd = f->last_low;
		dump_file_close(&low);
	}
	if (f->fd < 0 && f->last > 0)
		f->fd = f->last;
	dump_file_close(f);
	f->last_low = f->last = 0;
}

static int set_lock(int fd, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	return sys_fcntl(fd, F_OFD_SETLK, (long)&lock);
}

static void nap(void)
{
	struct timespec time = { 0, 1000000 };

	sys_call3(SYS_nanosleep, (long)&time, 0, 0);
}

int dump_file_lock(const struct dump_file *f)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		int ret = set_lock(f->fd, F_WRLCK);

		if (ret != -EAGAIN && ret != -EACCES && ret != -EINTR)
			return ret == -EBADF ? ret : 0;
		nap();
	}
	return -EAGAIN;
}

void dump_file_unlock(const struct dump_file *f)
{
	set_lock(f->fd, F_UNLCK);
}

int dump_file_reserve(const struct dump_file *f, uint64_t offset,
		      uint64_t bytes, uint64_t spare)
{
	struct rlimit limit;
	long ret = -EINTR;

	if (sys_call6(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0) ==
		    0 &&
	    limit.rlim_cur != RLIM_INFINITY &&
	    offset + bytes + spare > limit.rlim_cur)
		return -EFBIG;
	if (spare == 0)
		return 0;
	for (int i = 0; i < EINTR_TRIES && ret == -EINTR; i++)
		ret = sys_call6(SYS_fallocate, f->fd, FALLOC_FL_KEEP_SIZE,
				(long)offset, (long)(bytes + spare), 0, 0);
	return ret == -ENOSPC || ret == -EDQUOT ? (int)ret : 0;
}

int dump_file_write(const struct dump_file *f, uint64_t offset,
		    const void *bytes, size_t len)
{
	const uint8_t *from = bytes;
	size_t done = 0;
	long ret = 0;

	while (done < len) {
		ret = sys_call6(SYS_pwrite64, f->fd, (long)(from + done),
				(long)(len - done), (long)(offset + done), 0,
				0);
		if (ret == -EINTR)
			continue;
		if (ret <= 0)
			break;
		done += (size_t)ret;
	}
	if (done == len)
		return 0;
	if (done > 0)
		dump_file_truncate(f, offset);
	return ret < 0 ? (int)ret : -ENOSPC;
}

int dump_file_truncate(const struct dump_file *f, uint64_t bytes)
{
	return (int)sys_call3(SYS_ftruncate, f->fd, (long)bytes, 0);
}

bool dump_file_block(const struct dump_file *f, uint64_t offset,
		     uint64_t length, struct dump_block_header *header)
{
	long size = sizeof(*header);
	uint32_t crc;
	bool right;

	if (offset > length || length - offset < sizeof(*header) ||
	    sys_call6(SYS_pread64, f->fd, (long)header, size, (long)offset, 0,
		      0) != size)
		return false;
	crc = header->header_crc;
	header->header_crc = 0;
	right = memcmp(header->magic, DUMP_MAGIC, DUMP_MAGIC_BYTES) == 0 &&
		crc32c(0, header, sizeof(*header)) == crc;
	header->header_crc = crc;
	return right &&
	       length - offset - sizeof(*header) >= header->stored_bytes;
}
