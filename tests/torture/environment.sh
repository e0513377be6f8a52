#!/bin/bash
# SPDX-License-Identifier: MIT
# Children whose environment is not what we left: cleared, without LD_PRELOAD,
# without our variables, with broken ones; children of another class (32 bits).
# Each does what it does without us; whoever has the library is recorded.
. "$(dirname "$0")/../e2e/lib.sh"
churn=$samples/churn
cat >child.c <<'END'
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	char *empty[] = { NULL };
	for (int i = 0; i < 70; i++)
		malloc(10);
	if (argc > 2 && argv[1][0] == 'c')
		clearenv();
	if (argc > 2 && argv[1][0] == 'u')
		unsetenv("LD_PRELOAD");
	if (argc > 2 && argv[1][0] == 'n')
		execve(argv[2], argv + 2, NULL);
	if (argc > 2 && argv[1][0] == 'e')
		execve(argv[2], argv + 2, empty);
	if (argc > 2)
		execv(argv[2], argv + 2);
	return 5;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -o child child.c || skip_all "no compiler"
for how in clear unset null empty keep; do
	three $how ./child $how "$churn" 1000
	unchanged $how
	for way in record preload; do
		holds "$how, $way: whole" whole $(dumps $how.$way)
		is "$how, $way: before the exec" \
			"$(total $how.$way/d.hwd leaked_blocks)" 70
	done
done
is "keep: the child has a dump" "$(dumps keep.record | wc -l)" 2
three shell sh -c "env -i $churn 1000; LD_PRELOAD= $churn 1000; env -u HEAPWISE_OUTPUT true"
unchanged shell
# What only the recorder's variables lack, or have too much of.
long=$(printf '%5000s' | tr ' ' x)
for variable in HEAPWISE_OUTPUT=/$long HEAPWISE_RING_DIR=$long \
	HEAPWISE_SESSION=$long HEAPWISE_SAMPLE=-1 HEAPWISE_SEED=$long \
	HEAPWISE_DETAILS=99999999999999999999 HEAPWISE_OUTPUT=%q%; do
	(cd "$work" && env "$variable" LD_PRELOAD="$library" "$churn" 1000) \
		>out 2>err
	is "${variable:0:30}: status, output" "$? $(cat out err)" "0 churned"
	rm -f heapwise.*
done
# The directory in which it starts is gone: a name that begins there is none.
for variable in A=1 HEAPWISE_OUTPUT=x.hwd HEAPWISE_RING_DIR=r; do
	mkdir gone
	(cd gone && rmdir ../gone && env "$variable" LD_PRELOAD="$library" \
		"$churn" 1000) >out 2>err
	is "removed directory, $variable" "$? $(cat out err)" "0 churned"
done
# A directory for rings is where it was when the program started.
cat >leaves.c <<'END'
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
static void *work(void *p)
{
	for (int i = 0; i < 50000; i++)
		free(malloc(10));
	return p;
}
int main(void)
{
	pthread_t threads[40];
	free(malloc(10));
	if (chdir("/"))
		return 1;
	for (int i = 0; i < 40; i++)
		pthread_create(&threads[i], 0, work, 0);
	for (int i = 0; i < 40; i++)
		pthread_join(threads[i], 0);
	return 0;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -o leaves leaves.c -pthread
mkdir rings
HEAPWISE_RING_DIR=rings HEAPWISE_OUTPUT=leaves.hwd LD_PRELOAD=$library ./leaves
is "ring directory: status" $? 0
holds "ring directory: whole" whole leaves.hwd
is "ring directory: each" "$(calls leaves.hwd work)" 2000000
is "ring directory: is empty" "$(ls rings)" ""
# 32 bits: the kernel's other entry, no word with a libc.
if ${CC:-gcc} -m32 -static -nostdlib -o small -x c - 2>/dev/null <<'END'
void _start(void) { __asm__("mov $1, %eax; mov $42, %ebx; int $0x80"); }
END
	./small; [ $? = 42 ]
then
	three small ./child keep ./small
	unchanged small
	is "32 bits: status" "$(cat small.record/status)" 42
	for way in record preload; do
		holds "32 bits, $way: whole" whole $(dumps small.$way)
	done
	"$heapwise" record -o x.hwd -- ./small >out 2>err
	is "32 bits, record: refused" $? 125
	holds "32 bits, record: says why" grep -q "small.*64-bit" err
else
	skip "no 32-bit programs"
fi
# ... and with one, whose loader reads LD_PRELOAD: record gives it a library that
# it can load and that has nothing in it; so does whoever names class/$LIB.
libc32=$(ldconfig -p | sed -n '/libc\.so\.6 /{/x86-64/!s/.*=> //p}' | head -n 1)
cat >dynamic.c <<'END'
int puts(const char *);
void *malloc(unsigned int);
void exit(int);
void _start(void)
{
	puts(malloc(10) ? "32 bits" : "none");
	exit(7);
}
END
if [ -n "$libc32" ] && ${CC:-gcc} -m32 -w -nostdlib -fno-builtin -o dynamic \
	dynamic.c "$libc32" -Wl,-dynamic-linker,/lib/ld-linux.so.2 2>cc.txt &&
	[ "$(./dynamic)" = "32 bits" ]
then
	three classes sh -c "./dynamic; echo \$?; $churn 1000"
	same "32-bit child, record: output" classes.plain/out classes.record/out
	same "32-bit child, record: messages" classes.plain/err classes.record/err
	HEAPWISE_OUTPUT=$work/class.hwd \
		LD_PRELOAD=$build/class/\$LIB/libheapwise.so \
		sh -c "./dynamic; echo \$?; $churn 1000" >out 2>err
	same "32-bit child, class/\$LIB: output" classes.plain/out out
	same "32-bit child, class/\$LIB: messages" classes.plain/err err
	same "32-bit child, preload: output" classes.plain/out classes.preload/out
	is "32-bit child, preload: only its loader's line" \
		"$(grep -cv 'ld.so: object.*wrong ELF class' classes.preload/err)" 0
	for way in record preload; do
		holds "32-bit child, $way: whole" whole $(dumps classes.$way)
		is "32-bit child, $way: its sibling is recorded" "$(
			for dump in $(dumps classes.$way); do
				calls $dump churn
			done | grep -cx 1000)" 1
	done
	"$heapwise" record -o x.hwd -- ./dynamic >out 2>err
	is "dynamic 32 bits, record: refused" $? 125
	holds "dynamic 32 bits, record: says why" grep -q "dynamic.*64-bit" err
else
	skip "no 32-bit C library"
fi
finish
