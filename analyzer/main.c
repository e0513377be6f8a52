/* SPDX-License-Identifier: MIT */
/* The table of subcommands, and the way into it. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/cmd/cmd.h"
#include "analyzer/memory.h"

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
	  "  --sort KEY     allocations, bytes, peak, at-peak, leaked, blocks,\n"
	  "                 temporary, size or lifetime\n"
	  "  --by VIEW      site, function, file, line, module, thread or size\n"
	  "  --tree[=down]  callers of what allocates; down: from main\n"
	  "  --from S, --to S  only from then to then, in seconds of the run\n"
	  "  --at S|peak    what was live at that moment\n"
	  "  --focus REGEX, --ignore REGEX\n"
	  "                 only stacks with, without a call that matches\n"
	  "  --timeline, --sizes, --lifetimes   charts in place of the rows\n"
	  "  --limit N      that many rows; 0 is all (10, with --json all)\n"
	  "  --min-share P  of a tree: at least P percent (1)\n"
	  "  --frames N     that many frames of a site; 0 is all\n"
	  "  --all-frames, --full-names   nothing hidden, nothing shortened\n"
	  "  --temporary N  freed before N+1 more allocations (0)\n"
	  "  --debug-path DIR, --sysroot DIR   where files with names stand\n"
	  "  --json         one object, for programs; see heapwise(1)\n\n"
	  "example: heapwise report --by=function --sort=bytes app.hwd\n" },
	{ "advise", cmd_advise, "[OPTION...] FILE",
	  "which allocations to stop making, what that saves and costs",
	  "  --limit N          that many findings (10, with --json all); 0 is all\n"
	  "  --all              what is not worth it, too; with --json every site\n"
	  "  --explain ID       one finding or site: the evidence, what speaks\n"
	  "                     against each other remedy, source to begin with\n"
	  "  --detectors A,B    only these: reserve, hoist, stack, arena, pool,\n"
	  "                     sized-pool, handoff, slab, size-class, zeroing,\n"
	  "                     false-sharing, leak\n"
	  "  --thresholds FILE  lines of NAME VALUE; see heapwise(1)\n"
	  "  --debug-path DIR, --sysroot DIR   where files with names stand\n"
	  "  --json             one object, for programs; see heapwise(1)\n\n"
	  "example: heapwise advise app.hwd\n"
	  "         heapwise advise --explain 6aa625b306f1 app.hwd\n" },
	{ "export", cmd_export, "--format=FORMAT [-o OUT] [OPTION...] FILE",
	  "the recording in another program's format",
	  "  --format FORMAT   pprof       go tool pprof, speedscope, Perfetto\n"
	  "                    folded      flamegraph.pl, inferno\n"
	  "                    speedscope  its flame graphs, of every metric\n"
	  "                    dhat        valgrind's dh_view.html\n"
	  "                    csv         a row a site, for spreadsheets\n"
	  "                    json        as report --json, for scripts\n"
	  "  -o OUT            the file to write; default: standard output\n"
	  "  --metric METRIC   of folded, which holds one: allocations, bytes\n"
	  "                    (default), peak, at-peak, leaked or temporary\n"
	  "  --raw             of pprof: addresses, to be named by the reader\n"
	  "  --lifetimes       of pprof: how long blocks lived, who freed them\n"
	  "  --signals         of csv and json: what advise looks at, by site\n"
	  "  --from, --to, --at, --focus, --ignore, --temporary, --debug-path,\n"
	  "  --sysroot         as those of report\n\n"
	  "example: heapwise export --format=pprof -o app.pb.gz app.hwd\n"
	  "         go tool pprof -http=:8080 app.pb.gz\n" },
	{ "list", cmd_list, "[OPTION...] FUNCTION FILE",
	  "a function's source, with what each line allocates",
	  "FUNCTION is a name, as parse or Parser::parse, or a POSIX extended\n"
	  "regular expression for several, as '^jv_'.\n"
	  "  --metric METRIC     what is counted: allocations, bytes (default),\n"
	  "                      at-peak, leaked or temporary\n"
	  "  --all               all functions that match; not the first 10\n"
	  "  --source-path DIR   where the source lies, if not where it was\n"
	  "                      compiled; may be given more than once\n"
	  "  --source-path OLD=NEW   NEW in place of OLD in file names\n"
	  "  --from, --to, --at, --focus, --ignore, --temporary, --debug-path,\n"
	  "  --sysroot           as those of report\n"
	  "  --json              one object, for programs; see heapwise(1)\n\n"
	  "example: heapwise list parse app.hwd\n" },
	{ "simulate", cmd_simulate, "--site ID [OPTION...] FILE",
	  "what a pool would save at a site, and hold",
	  "  --site ID        the site, as report prints it, or its first digits;\n"
	  "                   several sites share their pools\n"
	  "  --policy POLICY  one of these (all):\n"
	  "      shared       one list for all threads\n"
	  "      freeing      a list per thread: to the one that frees\n"
	  "      owner        a list per thread: back to the one that allocated\n"
	  "      sync         as Go's sync.Pool\n"
	  "      ring         that many objects, handed out in turn\n"
	  "      trim         as shared; idle for long: freed\n"
	  "  --cap N          at most N idle objects a list; not at the knee\n"
	  "  --sizes LIST     object sizes, as 64,256,1K (auto: few, for least "
	  "waste)\n"
	  "  --tau SECONDS    of trim, and an epoch of sync (1)\n"
	  "  --debug-path DIR, --sysroot DIR   where files with names stand\n"
	  "  --json           one object, for programs; see heapwise(1)\n\n"
	  "example: heapwise simulate --site b372ced9a9d4 app.hwd\n" },
	{ "diff", cmd_diff, "[OPTION...] OLD NEW | OLD... -- NEW...",
	  "what changed between two runs, or several and several",
	  "  --by VIEW       site, function, file, line, module, thread or size\n"
	  "  --metric A,B    calls, bytes, peak, leaked, temporary (these five);\n"
	  "                  leaked-blocks, at-peak\n"
	  "  --sort KEY      change (share of the total), delta, relative, old or\n"
	  "                  new; all but the first by the first metric\n"
	  "  --floor P       not below P percent of the total (0.1); 0 is all\n"
	  "  --normalize runtime|allocations|FACTOR\n"
	  "                  scale the new side, for runs of different length\n"
	  "  --at S|peak     what was live at that moment\n"
	  "  --from, --to, --focus, --ignore, --temporary, --frames,\n"
	  "  --all-frames, --full-names, --debug-path, --sysroot   as of report\n"
	  "  --limit N       that many rows; 0 is all (10, with --json all)\n"
	  "  --fail-on COND, --budget FILE   status 1 if such a condition holds:\n"
	  "                  'calls>+5%', 'leaked>0', 'site:REGEX:bytes>+1MiB'\n"
	  "  --advice        what advise finds on one side only; takes longer\n"
	  "  --force         compare what is not the same program, too\n"
	  "  --format F      markdown: a table for a merge request; folded: as\n"
	  "                  difffolded.pl writes; pprof: as -diff_base shows\n"
	  "  --json          one object, for programs; see heapwise(1)\n"
	  "OLD and NEW are dumps, or what 'export --format=json' wrote of dumps.\n"
	  "example: heapwise diff old.hwd new.hwd\n" },
	{ "info", cmd_info, "[OPTION...] FILE...",
	  "what was recorded, how, and what was lost",
	  "  --debug-path DIR, --sysroot DIR   as those of report; debuginfod is\n"
	  "                 not asked\n"
	  "  --json         one object a dump, for programs\n\n"
	  "example: heapwise info app.hwd\n" },
	{ "check", cmd_check, "[--finish] [--json] FILE...",
	  "is this dump whole? Status 0 yes, 1 no, 2 cannot tell",
	  "  --finish       fold in what a killed recording left in its\n"
	  "                 ring file, first\n"
	  "  --json         one object a dump, for programs\n\n"
	  "example: heapwise check --finish app.hwd\n" },
};

#define RECORD_FAILED 125 /* as env(1) has it; COMMAND's may be 2 */
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

	memory_init();
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
	if (argc > 2 &&
	    (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0))
		return print_help(cmd);
	if (cmd->run == cmd_record)
		memory_exit_status(RECORD_FAILED);
	errno = 0;
	setlocale(LC_CTYPE, ""); /* whether UTF-8 may be written */
	memory_check();
	return cmd->run(argc - 1, argv + 1);
}
