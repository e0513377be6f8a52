#!/bin/bash
# SPDX-License-Identifier: MIT
# What `make bench-names` names, recorded into the directory $1 if it is not
# there yet: clang++, at sources of several kinds, which differ in what of it
# runs; and a C++ program with much debug information. $2 is heapwise, $3 how
# many units the program has (64: 1 GB; it is one unit's object file, copied).
set -e
units=${3:-64}
heapwise=$(realpath "$2")
mkdir -p "$1"
cd "$1"
export HEAPWISE_FREE_STACKS=all

cat >library.cc <<'C'
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <memory_resource>
#include <numeric>
#include <optional>
#include <random>
#include <regex>
#include <unordered_map>
#include <variant>
#include <vector>
int find(const std::string &s)
{
	std::regex r("a(b|c)*d");
	std::smatch m;
	return std::regex_search(s, m, r);
}
int main(int argc, char **argv)
{
	std::map<std::string, std::vector<std::variant<int, std::string>>> m;
	std::unordered_map<int, std::optional<std::string>> u;
	for (int i = 0; i < argc; i++)
		m[argv[i]].push_back(u[i].value_or("x"));
	auto later = std::async([&] { return find(argv[0]); });
	double sum = 0;
#pragma omp parallel for reduction(+ : sum)
	for (int i = 0; i < 1000; i++)
		sum += i * 0.5;
	std::mt19937 random(argc);
	std::vector<int> q(100);
	std::iota(q.begin(), q.end(), 0);
	std::shuffle(q.begin(), q.end(), random);
	std::sort(q.begin(), q.end());
	for (auto &p : std::filesystem::directory_iterator("."))
		std::cout << p.path() << '\n';
	return m.size() + later.get() + (int)sum + q[3];
}
C
cat >small.c <<'C'
#include <stdarg.h>
#include <stddef.h>
struct list { struct list *next; double value; char name[]; };
typedef float four __attribute__((vector_size(16)));
four mix(four a, four b) { return a * b + a; }
double total(struct list *l) { double s = 0; for (; l; l = l->next) s += l->value / 3; return s; }
int count(int n, ...) { va_list v; int s = 0; va_start(v, n); while (n--) s += va_arg(v, int) % 7; va_end(v); return s; }
int which(int x) { switch (x) { case 1: return 5; case 2: return 9; case 3: return 77; case 40: return 8; default: return x * x; } }
void scale(float *a, const float *b, int n) { for (int i = 0; i < n; i++) a[i] = a[i] * b[i] + (float)i; }
_Atomic long counter; long add(long x) { return counter += x; }
C
cat >wrong.cc <<'C'
#include <map>
#include <string>
#include <vector>
struct abstract { virtual int f(int) = 0; };
int a = undeclared; std::vectr<int> v; std::string s = 3.5;
template <class T> void use(T t) { t.x.y; }
void g() { use(3); const int c = 1; c = 2; std::vector<abstract> l; l.push_back({}); l.foo(); std::map<abstract, int> m; m[1]; }
C

# clang NAME ARGUMENT...
clang() {
	[ -s "clang-$name.hwd" ] || "$heapwise" record -o "clang-$name.hwd" -- \
		"$(realpath "$(which clang++)")" "$@" >"$name.txt" 2>&1 || :
}
name=all clang -std=c++20 -O3 -g -fopenmp -fsanitize=address,undefined -c \
	-o /dev/null library.cc
name=checks clang -std=c++20 --analyze -o /dev/null library.cc
name=errors clang -std=c++20 -Weverything -fsyntax-only wrong.cc
for target in aarch64 arm riscv64 powerpc64le mips64 s390x sparcv9 hexagon \
	amdgcn nvptx64 wasm32 bpf; do
	name=$target clang -x c --target=$target-unknown-linux -ffreestanding \
		-O3 -g -c -o /dev/null small.c
done

[ ! -s large.hwd ] || exit 0
cat >unit0.cc <<'C'
#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>
namespace {
template <int N> struct key {
	int v;
	std::string s;
	bool operator<(const key &o) const { return v < o.v; }
	bool operator==(const key &o) const { return v == o.v; }
};
template <int N> struct hash {
	size_t operator()(const key<N> &k) const { return k.v; }
};
template <int N> int work(int n)
{
	std::map<key<N>, std::vector<key<N>>> m;
	std::unordered_map<key<N>, std::list<key<N>>, hash<N>> u;
	std::set<key<N>> s;
	std::deque<key<N>> d;
	std::vector<std::function<int(int)>> f;
	for (int i = 0; i < n; i++) {
		key<N> k{i * 7 % 5, std::string(40, 'a')};
		m[k].push_back(k);
		u[k].push_back(k);
		s.insert(k);
		d.push_back(k);
		f.push_back([k](int x) { return x + k.v; });
		f.push_back([k, n](int x) {
			std::vector<key<N>> w(n, k);
			std::sort(w.begin(), w.end());
			return x + (int)w.size();
		});
	}
	auto q = std::make_unique<std::deque<key<N>>>(d);
	int r = m.size() + q->size() + u.size() + s.size();
	for (auto &g : f)
		r += g(n);
	if constexpr (N > 0)
		r += work<N - 1>(n);
	return r;
}
}
int unit0(int n) { return work<40>(n); }
C
g++ -std=c++17 -O1 -g -c unit0.cc
for ((u = 0; u < units; u++)); do
	echo "int unit$u(int);"
	calls+=" + unit$u(3)"
	[ $u = 0 ] || objcopy --redefine-sym \
		_Z5unit0i=_Z$((4 + ${#u}))unit${u}i unit0.o unit$u.o
done >main.cc
echo "int main() { return 0 * (0$calls); }" >>main.cc
g++ -g -o large main.cc unit*.o
rm unit*.o
"$heapwise" record -o large.hwd -- ./large
