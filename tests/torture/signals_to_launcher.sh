#!/bin/bash
# SPDX-License-Identifier: MIT
# Ctrl-C, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, to the launcher alone, to the program
# alone and to the whole process group, of programs that handle them and of
# others: each gets a signal once, and ends as it would alone; so does the
# launcher, and the dump is whole and has everything.
. "$(dirname "$0")/../e2e/lib.sh"
cat >main.c <<'END'
#define _GNU_SOURCE
#include <signal.h>
#include "samples/sample.h"

static volatile int got, times;

static void note(int number)
{
	got = number;
	times++;
}

static SITE void thousand(void)
{
	for (int i = 0; i < 1000; i++)
		free(keep(malloc(10)));
}

int main(int argc, char **argv)
{
	if (argv[1][0] == 'h')
		for (int number = 1; number < 32; number++)
			signal(number, note);
	thousand();
	say_number("ready", (unsigned long)getpid());
	for (int i = 0; i < 3000 && !got; i++)
		usleep(10000);
	usleep(150000); /* once more? */
	say_number("times", (unsigned long)times);
	return got;
}
END
${CC:-gcc} -w -g -O1 -fno-builtin -iquote "$root" -o main main.c ||
	{ fails "does not compile"; finish; }
cat >send.py <<'END'
"""usage: send.py SIGNAL WHOM COMMAND...: what it said without its pid, status."""
import os, resource, signal, subprocess, sys
number, whom, *command = sys.argv[1:]
number = getattr(signal, "SIG" + number)
for other in range(1, 32):
    if other not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(other, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
p = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                     start_new_session=True)
program = int(p.stdout.readline().split()[1])
if whom == "launcher":
    os.kill(p.pid, number)
elif whom == "program":
    os.kill(program, number)
else:
    os.killpg(p.pid, number)
print(p.stdout.read(), p.wait())
END
for how in handles dies; do
	for signal in INT TERM HUP QUIT USR1; do
		for whom in launcher program group; do
			timeout 60 $python send.py $signal $whom ./main $how >wanted
			timeout 60 $python send.py $signal $whom "$heapwise" \
				record -o d.hwd -- ./main $how >got
			name="$how, SIG$signal to the $whom"
			same "$name" wanted got
			holds "$name: whole" whole d.hwd
			is "$name: recorded" "$(total d.hwd allocations)" 1000
			rm -f d.hwd*
		done
	done
done
finish
