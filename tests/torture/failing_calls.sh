#!/bin/bash
# SPDX-License-Identifier: MIT
# Every system call that the recorder makes in a program that drains itself fails
# in its turn: strace tells which of the program's calls are ours, by their
# stacks, and makes one of them fail. The program ends as ever; then either there
# is no dump, since recording could not begin, or it has every event or says how
# many it lacks. A few of each call; with LONG=1 each one, with each error.
. "$(dirname "$0")/../e2e/lib.sh"
which strace >/dev/null || skip_all "no strace"
strace -o /dev/null true 2>/dev/null || skip_all "may not trace"
rounds=30000
ours=(strace -f -E "HEAPWISE_OUTPUT=$work/d.hwd" -E "LD_PRELOAD=$library")
"${ours[@]}" -k -o calls.txt "$samples/churn" $rounds >/dev/null 2>&1
grep -q '^ > ' calls.txt || skip_all "strace shows no stacks"
rm -f d.hwd*

# Lines "CALL N": the Nth of these calls is ours, or the C library's for us. Those
# that fail for no valid arguments are left out.
awk '/^[0-9 ]*[a-z]/ { name = $0; sub(/^[0-9 ]*/, "", name); sub(/\(.*/, "", name); n[name]++; depth = 0; next }
	/^ > / && ++depth <= 2 && /libheapwise/ { print name, n[name] }' \
	calls.txt | sort -u | sort -k1,1 -k2n |
	grep -v -E '^(rt_sigprocmask|getpid|gettid|getppid|uname|exit)' >all
is "calls of ours" "$(($(wc -l <all) > 50))" 1

errors() {
	case $1 in
	mmap | munmap) echo ENOMEM ;;
	openat) echo EMFILE EACCES EINTR ;;
	fallocate | ftruncate) echo ENOSPC EINTR EOPNOTSUPP ;;
	pwrite64 | write) echo ENOSPC EINTR EIO ;;
	pread64 | read) echo EIO EINTR ;;
	fcntl) echo EAGAIN EINTR ENOLCK ;;
	futex) echo EINTR EAGAIN ;;
	*) echo EPERM ;;
	esac
}

# Of each call the first and the last, unless all are asked for.
awk -v long="${LONG:-0}" '{ at[$1] = at[$1] " " $2; n[$1]++ }
	END { for (name in at) { split(at[name], a, " ")
		for (i = 1; i <= n[name]; i++)
			if (long || i == 1 || i == n[name])
				print name, a[i] } }' all |
	while read -r name number; do
		for error in $(errors "$name"); do
			echo "$name $number $error"
		done
	done >wanted
tried=0 harmed=0 silent=0 unreadable=0 none=0 exact=0 counted=0
while read -r name number error; do
	rm -f d.hwd*
	timeout 60 "${ours[@]}" --seccomp-bpf -o trace -e trace="$name" \
		-e inject="$name:error=$error:when=$number" \
		"$samples/churn" $rounds >out 2>err
	if [ "$? $(cat out err)" != "0 churned" ]; then
		harmed=$((harmed + 1))
		echo "$name $number $error: $(cat out err)"
	fi
	grep -q INJECTED trace && tried=$((tried + 1))
	if [ ! -s d.hwd ]; then
		none=$((none + 1))
		continue
	fi
	"$heapwise" check --finish d.hwd >/dev/null 2>&1
	if ! "$heapwise" report --json --limit=1 d.hwd >r.json 2>/dev/null; then
		unreadable=$((unreadable + 1))
		echo "$name $number $error: cannot be read"
		continue
	fi
	lost=$("$heapwise" info --json d.hwd | jq '[.lost[] | numbers] | add')
	if [ "$(json .totals.allocations r.json)" = $rounds ]; then
		exact=$((exact + 1))
	elif [ "$lost" -gt 0 ] || ! "$heapwise" check d.hwd >/dev/null 2>&1; then
		counted=$((counted + 1))
	else
		silent=$((silent + 1))
		echo "$name $number $error: some are missing, and nobody says so"
	fi
done <wanted
is "programs that noticed, of $tried calls that failed" $harmed 0
is "dumps that cannot be read" $unreadable 0
is "dumps that keep silent of what they lack" $silent 0
holds "$exact exact, $counted say what they lack, $none without a dump" \
	test $exact -gt $((tried / 3))
finish
