#!/bin/bash
# SPDX-License-Identifier: MIT
# The process's first allocation is one that the C library makes, often under a
# lock of its own: in the constructor of a library that is initialised before
# ours. The program goes on to make the same call, as do a thread of its and a
# handler of exit.
. "$(dirname "$0")/../e2e/lib.sh"
cat >calls.h <<'END'
CALL(newlocale, newlocale(LC_ALL_MASK, "C.UTF-8", NULL))
CALL(setlocale, setlocale(LC_ALL, "C.UTF-8"); setlocale(LC_ALL, "C"))
CALL(gettext, bindtextdomain("it", "/"); dgettext("it", "text"))
CALL(atexit, for (int i = 0; i < 40; i++) atexit(handler))
CALL(at_quick_exit, for (int i = 0; i < 40; i++) at_quick_exit(handler))
CALL(atfork, for (int i = 0; i < 60; i++) pthread_atfork(NULL, handler, NULL);
	make_child())
CALL(iconv, iconv_close(iconv_open("UTF-16", "ISO-8859-15")))
CALL(zone, setenv("TZ", "Europe/Berlin", 1); tzset(); unsetenv("TZ"))
CALL(setenv, setenv("ONE", "1", 1); setenv("TWO", "2", 1))
CALL(users, getpwuid(0); getgrgid(0))
CALL(missing, dlopen("/missing.so", RTLD_NOW); free(strdup("a"));
	puts(dlerror()))
CALL(unknown, dlsym(RTLD_DEFAULT, "unknown"); puts(dlerror()))
CALL(objects, dl_iterate_phdr(object, NULL))
CALL(tree, void *root = NULL; tsearch("a", &root, compare))
CALL(timer, struct sigevent event = { .sigev_notify = SIGEV_THREAD,
		.sigev_notify_function = expired };
	timer_t timer; struct itimerspec soon = { { 0, 0 }, { 0, 1000 } };
	timer_create(CLOCK_MONOTONIC, &event, &timer);
	timer_settime(timer, 0, &soon, NULL); usleep(3000); timer_delete(timer))
CALL(thread, pthread_t it; pthread_create(&it, NULL, work, NULL);
	pthread_join(it, NULL))
CALL(attributes, pthread_attr_t its; cpu_set_t set; pthread_attr_init(&its);
	CPU_ZERO(&set); CPU_SET(0, &set);
	pthread_attr_setaffinity_np(&its, sizeof(set), &set);
	pthread_setattr_default_np(&its))
CALL(keys, pthread_key_t key; for (int i = 0; i < 100; i++)
	if (pthread_key_create(&key, free) == 0)
		pthread_setspecific(key, malloc(3)))
CALL(format, register_printf_specifier('W', print, sizes); printf("%W\n", 3))
CALL(stream, FILE *file = popen("echo said", "r"); char line[20];
	printf("%s", fgets(line, sizeof(line), file)); pclose(file))
CALL(semaphore, sem_close(sem_open("/locked_first", O_CREAT, 0600, 1)))
CALL(signal, signal(SIGUSR1, on_signal); raise(SIGUSR1))
CALL(fork, make_child())
END
cat >first.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <grp.h>
#include <iconv.h>
#include <libintl.h>
#include <link.h>
#include <locale.h>
#include <printf.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <search.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static void handler(void)
{
	if (write(1, ".", 1) < 0)
		_exit(9);
}
static void make_child(void)
{
	int status;
	pid_t pid;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		free(malloc(5));
		_exit(3);
	}
	waitpid(pid, &status, 0);
}
static int object(struct dl_phdr_info *info, size_t bytes, void *unused)
{
	free(malloc(7));
	return 0;
}
static int compare(const void *a, const void *b) { return strcmp(a, b); }
static void expired(union sigval unused) { free(malloc(9)); }
static void *work(void *unused) { free(malloc(11)); return unused; }
static void on_signal(int unused) { free(malloc(13)); }
static int print(FILE *file, const struct printf_info *info,
		 const void *const *arguments)
{
	return fprintf(file, "<three>");
}
static int sizes(const struct printf_info *info, size_t n, int *type, int *bytes)
{
	if (n > 0)
		type[0] = PA_INT, bytes[0] = sizeof(int);
	return 1;
}
#define CALL(name, ...) static void call_##name(void) { __VA_ARGS__; }
#include "calls.h"
#undef CALL
#define CALL(name, ...) { #name, call_##name },
static const struct { const char *name; void (*make)(void); } calls[] = {
#include "calls.h"
};
__attribute__((constructor)) void make_call(void)
{
	const char *name = getenv("CALL");
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (name && strcmp(name, calls[i].name) == 0)
			calls[i].make();
}
END
cat >main.c <<'END'
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
void make_call(void);
static void *work(void *unused) { make_call(); return unused; }
int main(void)
{
	pthread_t thread;
	make_call();
	pthread_create(&thread, 0, work, 0);
	pthread_join(thread, 0);
	for (int i = 0; i < 10; i++)
		puts(setlocale(LC_ALL, i & 1 ? "C" : "C.UTF-8"));
	atexit(make_call);
	return 4;
}
END
gcc -w -g -O0 -shared -fPIC -o libfirst.so first.c -pthread &&
	gcc -g -o main main.c -L. -lfirst -Wl,-rpath,"$PWD" -pthread ||
	skip_all "cannot be built here"

for call in $(sed -n 's/^CALL(\([a-z_]*\),.*/\1/p' calls.h); do
	export CALL=$call
	three $call timeout -s KILL 20 ./main
	unchanged $call
	for way in record preload; do
		holds "$call, $way: whole" whole $(dumps $call.$way)
	done
done
finish
