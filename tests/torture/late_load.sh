#!/bin/bash
# SPDX-License-Identifier: MIT
# Our library where it is not preloaded: by dlopen in a program that runs, where
# there may be no room for its thread-local variables, and as an auditor of the
# loader, which it is not. The program goes on with the malloc that it had.
. "$(dirname "$0")/../e2e/lib.sh"
cat >main.c <<'END'
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv)
{
	void *before[100], *library;
	for (int i = 0; i < 100; i++)
		before[i] = malloc(30);
	library = dlopen(argv[1], RTLD_NOW | (argc > 2 ? RTLD_GLOBAL : 0));
	for (int i = 0; i < 1000; i++)
		free(realloc(malloc(40), 400));
	void (*give)(void *) = library ? dlsym(library, "free") : free;
	for (int i = 0; i < 100; i++)
		give(before[i]);
	if (library)
		dlclose(library);
	free(malloc(10));
	write(1, library ? "loaded\n" : "not loaded\n", library ? 7 : 11);
	return 3;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -o main main.c -ldl || skip_all "no compiler"
for scope in "" global; do
	HEAPWISE_OUTPUT=$work/late.hwd ./main "$library" $scope >out 2>err
	is "dlopen, ${scope:-local}: status, messages" "$? $(cat err)" "3 "
	holds "dlopen, ${scope:-local}: output" grep -qx "\(not \)\?loaded" out
	for dump in late.hwd*; do
		[ -e "$dump" ] || continue
		holds "dlopen, ${scope:-local}: whole" whole "$dump"
	done
	rm -f late.hwd*
done
"$samples/churn" 2000 >wanted
HEAPWISE_OUTPUT=$work/audit.hwd LD_AUDIT=$library "$samples/churn" 2000 >out 2>err
is "LD_AUDIT: status" $? 0
same "LD_AUDIT: output" wanted out
holds "LD_AUDIT: silent, or the loader's own line" \
	sh -c 'test $(grep -vc "ld.so" err) = 0'
for dump in audit.hwd*; do
	[ -e "$dump" ] || continue
	holds "LD_AUDIT: whole" whole "$dump"
done
# Named twice, it is loaded once.
HEAPWISE_OUTPUT=$work/twice.hwd LD_PRELOAD="$library $library" \
	"$samples/churn" 2000 >out 2>err
is "named twice: status, messages" "$? $(cat err)" "0 "
is "named twice: exact" "$(total twice.hwd allocations)" 2000
HEAPWISE_OUTPUT=$work/both.hwd LD_PRELOAD=$library "$heapwise" record \
	-o rec.hwd -- "$samples/churn" 2000 >out 2>err
is "preloaded and recorded: status, messages" "$? $(cat err)" "0 "
is "preloaded and recorded: exact" "$(total rec.hwd allocations)" 2000
finish
