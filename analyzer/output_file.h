/* SPDX-License-Identifier: MIT */
/*
 * Where a recording goes: makes the name absolute and sees to it that a dump
 * can be created there. An earlier dump of that very name is removed, since a
 * recorder never opens an existing file; anything else that stands there is
 * left alone. %p and %c in a name are the recorder's to expand.
 */
#ifndef ANALYZER_OUTPUT_FILE_H
#define ANALYZER_OUTPUT_FILE_H

enum output_problem {
	OUTPUT_OK = 0,
	OUTPUT_IS_DIRECTORY,
	OUTPUT_NOT_A_FILE,   /* a device, a pipe ... */
	OUTPUT_NOT_A_DUMP,   /* an existing file with something else in it */
	OUTPUT_IN_USE,	     /* another recording writes there now */
	OUTPUT_NOT_CREATED,  /* errno says why */
	OUTPUT_NO_DIRECTORY, /* errno says why */
};

/* The absolute pattern for a name relative to the working directory; NULL and
 * errno if that is not known. Percent signs of the directory are doubled. */
char *output_file_pattern(const char *name);

/* Checks `name` as the user gave it, and clears the way. */
enum output_problem output_file_prepare(const char *name);

#endif
