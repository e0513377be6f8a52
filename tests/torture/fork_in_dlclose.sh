#!/bin/bash
# SPDX-License-Identifier: MIT
# A process forks while a library is being unloaded: its pages are gone, the
# loader's record of it is not yet freed. The allocator's free(), which the
# loader calls then, forks, again and again; each child allocates.
. "$(dirname "$0")/../e2e/lib.sh"
cat >heap.c <<'END'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
void __libc_free(void *);
int unloading, children, good;
void free(void *block)
{
	__libc_free(block);
	if (unloading && block) {
		int status = 1;
		pid_t pid;
		unloading = 0;
		pid = fork();
		if (pid == 0) {
			void *volatile p = malloc(77);
			_exit(p == NULL);
		}
		children++;
		good += waitpid(pid, &status, 0) == pid && status == 0;
		unloading = 1;
	}
}
END
cat >main.c <<'END'
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
extern int unloading, children, good;
int main(int argc, char **argv)
{
	void *handle = dlopen(argv[1], RTLD_NOW);
	void *(*allocate)(void) = (void *(*)(void))dlsym(handle, "allocate");
	free(allocate());
	unloading = 1;
	dlclose(handle);
	unloading = 0;
	printf("%d children, %d failed\n", children, children - good);
	return children == 0 || children != good;
}
END
cat >plugin.c <<'END'
#include <stdlib.h>
void *allocate(void)
{
	void *p = malloc(66);
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}
END
cc="${CC:-gcc} -g -O1 -fno-builtin"
$cc -fPIC -shared -o libheap.so heap.c && $cc -fPIC -shared -o plugin.so plugin.c &&
	$cc -o main main.c -L. -lheap -Wl,-rpath,"$work" -ldl ||
	skip_all "cannot be built"
three run ./main "$work/plugin.so"
unchanged run
is "status" "$(cat run.plain/status)" 0
holds "all dumps are whole" whole $(dumps run.record)
is "the library has its name" "$(calls run.record/d.hwd allocate)" 1
finish
