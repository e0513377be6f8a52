/* SPDX-License-Identifier: MIT */
/*
 * What the calls fail in: much that a recorder has to do system calls for. Many
 * stacks, a thread, a library that comes and goes, a block that grows, a child
 * that records, too. main() allocates 24,000 times in leaf(), the thread 2,000,
 * the child 1,500; argv[1] is the number of its rounds in place of 6.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT 1000

static void *kept[KEPT];

__attribute__((noinline)) void leaf(unsigned int i)
{
	void **place = &kept[i % KEPT];

	free(*place);
	*place = malloc(16 + i % 400);
}

/* A stack of its own for each path. */
__attribute__((noinline)) void branch(unsigned int path, int depth)
{
	if (depth == 0)
		leaf(path);
	else if (path & 1)
		branch(path / 2 + (path & 1) * 2048, depth - 1);
	else
		branch(path / 2, depth - 1);
	__asm__ volatile("");
}

static void *run_thread(void *unused)
{
	for (unsigned int i = 0; i < 2000; i++)
		leaf(i);
	return unused;
}

static void load(void)
{
	void *library = dlopen("libm.so.6", RTLD_NOW);

	if (!library || !dlsym(library, "tgamma"))
		printf("no libm: %s\n", dlerror());
	leaf(0);
	if (library)
		dlclose(library);
}

static void run_child(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		for (unsigned int i = 0; i < 1500; i++)
			leaf(i);
		exit(3);
	}
	if (child < 0 || waitpid(child, &status, 0) != child ||
	    status != 3 << 8)
		printf("the child ended with %x\n", status);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 6;
	pthread_t thread;
	char *block = NULL;
	int error;

	for (unsigned int i = 0; i < (unsigned int)rounds * 4000; i++)
		branch(i, 12);
	error = pthread_create(&thread, NULL, run_thread, NULL);
	if (error || pthread_join(thread, NULL))
		printf("no thread: %s\n", strerror(error));
	load();
	for (size_t bytes = 1; bytes < 1 << 20; bytes *= 4)
		block = realloc(block, bytes);
	memset(block, 1, 1 << 18);
	free(block);
	run_child();
	puts("done");
	return 7;
}
