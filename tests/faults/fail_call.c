/* SPDX-License-Identifier: MIT */
/*
 * Runs a command and makes one system call of the profiler's fail in it, or do
 * but a part of what it was asked for.
 *
 *	fail_call [-o FILE] [-p PROCESS -c CALL -n WHICH -e ERROR] COMMAND [ARG...]
 *
 * PROCESS is 1 for the command, 1.2 for the second one that it makes, and so on;
 * WHICH is 3 (the third of these calls of that process), 3+ (and all later
 * ones), or odd; ERROR is a number, or "short": half of the bytes. FILE gets a
 * line for every call of the profiler's: process, program, call, which of that
 * name it is in its process, place in the code, and "failed" if it did. The exit
 * status is the command's; 124 if all is not over within LIMIT seconds.
 *
 * Calls of the profiler's are all that programs of its own make, but for what
 * the dynamic linker does to start them; of others those which libheapwise.so
 * or libunwind.so makes, or the C library for them.
 */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call_names.h"

#define LIMIT 60
#define TASKS 4096
#define CALLS 512
#define NO_CALL (-1)

/* Where code stands, of a process: enough to tell whose it is. */
enum owner { NOBODY, PROGRAM, LIBC, LOADER, PROFILER };

struct process {
	pid_t id;
	char path[32]; /* 1.2: the second that the first one made */
	int children;
	char name[32]; /* of what it runs */
	bool all_ours;
	uint32_t made[CALLS];
	int tasks;
};

struct task {
	pid_t id;
	struct process *process;
	long result; /* to be put in place of the call's; 0: none */
	bool fresh;  /* its first stop is to come */
	bool held;   /* it came before word of who made the task */
};

static struct task tasks[TASKS];
static struct process *processes[TASKS];
static int process_count;
static FILE *list;
static struct {
	const char *process;
	int call;
	uint32_t first, last;
	bool odd, cut;
	long error;
} fault = { .process = "", .call = NO_CALL };

static void fail(const char *what)
{
	perror(what);
	exit(99);
}

static struct task *find_task(pid_t id)
{
	struct task *vacant = NULL;

	for (int i = 0; i < TASKS; i++) {
		if (tasks[i].id == id)
			return &tasks[i];
		if (!tasks[i].id && !vacant)
			vacant = &tasks[i];
	}
	if (!vacant)
		fail("too many threads");
	*vacant = (struct task){ .id = id, .fresh = true };
	return vacant;
}

static int group_of(pid_t id)
{
	char path[64], line[256];
	int group = id;
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", id);
	status = fopen(path, "r");
	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "Tgid: %d", &group) == 1)
			break;
	if (status)
		fclose(status);
	return group;
}

static struct process *process_of(struct task *t, struct process *parent)
{
	int id = group_of(t->id);
	struct process *p;

	for (int i = 0; i < process_count; i++)
		if (processes[i]->id == id && processes[i]->tasks > 0)
			return processes[i];
	if (process_count == TASKS)
		fail("too many processes");
	p = calloc(1, sizeof(*p));
	p->id = id;
	if (parent)
		snprintf(p->path, sizeof(p->path), "%.24s.%d", parent->path,
			 ++parent->children % 1000);
	else
		strcpy(p->path, "1");
	processes[process_count++] = p;
	return p;
}

/* What the process runs, since its start or an exec. */
static void name_process(struct process *p)
{
	char path[64], target[4096];
	const char *slash;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/exe", p->id);
	len = readlink(path, target, sizeof(target) - 1);
	target[len > 0 ? len : 0] = '\0';
	slash = strrchr(target, '/');
	snprintf(p->name, sizeof(p->name), "%.31s", slash ? slash + 1 : "?");
	p->all_ours = strncmp(p->name, "heapwise", 8) == 0;
}

static enum owner owner_of_file(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strstr(path, "[vdso]") ? LIBC : NOBODY;
	if (strstr(slash, "libheapwise.so") || strstr(slash, "libunwind"))
		return PROFILER;
	if (strstr(slash, "ld-linux"))
		return LOADER;
	return strstr(slash, "/libc.so") || strstr(slash, "/libc-2") ?
		       LIBC : PROGRAM;
}

struct range {
	uint64_t from, to, file;
	enum owner owner;
};

static int read_ranges(pid_t id, struct range *ranges, int room)
{
	char path[64], line[4400], mode[5];
	FILE *maps;
	int n = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", id);
	maps = fopen(path, "r");
	while (maps && n < room && fgets(line, sizeof(line), maps)) {
		struct range *r = &ranges[n];

		if (sscanf(line, "%lx-%lx %4s %lx", &r->from, &r->to, mode,
			   &r->file) != 4 || mode[2] != 'x')
			continue;
		r->owner = owner_of_file(line);
		n++;
	}
	if (maps)
		fclose(maps);
	return n;
}

static const struct range *range_at(const struct range *ranges, int n,
				    uint64_t address)
{
	for (int i = 0; i < n; i++)
		if (address >= ranges[i].from && address < ranges[i].to)
			return &ranges[i];
	return NULL;
}

/*
 * Who made the call: the owner of its code, or of the first two return
 * addresses of the stack if that is the C library's. *place: that code in its
 * file.
 */
static enum owner caller(pid_t id, uint64_t ip, uint64_t sp, uint64_t *place)
{
	static struct range ranges[1024];
	const struct range *r;
	uint64_t words[64] = { 0 };
	struct iovec here = { words, sizeof(words) };
	struct iovec there = { (void *)(uintptr_t)sp, sizeof(words) };
	int n = read_ranges(id, ranges, 1024), seen = 0;

	r = range_at(ranges, n, ip);
	*place = r ? ip - r->from + r->file : 0;
	if (!r || r->owner != LIBC)
		return r ? r->owner : NOBODY;
	process_vm_readv(id, &here, 1, &there, 1, 0);
	for (int i = 0; i < 64 && seen < 2; i++) {
		r = range_at(ranges, n, words[i]);
		if (!r)
			continue;
		seen++;
		if (r->owner == PROFILER) {
			*place = words[i] - r->from + r->file;
			return PROFILER;
		}
	}
	return LIBC;
}

/* A program's own calls may pass through our wrappers. */
static bool is_programs(long call)
{
	return call == SYS_clone || call == SYS_clone3 || call == SYS_fork ||
	       call == SYS_vfork || call == SYS_execve || call == SYS_brk ||
	       call == SYS_wait4;
}

/* Most of all calls are these; and those that are the program's stacks. */
static bool cannot_fail(const struct __ptrace_syscall_info *info)
{
	switch (info->entry.nr) {
	case SYS_rt_sigprocmask:
	case SYS_rt_sigreturn:
	case SYS_getpid:
	case SYS_gettid:
		return true;
	case SYS_futex:
		return (info->entry.args[1] & FUTEX_CMD_MASK) == FUTEX_WAKE;
	case SYS_mmap:
		return info->entry.args[3] & MAP_STACK;
	default:
		return false;
	}
}

static bool is_ours(struct task *t, struct __ptrace_syscall_info *info,
		    uint64_t *place)
{
	enum owner who = caller(t->id, info->instruction_pointer,
				info->stack_pointer, place);

	if (t->process->all_ours)
		return who != LOADER;
	return who == PROFILER && !is_programs((long)info->entry.nr);
}

static bool is_wanted(const struct process *p, int call)
{
	uint32_t n = p->made[call];

	if (fault.call != call || strcmp(fault.process, p->path) != 0)
		return false;
	return fault.odd ? n % 2 == 1 : n >= fault.first && n <= fault.last;
}

/* Half of the bytes, at least one: false if there are no two. */
static bool cut_length(struct user_regs_struct *regs)
{
	if (regs->rdx < 2)
		return false;
	regs->rdx = (regs->rdx + 1) / 2;
	return true;
}

static bool inject(struct task *t)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, t->id, 0, &regs))
		return false;
	if (fault.cut) {
		if (!cut_length(&regs))
			return false;
	} else {
		t->result = -fault.error;
		/* whatever it says, a close closes */
		if (regs.orig_rax != SYS_close)
			regs.orig_rax = (unsigned long)-1;
	}
	return ptrace(PTRACE_SETREGS, t->id, 0, &regs) == 0;
}

static void put_result(struct task *t)
{
	struct user_regs_struct regs;

	if (t->result && ptrace(PTRACE_GETREGS, t->id, 0, &regs) == 0) {
		regs.rax = (unsigned long)t->result;
		ptrace(PTRACE_SETREGS, t->id, 0, &regs);
	}
	t->result = 0;
}

static void call_begins(struct task *t, struct __ptrace_syscall_info *info)
{
	struct process *p = t->process;
	long call = (long)info->entry.nr;
	uint64_t place = 0;
	bool failed = false;

	if (call < 0 || call >= CALLS || cannot_fail(info) || !is_ours(t, info, &place))
		return;
	p->made[call]++;
	if (is_wanted(p, (int)call))
		failed = inject(t);
	if (list)
		fprintf(list, "%s %s %s %u %lx%s\n", p->path, p->name,
			call_names[call] ? call_names[call] : "?",
			p->made[call], place, failed ? " failed" : "");
}

static void on_call(struct task *t)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->id, sizeof(info), &info) < 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		call_begins(t, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		put_result(t);
}

static void adopt(struct task *t, struct process *parent)
{
	if (t->process)
		return;
	t->process = process_of(t, parent);
	t->process->tasks++;
	name_process(t->process);
}

static void go_on(struct task *t, int number)
{
	ptrace(PTRACE_SYSCALL, t->id, 0, (long)number);
}

/* A new task is numbered when its parent makes it: in a sure order. */
static void on_event(struct task *t, int event)
{
	unsigned long id = 0;
	struct task *made;

	if (event == PTRACE_EVENT_EXEC) {
		name_process(t->process);
		return;
	}
	if (ptrace(PTRACE_GETEVENTMSG, t->id, 0, &id) || !id)
		return;
	made = find_task((pid_t)id);
	adopt(made, t->process);
	if (made->held)
		go_on(made, 0);
	made->held = false;
}

static void on_stop(struct task *t, int status)
{
	int number = WSTOPSIG(status);

	if (number == (SIGTRAP | 0x80)) {
		on_call(t);
		number = 0;
	} else if (number == SIGTRAP && status >> 16) {
		on_event(t, status >> 16);
		number = 0;
	} else if (number == SIGSTOP && t->fresh) {
		t->fresh = false;
		t->held = !t->process;
		number = 0;
	}
	if (!t->held)
		go_on(t, number);
}

static void on_end(struct task *t)
{
	if (t->process)
		t->process->tasks--;
	*t = (struct task){ 0 };
}

static pid_t start(char **command)
{
	pid_t id = fork();
	int status;

	if (id == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execvp(*command, command);
		fail(*command);
	}
	if (id < 0 || waitpid(id, &status, 0) != id || !WIFSTOPPED(status))
		fail("start");
	if (ptrace(PTRACE_SETOPTIONS, id, 0,
		   PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
			   PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			   PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL))
		fail("ptrace");
	adopt(find_task(id), NULL);
	find_task(id)->fresh = false;
	go_on(find_task(id), 0);
	return id;
}

/* Until everything has ended; the command's exit status. */
static int follow(pid_t first)
{
	int status, result = 0;
	pid_t id;

	while ((id = waitpid(-1, &status, __WALL)) > 0) {
		struct task *t = find_task(id);

		if (WIFSTOPPED(status)) {
			on_stop(t, status);
			continue;
		}
		on_end(t);
		if (id == first)
			result = WIFEXITED(status) ? WEXITSTATUS(status) :
						     128 + WTERMSIG(status);
	}
	return result;
}

static void too_long(int number)
{
	(void)number;
	_exit(124); /* EXITKILL ends the others */
}

static int call_number(const char *name)
{
	for (int i = 0; i < CALLS; i++)
		if (call_names[i] && strcmp(call_names[i], name) == 0)
			return i;
	fprintf(stderr, "no call %s\n", name);
	exit(99);
}

static void parse_which(const char *text)
{
	char *end;

	fault.odd = strcmp(text, "odd") == 0;
	fault.first = (uint32_t)strtoul(text, &end, 10);
	fault.last = *end == '+' ? UINT32_MAX : fault.first;
}

int main(int argc, char **argv)
{
	int option, status;

	while ((option = getopt(argc, argv, "+o:p:c:n:e:")) > 0) {
		if (option == 'o')
			list = fopen(optarg, "we");
		else if (option == 'p')
			fault.process = optarg;
		else if (option == 'c')
			fault.call = call_number(optarg);
		else if (option == 'n')
			parse_which(optarg);
		else if (option == 'e' && strcmp(optarg, "short") == 0)
			fault.cut = true;
		else if (option == 'e')
			fault.error = atol(optarg);
		else
			return 99;
	}
	signal(SIGALRM, too_long);
	alarm(LIMIT);
	status = follow(start(argv + optind));
	if (list)
		fclose(list);
	return status;
}
