/* SPDX-License-Identifier: MIT */
#include "analyzer/target_program.h"
#include "analyzer/memory.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#define HEAD_BYTES 4096
#define SCRIPT_DEPTH_MAX 5 /* as the kernel: a script's script's ... */
#define DEFAULT_PATH "/bin:/usr/bin"
#define PROGRAM_HEADERS_MAX 512

/* 0, or the errno with which execve() would fail. */
static int executable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return errno;
	if (!S_ISREG(st.st_mode) || access(path, X_OK))
		return EACCES;
	return 0;
}

/* The first that can be executed, else the first that is there at all. */
static int search_path(const char *command, char **found)
{
	const char *path = getenv("PATH");
	const char *end;
	int error = ENOENT;

	path = path ? path : DEFAULT_PATH;
	for (;; path = end + 1) {
		char *candidate;
		int status;

		end = strchrnul(path, ':');
		candidate = end == path ?
				    xasprintf("./%s", command) :
				    xasprintf("%.*s/%s", (int)(end - path),
					      path, command);
		status = executable(candidate);
		if (status == 0 || (status == EACCES && error == ENOENT)) {
			free(*found);
			*found = candidate;
			error = status;
		} else {
			free(candidate);
		}
		if (error == 0 || *end == '\0')
			return error;
	}
}

static enum target_problem find_file(const char *command, char **found)
{
	int error;

	*found = xstrndup(command, strlen(command));
	if (*command == '\0')
		return TARGET_NOT_FOUND;
	error = strchr(command, '/') ? executable(command) :
				       search_path(command, found);
	if (error == 0)
		return TARGET_OK;
	return error == EACCES ? TARGET_NOT_EXECUTABLE : TARGET_NOT_FOUND;
}

/* The kernel clears LD_PRELOAD from a program that gains rights. */
static enum target_problem gains_rights(int fd)
{
	struct statvfs fs;
	struct stat st;

	if (fstat(fd, &st))
		return TARGET_OK;
	if (fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_NOSUID))
		return TARGET_OK;
	if ((st.st_mode & S_ISUID) && st.st_uid != getuid())
		return TARGET_SETUID;
	if ((st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) &&
	    st.st_gid != getgid())
		return TARGET_SETUID;
	if (getuid() != 0 &&
	    fgetxattr(fd, "security.capability", NULL, 0) > 0)
		return TARGET_CAPABILITIES;
	return TARGET_OK;
}

static enum target_problem check_loader(int fd, const Elf64_Phdr *interp)
{
	char path[256] = "";
	size_t bytes = interp->p_filesz < sizeof(path) - 1 ? interp->p_filesz :
							     sizeof(path) - 1;

	if (pread(fd, path, bytes, (off_t)interp->p_offset) < 0)
		return TARGET_OK;
	return strstr(path, "/ld-musl") ? TARGET_OTHER_LIBC : TARGET_OK;
}

/* The loader itself, run by hand, needs no other loader. */
static bool is_loader(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return strncmp(name, "ld-linux", 8) == 0 ||
	       strncmp(name, "ld.so", 5) == 0;
}

static enum target_problem check_elf(int fd, const char *path,
				     const unsigned char *head)
{
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;

	memcpy(&ehdr, head, sizeof(ehdr));
	if (ehdr.e_ident[EI_CLASS] != ELFCLASS64 || ehdr.e_machine != EM_X86_64)
		return TARGET_FOREIGN;
	if (is_loader(path))
		return TARGET_OK;
	for (int i = 0; i < ehdr.e_phnum && i < PROGRAM_HEADERS_MAX; i++) {
		off_t at = (off_t)(ehdr.e_phoff + (size_t)i * sizeof(phdr));

		if (pread(fd, &phdr, sizeof(phdr), at) != sizeof(phdr))
			return TARGET_OK;
		if (phdr.p_type == PT_INTERP)
			return check_loader(fd, &phdr);
	}
	return TARGET_STATIC;
}

/* The program of a "#!" line, or /bin/sh, which execvp() hands a file without
 * one to. */
static char *interpreter(const char *head)
{
	size_t len;

	if (strncmp(head, "#!", 2))
		return xstrndup("/bin/sh", strlen("/bin/sh"));
	head += 2 + strspn(head + 2, " \t");
	len = strcspn(head, " \t\r\n");
	return xstrndup(head, len);
}

/* Looks at one file; *script is set if another one will run it. */
static enum target_problem check_file(const char *path, char **script)
{
	char head[HEAD_BYTES + 1];
	enum target_problem problem = TARGET_OK;
	ssize_t bytes;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*script = NULL;
	if (fd < 0) /* executable, but not readable: nothing to go by */
		return TARGET_OK;
	bytes = read(fd, head, HEAD_BYTES);
	head[bytes > 0 ? bytes : 0] = '\0';
	if (bytes >= (ssize_t)sizeof(Elf64_Ehdr) &&
	    memcmp(head, ELFMAG, SELFMAG) == 0) {
		problem = gains_rights(fd);
		if (problem == TARGET_OK)
			problem = check_elf(fd, path, (unsigned char *)head);
	} else {
		*script = interpreter(head);
	}
	close(fd);
	return problem;
}

enum target_problem target_program_find(struct target_program *target,
					const char *command)
{
	char *next = NULL;

	target->problem = find_file(command, &target->path);
	if (target->problem != TARGET_OK)
		return target->problem;
	for (int depth = 0; depth < SCRIPT_DEPTH_MAX; depth++) {
		target->problem = check_file(target->path, &next);
		if (!next)
			break;
		free(target->path);
		target->path = next;
		if (executable(next)) {
			target->problem = TARGET_NO_INTERPRETER;
			break;
		}
	}
	return target->problem;
}
