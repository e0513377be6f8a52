/* SPDX-License-Identifier: MIT */
#include "analyzer/debug_files.h"
#include "analyzer/memory.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zlib.h>

#define DEBUG_ROOT "/usr/lib/debug"
#define OPEN_FLAGS (O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
#define BUILD_ID_BYTES_MAX 64
#define READ_BYTES (1 << 16)

/* The search's state: where, for what, and what was found. */
struct hunt {
	const struct debug_search *search;
	const struct debug_wanted *wanted;
	const char *root; /* "" or the sysroot */
	char id[2 * BUILD_ID_BYTES_MAX + 2]; /* "ab/cdef..." */
	char *directory; /* of the file that it belongs to */
	int fd;
	char *found;
};

/* Absolute links below a root mean the root's files, as they did there. */
static int open_below(const char *root, const char *path)
{
	struct open_how how = { .flags = O_RDONLY | OPEN_FLAGS,
				.resolve = RESOLVE_IN_ROOT };
	int directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *whole;
	int fd;

	if (directory < 0)
		return -1;
	fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
	if (fd < 0 && errno == ENOSYS) {
		whole = xasprintf("%s/%s", root, path);
		fd = open(whole, O_RDONLY | OPEN_FLAGS);
		free(whole);
	}
	close(directory);
	return fd;
}

/* Opening some devices does things; a FIFO would block without O_NONBLOCK. */
static int open_regular(const char *root, const char *path, struct stat *st)
{
	int fd;

	if (*root) {
		fd = open_below(root, path);
	} else {
		if (stat(path, st))
			return -1;
		fd = S_ISREG(st->st_mode) ? open(path, O_RDONLY | OPEN_FLAGS) :
					    -1;
	}
	if (fd < 0)
		return -1;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}

int debug_files_open(const struct debug_search *search, const char *path,
		     struct stat *st)
{
	errno = ENOENT;
	if (path[0] != '/')
		return -1;
	return open_regular(search->sysroot ? search->sysroot : "", path, st);
}

static bool is_section(Elf *elf, size_t names, Elf_Scn *section,
		       const char *const *wanted)
{
	GElf_Shdr header;
	const char *name;

	if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
		return false;
	name = elf_strptr(elf, names, header.sh_name);
	for (; name && *wanted; wanted++)
		if (strcmp(name, *wanted) == 0)
			return true;
	return false;
}

static bool has_section(Elf *elf, const char *const *wanted)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return false;
	while ((section = elf_nextscn(elf, section)))
		if (is_section(elf, names, section, wanted))
			return true;
	return false;
}

bool debug_files_has_dwarf(Elf *elf)
{
	static const char *const names[] = { ".debug_info", ".zdebug_info",
					     NULL };

	return has_section(elf, names);
}

bool debug_files_is_compressed(int fd)
{
	static const char *const names[] = { ".debug_info", NULL };
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t sections;
	bool found = false;
	Elf *elf;

	elf_version(EV_CURRENT);
	errno = 0;
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	memory_check();
	if (!elf_getshdrstrndx(elf, &sections))
		while (!found && (section = elf_nextscn(elf, section)))
			found = is_section(elf, sections, section, names) &&
				gelf_getshdr(section, &header) &&
				!(header.sh_flags & SHF_COMPRESSED);
	elf_end(elf);
	return !found;
}

static bool is_useful(Elf *elf, const struct debug_wanted *wanted)
{
	static const char *const names[] = { ".symtab", ".debug_str", NULL };

	return wanted->any_content || debug_files_has_dwarf(elf) ||
	       has_section(elf, names);
}

static bool has_build_id(Elf *elf, const struct debug_wanted *wanted)
{
	const void *bits;
	ssize_t bytes = dwelf_elf_gnu_build_id(elf, &bits);

	return bytes > 0 && (size_t)bytes == wanted->build_id_bytes &&
	       memcmp(bits, wanted->build_id, (size_t)bytes) == 0;
}

/* The checksum of .gnu_debuglink. */
static bool has_crc(int fd, uint32_t crc)
{
	unsigned char *bytes = xcalloc(1, READ_BYTES);
	uLong sum = crc32(0, NULL, 0);
	off_t at = 0;
	ssize_t got;

	while ((got = pread(fd, bytes, READ_BYTES, at)) > 0) {
		sum = crc32(sum, bytes, (uInt)got);
		at += got;
	}
	free(bytes);
	return got == 0 && at > 0 && sum == crc;
}

static bool is_wanted(const struct hunt *h, int fd)
{
	const struct debug_wanted *wanted = h->wanted;
	Elf *elf;
	bool right;

	elf_version(EV_CURRENT);
	errno = 0;
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	memory_check();
	right = elf && elf_kind(elf) == ELF_K_ELF && is_useful(elf, wanted);
	if (right && wanted->build_id_bytes > 0)
		right = has_build_id(elf, wanted);
	else if (right)
		right = wanted->link && has_crc(fd, wanted->crc);
	elf_end(elf);
	return right;
}

static bool take(struct hunt *h, int fd, char *path)
{
	if (fd >= 0 && is_wanted(h, fd)) {
		h->fd = fd;
		h->found = path;
		return true;
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return false;
}

/* Opens DIRECTORY/SUB/NAME below the root of the hunt. */
static bool try_file(struct hunt *h, const char *directory, const char *sub,
		     const char *name)
{
	struct stat st;
	char *path;

	if (!name || !*name)
		return false;
	path = xasprintf("%s%s%s/%s", directory,
			 *sub && *sub != '/' ? "/" : "", sub, name);
	return take(h, open_regular(h->root, path, &st), path);
}

static bool try_build_id(struct hunt *h, const char *directory)
{
	char *name;
	bool taken;

	if (!*h->id)
		return false;
	name = xasprintf("%s.debug", h->id);
	taken = try_file(h, directory, ".build-id", name) ||
		try_file(h, directory, "", name);
	if (!taken && h->wanted->any_content)
		taken = try_file(h, directory, ".build-id", h->id);
	free(name);
	return taken;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A directory that the user named, or the very file. */
static bool try_named(struct hunt *h, const char *directory)
{
	const char *link = h->wanted->link, *name = base_name(h->wanted->path);
	char *debug;
	struct stat st;
	bool taken;

	if (stat(directory, &st) == 0 && S_ISREG(st.st_mode))
		return take(h, open_regular("", directory, &st),
			    xstrndup(directory, strlen(directory)));
	if (try_build_id(h, directory))
		return true;
	if (link && (try_file(h, directory, "", base_name(link)) ||
		     try_file(h, directory, h->directory, base_name(link))))
		return true;
	debug = xasprintf("%s.debug", name);
	taken = h->wanted->build_id_bytes > 0 &&
		(try_file(h, directory, "", name) ||
		 try_file(h, directory, "", debug) ||
		 try_file(h, directory, h->directory, name) ||
		 try_file(h, directory, h->directory, debug));
	free(debug);
	return taken;
}

/* The places that debuggers know, below a root. */
static bool try_usual(struct hunt *h, const char *root)
{
	const char *link = h->wanted->link;

	h->root = root;
	if (try_build_id(h, DEBUG_ROOT))
		return true;
	if (!link)
		return false;
	if (strchr(link, '/')) /* a name as dwz writes it */
		return link[0] == '/' ? try_file(h, "", "", link + 1) :
					try_file(h, h->directory, "", link);
	return try_file(h, h->directory, "", link) ||
	       try_file(h, h->directory, ".debug", link) ||
	       try_file(h, DEBUG_ROOT, h->directory, link);
}

static bool try_server(struct hunt *h)
{
	const struct debug_wanted *wanted = h->wanted;
	struct debug_server *server = h->search->server;

	if (!server || wanted->build_id_bytes == 0)
		return false;
	return take(h,
		    debug_server_find(server, wanted->build_id,
				      wanted->build_id_bytes,
				      base_name(wanted->path)),
		    xasprintf("%s", "(debuginfod)"));
}

static void write_id(struct hunt *h)
{
	const struct debug_wanted *wanted = h->wanted;
	char *to = h->id;

	if (wanted->build_id_bytes < 2 ||
	    wanted->build_id_bytes > BUILD_ID_BYTES_MAX)
		return;
	for (size_t i = 0; i < wanted->build_id_bytes; i++)
		to += sprintf(to, i == 1 ? "/%02x" : "%02x",
			      wanted->build_id[i]);
}

int debug_files_find(const struct debug_search *search,
		     const struct debug_wanted *wanted, char **found)
{
	struct hunt h = { .search = search, .wanted = wanted, .root = "",
			  .fd = -1 };
	const char *slash = strrchr(wanted->path, '/');
	bool taken = false;

	h.directory = xstrndup(wanted->path,
			       slash ? (size_t)(slash - wanted->path) : 0);
	write_id(&h);
	for (size_t i = 0; !taken && i < search->directory_count; i++)
		taken = try_named(&h, search->directories[i]);
	if (!taken && search->sysroot)
		taken = try_usual(&h, search->sysroot);
	if (!taken)
		taken = try_usual(&h, "") || try_server(&h);
	free(h.directory);
	*found = h.found;
	return h.fd;
}
