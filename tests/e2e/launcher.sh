#!/bin/bash
# SPDX-License-Identifier: MIT
# heapwise record as a launcher: exit statuses, signals, names of dumps,
# options and their variables, and what happens when it dies first.
. "$(dirname "$0")/lib.sh"

# Statuses are the program's own, killed ones as the shell tells them.
for status in 0 1 2 77 124 125 126 127 255; do
	"$heapwise" record -o s.hwd -- sh -c "exit $status" 2>err
	is "exit $status" "$? $(cat err)" "$status "
	rm -f s.hwd*
done
for signal in TERM INT HUP KILL SEGV USR1 ABRT; do
	sh -c "ulimit -c 0; kill -$signal \$\$" 2>/dev/null
	wanted=$?
	(ulimit -c 0; "$heapwise" record -o s.hwd -- sh -c "kill -$signal \$\$") \
		2>/dev/null
	is "dies of SIG$signal" $? $wanted
	rm -f s.hwd*
done

# Streams pass through.
is "standard input" "$(echo hello | "$heapwise" record -o i.hwd -- cat)" hello
is "quiet" "$("$heapwise" record -o q.hwd -- "$samples/churn" 2>&1)" churned
# Those that are closed get no socket of the collector's, which is let go of.
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
	eval '"$heapwise" record -o c.hwd -- sleep 0.05' "$closed" \
		>/dev/null 2>&1
	is "closed $closed: status" $? 0
	is "closed $closed: the collector stayed" \
		"$("$heapwise" info --json c.hwd |
		   jq -c '[.notes.drainer_taken_over, .end]')" '[0,"exit"]'
	is "closed $closed: nothing is left" "$(ls c.hwd*)" c.hwd
	rm -f c.hwd*
done
"$heapwise" record -o c.hwd -- "$samples/churn" 3000000 <&- >/dev/null
is "closed <&-: it drains" \
	"$("$heapwise" info --json c.hwd | jq .notes.drainer_taken_over)" 0
rm -f c.hwd*

# Names.
mkdir names && cd names || exit 1
"$heapwise" record -- "$samples/churn" >/dev/null
holds "default name" ls heapwise.churn.*.hwd
"$heapwise" record -o '%c-of-%p.hwd' -- "$samples/churn" >/dev/null
holds "%c and %p" sh -c 'ls churn-of-[0-9]*.hwd'
LD_PRELOAD=$library "$samples/leaks"
holds "default name, preload" ls heapwise.leaks.*.hwd
"$heapwise" record -o 'a name
with "everything" é.hwd' -- "$samples/churn" >/dev/null
is "strange name" "$(total 'a name
with "everything" é.hwd' allocations)" 1000
"$heapwise" record -o again.hwd -- "$samples/churn" >/dev/null
"$heapwise" record -o again.hwd -- "$samples/leaks"
is "recorded again over the same name" "$(total again.hwd allocations)" 101
ls
is "no ring file is left" "$(ls | grep -c ring)" 0
cd ..

# Options and their variables say the same.
HEAPWISE_OUTPUT=$work/v.hwd "$heapwise" record -- "$samples/churn" >/dev/null
is "HEAPWISE_OUTPUT" "$(total v.hwd allocations)" 1000
HEAPWISE_SAMPLE=64K HEAPWISE_OUTPUT=$work/v2.hwd LD_PRELOAD=$library \
	"$samples/churn" >/dev/null
"$heapwise" record --sample 64K -o v3.hwd -- "$samples/churn" >/dev/null
for dump in v2 v3; do
	"$heapwise" info --json $dump.hwd >i.json
	is "$dump: sampled" "$(json .mode i.json) $(json .sample_bytes i.json)" \
		"sampled 65536"
done

# Children, wanted or not.
"$heapwise" record -o tree.hwd -- sh -c "$samples/churn; $samples/leaks; :" \
	>/dev/null
is "children have dumps of their own" "$(ls tree.hwd* | wc -l)" 3
"$heapwise" record --no-children -o lone.hwd -- \
	sh -c "$samples/churn; $samples/leaks; :" >/dev/null
is "--no-children" "$(ls lone.hwd* | wc -l)" 1

# Ctrl-C reaches the program; the launcher stays until it has ended.
cat >stubborn.sh <<'END'
trap 'echo caught; sleep 0.3; exit 9' INT
echo ready
while :; do sleep 0.05; done
END
$python - "$heapwise" >ctrl <<'END'
import os, signal, subprocess, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
p = subprocess.Popen([sys.argv[1], "record", "-o", "c.hwd", "--", "bash",
                      "stubborn.sh"], stdout=subprocess.PIPE, text=True,
                     start_new_session=True)
print(p.stdout.readline(), end="")
os.killpg(p.pid, signal.SIGINT)
print(p.stdout.read(), end="")
print(p.wait())
END
is "Ctrl-C: what the program did" "$(tr '\n' ' ' <ctrl)" "ready caught 9 "
holds "Ctrl-C: whole" whole c.hwd

# without_collector NAME SIGNAL: churn is recorded, and its collector gets SIGNAL
# in the middle; SIGCONT once churn is done.
without_collector() {
	$python - "$heapwise" "$samples/churn" "$@" <<'END'
import os, shutil, signal, subprocess, sys, time
heapwise, churn, name, number = sys.argv[1:]
program = os.path.abspath(name + ".churn")
shutil.copy(churn, program)
p = subprocess.Popen([heapwise, "record", "-o", name, "--", program, "8000000"])

def read(pid, what):
    try:
        return open(f"/proc/{pid}/{what}").read()
    except OSError:
        return ""

def ours():
    """(pid, is it the program) of all processes of this recording."""
    return [(int(d), read(d, "cmdline").startswith(program))
            for d in os.listdir("/proc")
            if d.isdigit() and program in read(d, "cmdline")]

target, found = [], []
for _ in range(400):
    time.sleep(0.005)
    found = ours()
    target = [pid for pid, is_program in found if is_program]
    if target and len(found) > 2:
        break
time.sleep(0.1)

def tell(number):
    for pid, is_program in found:
        if not is_program:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass  # it has ended meanwhile

def state(pid):
    return (read(pid, "stat").rsplit(")", 1) + ["X"])[1].split()[0]

tell(getattr(signal, number))
end = time.time() + 60
while target and state(target[0]) not in "XZ" and time.time() < end:
    time.sleep(0.02)
print("went on" if target and time.time() < end else "hung")
if number == "SIGSTOP":
    tell(signal.SIGCONT)
p.wait()
END
}

# The collector dies first: the program goes on, and nothing is lost.
is "collector killed" "$(without_collector dead.hwd SIGKILL)" \
	"$(printf 'churned\nwent on')"
is "collector killed: complete" "$(total dead.hwd allocations)" 8000000
"$heapwise" check --finish dead.hwd >/dev/null 2>&1
holds "collector killed: whole" whole dead.hwd

# It hangs: after a second the program goes on, and what is lost is counted.
is "collector stopped" "$(without_collector stopped.hwd SIGSTOP)" \
	"$(printf 'churned\nwent on')"
"$heapwise" info --json stopped.hwd >info.json
is "collector stopped: events and dropped ones" \
	"$(json '.events + .lost.dropped_events' info.json)" 16000000
holds "collector stopped: some dropped" \
	test "$(json .lost.dropped_events info.json)" -gt 0
finish
