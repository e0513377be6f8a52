#!/bin/bash
# SPDX-License-Identifier: MIT
# export --format=pprof of a C, a C++ and a Python program and of a sample: a
# decoder of our own finds in it what report --json says, and go tool pprof
# reads, lists, subtracts and serves it.
. "$(dirname "$0")/lib.sh"
export HOME=$work PPROF_TMPDIR=$work PPROF_BINARY_PATH=/nowhere
go=
[ -z "$(go tool -n pprof 2>/dev/null)" ] || go=yes

# reads WHAT EXPORT REPORT...: what pprof.py finds, a line each.
reads() {
	echo "# $*"
	$python -B "$root/tests/e2e/pprof.py" "$@" ||
		failures=$((failures + 1))
}

pprof() { timeout 100 go tool pprof "$@" 2>pprof.err; }

# shown OPTION... FILE: the total that pprof shows.
shown() {
	pprof -top -unit=B "$@" |
		sed -n 's/^Showing .* of \([0-9-]*\)B\? total$/\1/p'
}

# exported NAME [OPTION]: the export of NAME.hwd.
exported() {
	"$heapwise" export --format=pprof ${2:-} -o "$1${2:-}.pb.gz" "$1.hwd" ||
		fails "$1: export ${2:-}"
}

cat >inline.cc <<'END'
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>
#define KEEP(p) asm volatile("" : : "r"(p) : "memory")
static inline __attribute__((always_inline)) void *inner(size_t n)
{
	void *p = malloc(n); /* inner */
	KEEP(p);
	return p;
}
static inline __attribute__((always_inline)) void *middle(size_t n)
{
	void *p = inner(n + 1); /* middle */
	KEEP(p);
	return p;
}
__attribute__((noinline)) void *outer(size_t n)
{
	void *p = middle(n + 1); /* outer */
	KEEP(p);
	return p;
}
template <class T> struct Stack {
	std::vector<T> items;
	__attribute__((noinline)) void push(T item) { items.push_back(item); }
};
namespace {
struct Local {
	__attribute__((noinline)) int *operator()(int n)
	{
		int *p = new int[n];
		KEEP(p);
		return p;
	}
};
}
int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 20;
	std::vector<void *> kept;
	Stack<std::string> stack;
	std::map<int, std::string> names;
	for (int i = 0; i < n; i++) {
		kept.push_back(outer(100));
		stack.push(std::string(50, 'x'));
		names[i] = "a string that is too long for itself";
	}
	delete[] Local()(7);
	std::thread([&] { for (int i = 0; i < n / 2; i++) free(kept[i]); }).join();
}
END
cat >lives.c <<'END'
/* Blocks that live for 1 to 10 ms; prints the sum, the least and the most of
 * what lies surely inside and surely around, in ns. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}
static __attribute__((noinline)) void *slow(void)
{
	void *p = malloc(1000);
	__asm__ volatile("" : : "r"(p) : "memory");
	return p;
}
static __attribute__((noinline)) void *handed(int n)
{
	void *p = malloc(n);
	__asm__ volatile("" : : "r"(p) : "memory");
	return p;
}
static void *release(void *p)
{
	free(p);
	return NULL;
}
int main(void)
{
	long sum[2] = { 0 }, least[2] = { 1L << 60, 1L << 60 }, most[2] = { 0 };
	for (int i = 1; i <= 10; i++) {
		struct timespec pause = { 0, i * 1000000L };
		long t[4], length[2];
		t[0] = now();
		void *p = slow();
		t[1] = now();
		nanosleep(&pause, NULL);
		t[2] = now();
		free(p);
		t[3] = now();
		length[0] = t[2] - t[1];
		length[1] = t[3] - t[0];
		for (int k = 0; k < 2; k++) {
			sum[k] += length[k];
			if (length[k] < least[k]) least[k] = length[k];
			if (length[k] > most[k]) most[k] = length[k];
		}
	}
	for (int i = 0; i < 8; i++) {
		pthread_t thread;
		void *p = handed(100);
		if (i == 7) break;
		pthread_create(&thread, NULL, release, p);
		pthread_join(thread, NULL);
	}
	fprintf(stderr, "%ld %ld %ld %ld %ld %ld\n", sum[0], sum[1], least[0],
		least[1], most[0], most[1]);
	return 0;
}
END
names="leaks python sampled"
"$heapwise" record -o leaks.hwd -- "$samples/leaks"
program='x = [{str(i): [i] * 9} for i in range(2000)]'
"$heapwise" record -o python.hwd -- $python -IS -c "$program"
HEAPWISE_SEED=3 "$heapwise" record --sample 8K \
	-o sampled.hwd -- $python -IS -c "$program"
if ${CXX:-g++} -std=c++17 -O2 -g -o inline inline.cc -pthread; then
	names+=" inline"
	"$heapwise" record -o inline.hwd -- ./inline 20
	"$heapwise" record -o more.hwd -- ./inline 50
	exported more
else
	skip "no C++ compiler"
fi

for name in $names; do
	"$heapwise" report --json $name.hwd >$name.json 2>/dev/null
	exported $name
	mv $name.pb.gz first.gz
	exported $name
	same "$name: the same bytes again" first.gz $name.pb.gz
	exported $name --raw
	exported $name --lifetimes
	reads file $name.pb.gz $name.json
	reads raw $name--raw.pb.gz $name.json
	reads lifetimes $name--lifetimes.pb.gz $name.json
done
"$heapwise" export --format=pprof leaks.hwd >out.gz
same "to standard output" leaks.pb.gz out.gz
"$heapwise" export --format=csv --lifetimes leaks.hwd >out 2>err
is "--lifetimes of csv" "$? $(grep -c lifetimes err)" "2 1"
if which script >/dev/null; then
	script -qec "$heapwise export --format=pprof leaks.hwd" /dev/null \
		>tty.txt </dev/null
	holds "not to a terminal" grep -q "name a file with -o" tty.txt
fi

# Lifetimes that are known from outside. Not position-independent: go's pprof
# shows the source of no other on its pages.
${CC:-gcc} -O1 -g -no-pie -o lives lives.c -pthread || fails "lives.c"
"$heapwise" record -o lives.hwd -- ./lives 2>bounds
exported lives
exported lives --lifetimes
"$heapwise" report --json lives.hwd >lives.json
reads lifetimes lives--lifetimes.pb.gz lives.json
reads labels lives--lifetimes.pb.gz slow >slow
reads labels lives--lifetimes.pb.gz handed >handed
is "slow: blocks and bytes" "$(grep -v '#' slow | cut -d' ' -f1-7)" \
	"same 10 10000 10 10000 0 0"
# The recorder's clock is fitted to the program's: two in a thousand.
grep -v '#' slow | cat bounds - | tr '\n' ' ' >times
holds "slow: times within their bounds, $(cat times)" awk '
	function between(low, x, high)
	{
		return low * .998 <= x && x <= high * 1.002
	}
	{ exit !(between($3, $14, $4) && between($5, $16, $6) &&
		between($1, 10 * $15, $2)) }' times
is "handed: blocks and bytes" "$(grep -v '#' handed | cut -d' ' -f1-7)" \
	"different 7 700 7 700 0 0
none 0 0 0 0 1 100"

[ -n "$go" ] || {
	skip "no go tool pprof"
	finish
}
for name in $names; do
	for type in alloc_objects alloc_space inuse_objects inuse_space; do
		is "$name: pprof's total of $type" \
			"$(shown -sample_index=$type $name.pb.gz)" \
			"$(reads total $name.pb.gz | awk '!/#/ {
				print $'"$(case $type in
				alloc_objects) echo 1 ;; alloc_space) echo 2 ;;
				inuse_objects) echo 3 ;; *) echo 4 ;; esac)"' }')"
	done
	is "$name: pprof complains of nothing" "$(cat pprof.err)" ""
	is "$name: less itself" \
		"$(shown -sample_index=alloc_space -base $name.pb.gz $name.pb.gz)" 0
	[ $name = sampled ] && continue
	pprof -proto -output=tool.gz $name.pb.gz >/dev/null ||
		fails "$name: pprof -proto"
	reads tool tool.gz $name.json
done
pprof -raw leaks.pb.gz >raw
is "pprof -raw: types" "$(sed -n '/^Samples:/{n;p}' raw)" \
"alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes[dflt]"
line=$(grep -n "void \*forget" "$root/samples/leaks.c" | cut -d: -f1)
pprof -unit=B -list='^forget$' -sample_index=alloc_space leaks.pb.gz >list
holds "pprof -list: bytes beside the source" \
	grep -q "2400B *2400B *$line:.*forget" list
pprof -unit=B -peek='^forget$' -sample_index=alloc_space leaks.pb.gz >peek
holds "pprof -peek: the caller" grep -q '2400B *100% |   main' peek
pprof -tags lives--lifetimes.pb.gz >tags
for tag in avg_lifetime stddev_lifetime min_lifetime max_lifetime; do
	holds "pprof -tags: $tag" grep -q "^ *$tag: Total" tags
done
holds "pprof -tags: threads" grep -Eq '%\): different' tags
holds "pprof names what is raw" sh -c 'timeout 60 go tool pprof -top \
	-sample_index=alloc_space leaks--raw.pb.gz 2>/dev/null | grep -q " forget"'
reads pages lives.pb.gz slow 10000
[[ $names = *inline* ]] || finish
for type in alloc_objects alloc_space inuse_objects inuse_space; do
	is "two runs: $type" \
		"$(shown -sample_index=$type -base inline.pb.gz more.pb.gz)" \
		"$(($(shown -sample_index=$type more.pb.gz) -
			$(shown -sample_index=$type inline.pb.gz)))"
done
pprof -top -unit=B -sample_index=alloc_space -base inline.pb.gz more.pb.gz >top
holds "two runs: of a function" grep -Eq '^ *3060B .* inner \(inline\)' top
pprof -peek='^inner' -sample_index=alloc_objects inline.pb.gz >peek
holds "inlined callers" grep -q '20   100% |   middle (inline)' peek
for f in inner middle outer; do
	line=$(grep -n "/\* $f \*/" inline.cc | cut -d: -f1)
	pprof -unit=B -list="^$f\b" -sample_index=alloc_space inline.pb.gz >list
	holds "pprof -list $f" grep -Eq "2040B *$line:" list
done
pprof -top -sample_index=alloc_space inline.pb.gz >top
is "operator new is hidden" "$(grep -c 'operator new' top)" 0
finish
