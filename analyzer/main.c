/* SPDX-License-Identifier: MIT */
/* The table of subcommands, and the way into it. */
#include <stdio.h>
#include <string.h>

#include "analyzer/cmd/cmd.h"

static const struct cmd commands[] = {
	{ "record", cmd_record, "[-o FILE] [OPTION...] [--] COMMAND [ARG...]",
	  "run COMMAND, record its heap and its children's",
	  "  -o FILE                 the dump; %p the pid, %c the program\n"
	  "  --sample SIZE           a sample, on average once in SIZE bytes\n"
	  "  --on-full wait|drop     when the buffers are full\n"
	  "  --free-stacks all|none|N  stacks of frees: 1 in N (16)\n"
	  "  --details all|none|N    usable sizes, call times: 1 in N (64)\n"
	  "  --no-children           only COMMAND itself\n"
	  "  --ring-dir DIRECTORY    where buffers live meanwhile\n"
	  "Sizes take K, M, G, T. The exit status is COMMAND's own; 125 if\n"
	  "recording failed, 126 or 127 if COMMAND cannot be run or found.\n\n"
	  "example: heapwise record -o app.hwd -- ./app --its options\n" },
	{ "report", cmd_report, "[OPTION...] FILE...",
	  "where it allocates: calls, bytes, peak, leaks",
	  "  --sort KEY     allocations, bytes, peak, at-peak, leaked,\n"
	  "                 temporary, size or lifetime\n"
	  "  --by VIEW      site, function, module, thread or size\n"
	  "  --limit N      that many rows; 0 is all (10, with --json all)\n"
	  "  --json         one object, for programs; see heapwise(1)\n"
	  "  --debug-path DIR   debug files: look here first\n"
	  "  --sysroot DIR      the recorded machine's files stand here\n\n"
	  "example: heapwise report --by=function --sort=bytes app.hwd\n" },
	{ "export", cmd_export, "--format=FORMAT [-o OUT] [OPTION...] FILE",
	  "the recording in another program's format",
	  "  --format FORMAT   csv: a row a site; json: as report --json\n"
	  "  -o OUT            the file to write; default: standard output\n"
	  "  --metric METRIC   where the format holds one: allocations, bytes\n"
	  "                    (default), peak, at-peak, leaked or temporary\n"
	  "  --raw             addresses, to be named later by the reader\n"
	  "  --debug-path DIR  debug files: look here first\n"
	  "  --sysroot DIR     the recorded machine's files stand here\n\n"
	  "example: heapwise export --format=csv -o app.csv app.hwd\n" },
	{ "info", cmd_info, "[--json] FILE...",
	  "what was recorded, how, and what was lost",
	  "  --json         one object a dump, for programs\n\n"
	  "example: heapwise info app.hwd\n" },
	{ "check", cmd_check, "[--finish] [--json] FILE...",
	  "is this dump whole? Status 0 yes, 1 no, 2 cannot tell",
	  "  --finish       fold in what a killed recording left in its\n"
	  "                 ring file, first\n"
	  "  --json         one object a dump, for programs\n\n"
	  "example: heapwise check --finish app.hwd\n" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int print_usage(void)
{
	puts("usage: heapwise COMMAND [OPTION...]\n"
	     "Tells where a program allocates, and what it leaks.\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].summary);
	puts("\n'heapwise COMMAND --help' has the options of each.");
	return cmd_flush();
}

static int print_help(const struct cmd *cmd)
{
	printf("usage: heapwise %s %s\n%s\n\n%s", cmd->name, cmd->arguments,
	       cmd->summary, cmd->help ? cmd->help : "");
	return cmd_flush();
}

static const struct cmd *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct cmd *cmd;

	if (argc < 2)
		return cmd_error("no command; see 'heapwise --help'");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_usage();
	if (strcmp(argv[1], "--version") == 0) {
		puts("heapwise " VERSION);
		return cmd_flush();
	}
	cmd = find(argv[1]);
	if (!cmd)
		return cmd_error("%s: no such command; see 'heapwise --help'",
				 argv[1]);
	if (argc > 2 && strcmp(argv[2], "--help") == 0)
		return print_help(cmd);
	return cmd->run(argc - 1, argv + 1);
}
