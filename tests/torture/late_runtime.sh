#!/bin/bash
# SPDX-License-Identifier: MIT
# A C program gets its C++ runtime late, below a library that it loads: the
# library that calls operator new first is not the one that dlopen named. It does
# so in its constructor, while dlopen runs; or later, from a thread. Unloaded and
# loaded again, as often as without us.
. "$(dirname "$0")/../e2e/lib.sh"
which g++ >/dev/null || skip_all "no g++"
cat >inner.cc <<'END'
#include <string>
#include <vector>
static std::string text(100, 'x');
struct early { int *n; early() { n = new int(7); } ~early() { delete n; } } first;
extern "C" int inner(int n)
{
	std::vector<std::string> v;
	for (int i = 0; i < n; i++)
		v.push_back(text + std::to_string(i));
	return (int)v.back().size() + *first.n;
}
END
cat >outer.c <<'END'
int inner(int n);
int outer(int n) { return inner(n); }
END
cat >main.c <<'END'
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
static int (*outer)(int);
static void *call(void *n) { return (void *)(long)outer((int)(long)n); }
int main(void)
{
	for (int i = 0; i < 3; i++) {
		void *handle = dlopen("./libouter.so", RTLD_NOW | RTLD_LOCAL);
		pthread_t thread;
		void *result;

		if (!handle)
			return printf("%s\n", dlerror()), 1;
		outer = (int (*)(int))dlsym(handle, "outer");
		pthread_create(&thread, 0, call, (void *)(100L + i));
		pthread_join(thread, &result);
		printf("%d %s\n", (int)(long)result, dlerror() ? "error" : "");
		dlclose(handle);
		printf("%s\n", dlopen("./libinner.so", RTLD_LAZY | RTLD_NOLOAD) ?
		       "stays" : "is gone");
	}
	return 5;
}
END
g++ -g -shared -fPIC -o libinner.so inner.cc
gcc -g -shared -fPIC -o libouter.so outer.c -L. -linner -Wl,-rpath,'$ORIGIN' &&
	gcc -g -o main main.c -pthread || skip_all "cannot be built here"
three late ./main
unchanged late
is "status" "$(cat late.plain/status)" 5
for way in record preload; do
	holds "$way: whole" whole late.$way/d.hwd
	is "$way: recorded" "$(calls late.$way/d.hwd inner)" \
		"$(calls late.record/d.hwd inner)"
	holds "$way: each string" test "$(calls late.$way/d.hwd inner)" -gt 300
done
finish
