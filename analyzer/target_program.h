/* SPDX-License-Identifier: MIT */
/*
 * Can this command be recorded? Finds it as execvp() would, follows a script
 * to its interpreter, and looks for what makes the loader ignore LD_PRELOAD or
 * the kernel strip it. Only reads; the kernel still has the last word.
 */
#ifndef ANALYZER_TARGET_PROGRAM_H
#define ANALYZER_TARGET_PROGRAM_H

enum target_problem {
	TARGET_OK = 0,
	TARGET_NOT_FOUND,
	TARGET_NOT_EXECUTABLE,
	TARGET_NO_INTERPRETER, /* what a script's #! names is not there */
	TARGET_STATIC,	       /* no loader, nobody reads LD_PRELOAD */
	TARGET_FOREIGN,	       /* 32-bit, or another architecture */
	TARGET_OTHER_LIBC,     /* its loader is not glibc's */
	TARGET_SETUID,	       /* or setgid, and the ids would change */
	TARGET_CAPABILITIES,   /* file capabilities */
};

struct target_program {
	enum target_problem problem;
	char *path; /* the file that it is about: the command's, or that of the
		       interpreter; the command as given if not found */
};

/* target->path is the caller's to free. Returns target->problem. */
enum target_problem target_program_find(struct target_program *target,
					const char *command);

#endif
