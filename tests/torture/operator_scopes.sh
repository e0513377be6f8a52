#!/bin/bash
# SPDX-License-Identifier: MIT
# C++ operators that are found late, or in several places: a library's
# constructor waits for a thread whose call of operator new is the first; two
# libraries, loaded RTLD_LOCAL into a C program, have two allocators of their own,
# and one comes back after it was unloaded; the program asks dlerror() after its
# first operator new.
. "$(dirname "$0")/../e2e/lib.sh"
which g++ >/dev/null || skip_all "no g++"
cat >waits.cc <<'END'
#include <thread>
#include <vector>
struct warm {
	warm()
	{
		std::thread t([] { std::vector<double> v(1000); v[3] = 1; });
		t.join();
	}
};
static warm first;
extern "C" int work() { return 7; }
END
cat >waits_c.cc <<'END'
#include <pthread.h>
static void *make(void *p) { int *n = new int[100]; delete[] n; return p; }
__attribute__((constructor)) static void begin()
{
	pthread_t thread;
	pthread_create(&thread, 0, make, 0);
	pthread_join(thread, 0);
}
extern "C" int work() { return 8; }
END
cat >pool.cc <<'END'
#include <cstddef>
#include <new>
static char pool[1 << 20];
static std::size_t used;
void *operator new(std::size_t n)
{
	void *p = pool + used;
	used += (n + 15) & ~15ul;
	return p;
}
void operator delete(void *) noexcept {}
void operator delete(void *, std::size_t) noexcept {}
static int *kept;
extern "C" int work() { kept = new int(42); return *kept; }
END
cat >strings.cc <<'END'
#include <string>
extern "C" int work()
{
	std::string s(100, 'A');
	s += "bcd";
	return (int)s.size();
}
END
cat >own.cc <<'END'
#include <cstdlib>
#include <new>
void *operator new(std::size_t n) { return malloc(n); }
void operator delete(void *p) noexcept { free(p); }
void operator delete(void *p, std::size_t) noexcept { free(p); }
extern "C" int work() { int *n = new int(41); int r = *n + ONE; delete n; return r; }
END
cat >host.c <<'END'
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		void *handle = dlopen(argv[i], RTLD_NOW | RTLD_LOCAL);
		int (*work)(void);
		if (!handle)
			return puts(dlerror()), 1;
		work = (int (*)(void))dlsym(handle, "work");
		printf("%s: %d\n", argv[i], work());
		fflush(stdout);
		if (argv[1][0] == 'c')
			dlclose(handle);
	}
	return 4;
}
END
cat >asks.cc <<'END'
#include <cstdio>
#include <dlfcn.h>
#include <string>
int main()
{
	if (dlopen("./missing.so", RTLD_NOW))
		return 1;
	std::string text("a plugin that is not there: ");
	const char *why = dlerror();
	puts((text + (why ? why : "no reason")).c_str());
	return 4;
}
END
for name in waits waits_c pool strings; do
	g++ -g -O0 -shared -fPIC -o $name.so $name.cc -pthread ||
		skip_all "cannot be built here"
done
g++ -g -O0 -shared -fPIC -DONE=1 -o own.so own.cc
g++ -g -O0 -shared -fPIC -DONE=2 -static-libstdc++ -o other.so own.cc
gcc -g -o host host.c -pthread && g++ -g -o asks asks.cc &&
	g++ -g -x c++ -fpermissive -w -o host_cc host.c -pthread ||
	skip_all "cannot be built here"

check() {
	local name=$1
	shift
	three $name timeout 20 "$@"
	unchanged $name
	for way in record preload; do
		holds "$name, $way: whole" whole $(dumps $name.$way)
	done
}
check waits ./host keep ./waits.so
check waits_in_cc ./host_cc keep ./waits.so ./waits_c.so
check two ./host keep ./pool.so ./strings.so ./own.so
check again ./host close ./own.so ./strings.so ./own.so ./other.so ./own.so
check asks ./asks
finish
