#!/bin/bash
# SPDX-License-Identifier: MIT
# The same program built in other ways: stripped, link-time optimised, with
# branch protection and lazy binding, without frame pointers, at a fixed address, by
# other linkers, with compressed sections, with split debug information, with a
# sanitizer, for gprof. Each ends as it does alone, sums are the same for all.
. "$(dirname "$0")/../e2e/lib.sh"
cat >main.c <<'END'
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void *wrap(size_t n) { void *p = malloc(n); return p ? memset(p, 1, n) : p; }
void *outer(int i) { return i % 3 ? wrap(10 + i % 50) : calloc(1, 10 + i % 50); }
static int deep(int n) { char room[64]; memset(room, n, 64);
	if (n == 0) { free(outer(40)); return room[3]; }
	return deep(n - 1) + room[n % 64]; }
int main(void)
{
	for (int i = 0; i < 1000; i++)
		free(outer(i));
	deep(30);
	write(1, "done\n", 5);
	return 6;
}
END
built=0
while read -r compiler flags; do
	# shellcheck disable=SC2086
	$compiler -w -fno-builtin-malloc -fno-builtin-free $flags -o main main.c \
		>/dev/null 2>&1 || { skip "$compiler $flags"; continue; }
	[ "${flags#*--strip}" = "$flags" ] || strip --strip-all main
	built=$((built + 1))
	three main ./main
	for way in record preload; do
		is "$compiler $flags, $way: as alone" \
			"$(cat main.$way/{out,err,status})" $'done\n6'
		holds "$compiler $flags, $way: whole" whole main.$way/d.hwd
		is "$compiler $flags, $way: sums" "$("$heapwise" report --json \
			main.$way/d.hwd 2>/dev/null | jq -c --arg f "$flags" \
			'.totals | if $f | test("-pg|sanitize") then
			(.allocations >= 1001 and .bytes_allocated >= 34550)
			else [.allocations, .bytes_allocated, .leaked_bytes] ==
			[1001, 34550, 0] end')" true
	done
	rm -rf main.*/ main
done <<'END'
gcc -O0 -g
gcc -O2 -s
gcc -O2 -g -Wl,--strip-debug
gcc -O3 -flto -g
gcc -O2 -fcf-protection=full -Wl,-z,lazy
gcc -O2 -fomit-frame-pointer -fno-asynchronous-unwind-tables
gcc -O2 -no-pie -fno-pie -g
gcc -O2 -g -gdwarf-4 -gz=zlib
gcc -O2 -g -gsplit-dwarf
gcc -Os -g -Wl,--no-eh-frame-hdr
gcc -O2 -g -Wl,--hash-style=sysv -Wl,-z,norelro
gcc -O2 -g -fuse-ld=gold
gcc -O2 -g -Wl,--build-id=none
gcc -O2 -g -fsanitize=undefined
gcc -O2 -g -fstack-clash-protection -fstack-protector-all
gcc -O2 -pg
clang -O2 -g
clang -O2 -g -fuse-ld=lld
clang -O1 -flto=thin -fuse-ld=lld
END
holds "$built builds" test $built -ge 8
finish
