/* SPDX-License-Identifier: MIT */
/*
 * heapwise record: checks everything that can be checked before the program
 * runs, puts the options into the environment, and becomes heapwise-collect,
 * which starts the program and drains its recording. Says nothing when all is
 * well. Exit status: the program's own, or as env(1): 125 this command failed,
 * 126 the program cannot be run, 127 there is none.
 */
#include "analyzer/cmd/cmd.h"
#include "analyzer/memory.h"
#include "analyzer/output_file.h"
#include "analyzer/own_files.h"
#include "analyzer/size_text.h"
#include "analyzer/target_program.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define EXIT_FAILED 125
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127

#define DEFAULT_OUTPUT "heapwise.%c.%p.hwd"
#define RATIO_MAX (1u << 30) /* 1 in N: as the recorder bounds it */

struct record {
	const char *output;
	const char *ring_dir;
	char **command;
	char *library;
	char *collector;
};

enum { OPTION_SAMPLE = 256, OPTION_ON_FULL, OPTION_FREE_STACKS,
       OPTION_DETAILS, OPTION_NO_CHILDREN, OPTION_RING_DIR };

static const struct option options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "sample", required_argument, NULL, OPTION_SAMPLE },
	{ "on-full", required_argument, NULL, OPTION_ON_FULL },
	{ "free-stacks", required_argument, NULL, OPTION_FREE_STACKS },
	{ "details", required_argument, NULL, OPTION_DETAILS },
	{ "no-children", no_argument, NULL, OPTION_NO_CHILDREN },
	{ "ring-dir", required_argument, NULL, OPTION_RING_DIR },
	{ NULL, 0, NULL, 0 },
};

static void set_variable(const char *name, const char *value)
{
	if (setenv(name, value, 1))
		memory_exhausted();
}

static void set_number(const char *name, uint64_t value)
{
	char *text = xasprintf("%" PRIu64, value);

	set_variable(name, text);
	free(text);
}

static int bad_value(const char *option, const char *value, const char *wanted)
{
	cmd_error("record: --%s %s: is not %s", option, value, wanted);
	return -1;
}

static int set_sample(const char *value)
{
	uint64_t bytes;

	if (size_text_parse(value, &bytes) || bytes == 0)
		return bad_value("sample", value,
				 "a size; try --sample 512K");
	set_number("HEAPWISE_SAMPLE", bytes);
	return 0;
}

static int set_on_full(const char *value)
{
	if (strcmp(value, "wait") && strcmp(value, "drop"))
		return bad_value("on-full", value, "wait or drop");
	set_variable("HEAPWISE_ON_FULL", value);
	return 0;
}

static int set_ratio(const char *option, const char *variable,
		     const char *value)
{
	uint64_t number;

	if (strcmp(value, "all") && strcmp(value, "none") &&
	    number_text_parse(value, RATIO_MAX, &number))
		return bad_value(option, value,
				 "all, none or a number N (for 1 in N)");
	set_variable(variable, value);
	return 0;
}

static int set_option(struct record *record, int option, const char *value)
{
	switch (option) {
	case 'o':
		record->output = value;
		return 0;
	case OPTION_SAMPLE:
		return set_sample(value);
	case OPTION_ON_FULL:
		return set_on_full(value);
	case OPTION_FREE_STACKS:
		return set_ratio("free-stacks", "HEAPWISE_FREE_STACKS", value);
	case OPTION_DETAILS:
		return set_ratio("details", "HEAPWISE_DETAILS", value);
	case OPTION_NO_CHILDREN:
		set_variable("HEAPWISE_CHILDREN", "0");
		/* the collector, which we become, is COMMAND's parent */
		set_number("HEAPWISE_LAUNCHER", (uint64_t)getpid());
		return 0;
	case OPTION_RING_DIR:
		record->ring_dir = value;
		return 0;
	default:
		return -1;
	}
}

static int parse(struct record *record, int argc, char **argv)
{
	int option, at;

	opterr = 0;
	optind = 0;
	for (;;) {
		at = optind > 0 ? optind : 1;
		option = getopt_long(argc, argv, "+:o:", options, NULL);
		if (option == -1)
			break;
		if (option == '?' || option == ':') {
			cmd_usage_error("record", option == '?' ?
					"%s: is not an option of record" :
					"%s: needs a value", argv[at]);
			return -1;
		}
		if (set_option(record, option, optarg))
			return -1;
	}
	record->command = argv + optind;
	if (!*record->command) {
		cmd_usage_error("record", "no command to record");
		return -1;
	}
	return 0;
}

static int refuse_target(const struct target_program *target)
{
	static const char *const why[] = {
		[TARGET_NOT_FOUND] = "not found; check the name and PATH",
		[TARGET_NOT_EXECUTABLE] =
			"cannot be executed; is it a program, and chmod +x?",
		[TARGET_NO_INTERPRETER] =
			"not found; it is what the script's #! line names",
		[TARGET_STATIC] =
			"is statically linked, so that nothing can be "
			"preloaded; link it dynamically to record it",
		[TARGET_FOREIGN] =
			"is not an x86-64 program; record a 64-bit build",
		[TARGET_OTHER_LIBC] =
			"is linked with musl; record a build for glibc",
		[TARGET_SETUID] =
			"is setuid or setgid, and the loader preloads nothing "
			"into such programs; record a copy without that bit",
		[TARGET_CAPABILITIES] =
			"has file capabilities, and the loader preloads "
			"nothing into such programs; record a copy of it",
	};

	cmd_error("%s: %s", target->path, why[target->problem]);
	if (target->problem == TARGET_NOT_EXECUTABLE)
		return EXIT_NOT_EXECUTABLE;
	if (target->problem == TARGET_NOT_FOUND ||
	    target->problem == TARGET_NO_INTERPRETER)
		return EXIT_NOT_FOUND;
	return EXIT_FAILED;
}

static int check_target(const char *command)
{
	struct target_program target;
	int status = 0;

	if (target_program_find(&target, command) != TARGET_OK)
		status = refuse_target(&target);
	free(target.path);
	return status;
}

static int find_parts(struct record *record)
{
	const char *library = getenv("HEAPWISE_LIB");

	record->library = library && *library ?
				  xstrndup(library, strlen(library)) :
				  own_file(OWN_LIBRARY);
	if (!record->library || access(record->library, R_OK))
		return cmd_error("%s: not found beside heapwise or in "
				 "../lib/heapwise; set HEAPWISE_LIB",
				 record->library ? record->library :
						   OWN_LIBRARY);
	record->collector = cmd_collector();
	if (!record->collector)
		return -1;
	if (strpbrk(record->library, " :\t\n$"))
		return cmd_error("%s: a space, colon or $ in this path cannot "
				 "stand in LD_PRELOAD; set HEAPWISE_LIB to a "
				 "copy elsewhere", record->library);
	return 0;
}

static int refuse_output(const char *name, enum output_problem problem)
{
	switch (problem) {
	case OUTPUT_IS_DIRECTORY:
		return cmd_error("%s: is a directory; name a file in it", name);
	case OUTPUT_NOT_A_FILE:
		return cmd_error("%s: is not a regular file; name another",
				 name);
	case OUTPUT_NOT_A_DUMP:
		return cmd_error("%s: exists and is not a dump; remove it or "
				 "name another file", name);
	case OUTPUT_IN_USE:
		return cmd_error("%s: another recording is writing to it; wait "
				 "for it or name another file", name);
	case OUTPUT_NO_DIRECTORY:
		return cmd_error("%s: cannot write to its directory: %s; name "
				 "another with -o", name, strerror(errno));
	default:
		return cmd_error("%s: cannot be created: %s; name another file "
				 "with -o", name, strerror(errno));
	}
}

static int prepare_output(const struct record *record)
{
	const char *name = record->output;
	enum output_problem problem;
	char *pattern;

	if (!name)
		name = getenv("HEAPWISE_OUTPUT");
	if (!name)
		name = DEFAULT_OUTPUT;
	problem = output_file_prepare(name);
	if (problem != OUTPUT_OK)
		return refuse_output(name, problem);
	pattern = output_file_pattern(name);
	if (!pattern)
		return cmd_error("the working directory: %s; name a file by "
				 "its full path with -o", strerror(errno));
	set_variable("HEAPWISE_OUTPUT", pattern);
	free(pattern);
	return 0;
}

static int prepare_ring_dir(const char *name)
{
	char *path;

	if (!name)
		return 0;
	path = realpath(name, NULL);
	if (!path || access(path, W_OK | X_OK)) {
		free(path);
		return cmd_error("%s: cannot hold ring files: %s; name a "
				 "writable directory with --ring-dir", name,
				 strerror(errno));
	}
	set_variable("HEAPWISE_RING_DIR", path);
	free(path);
	return 0;
}

/* AddressSanitizer's runtime wants to be the first library of all and ends the
 * program otherwise; it does as well behind ours. The last word counts. */
static void let_sanitizer_be_second(void)
{
	const char *given = getenv("ASAN_OPTIONS");
	char *text = xasprintf("%s%sverify_asan_link_order=0",
			       given ? given : "", given && *given ? ":" : "");

	set_variable("ASAN_OPTIONS", text);
	free(text);
}

static void prepare_environment(const struct record *record)
{
	const char *preload = getenv("LD_PRELOAD");
	uint64_t session = 0;
	char *library = NULL, *text;

	if (getrandom(&session, sizeof(session), 0) != sizeof(session))
		session = (uint64_t)getpid() << 32 | (uint64_t)time(NULL);
	text = xasprintf("%" PRIx64, session | 1);
	set_variable("HEAPWISE_SESSION", text);
	free(text);
	if (!getenv("HEAPWISE_LIB"))
		library = own_library_by_class();
	text = xasprintf("%s%s%s", library ? library : record->library,
			 preload && *preload ? ":" : "",
			 preload ? preload : "");
	set_variable("LD_PRELOAD", text);
	free(text);
	free(library);
	let_sanitizer_be_second();
}

/* argv of the collector: its name, "--", the command. */
static int run(const struct record *record)
{
	size_t count = 0;
	char **argv;

	while (record->command[count])
		count++;
	argv = xcalloc(count + 3, sizeof(*argv));
	argv[0] = record->collector;
	argv[1] = (char *)"--";
	memcpy(argv + 2, record->command, count * sizeof(*argv));
	execv(record->collector, argv);
	cmd_error("%s: %s; install heapwise again", record->collector,
		  strerror(errno));
	free(argv);
	return EXIT_FAILED;
}

int cmd_record(int argc, char **argv)
{
	struct record record = { 0 };
	int status = EXIT_FAILED;

	if (parse(&record, argc, argv))
		goto out;
	status = check_target(record.command[0]);
	if (status)
		goto out;
	status = EXIT_FAILED;
	if (find_parts(&record) || prepare_ring_dir(record.ring_dir) ||
	    prepare_output(&record))
		goto out;
	prepare_environment(&record);
	status = run(&record);
out:
	free(record.library);
	free(record.collector);
	return status;
}
