#!/bin/bash
# SPDX-License-Identifier: MIT
# Whatever is wrong with what heapwise is given: one clear line that names it,
# the documented exit status, no crash.
. "$(dirname "$0")/lib.sh"

# refuses NAME STATUS PATTERN COMMAND...: that status, one line of message
# ("heapwise: ...") with the pattern in it, nothing on standard output.
refuses() {
	local name=$1 wanted=$2 pattern=$3 status
	shift 3
	timeout 60 "$@" >out 2>err
	status=$?
	if [[ $status =~ ^($wanted)$ ]] && [ "$(grep -c . err)" = 1 ] &&
	   grep -q '^heapwise' err && grep -q -e "$pattern" err &&
	   ! [ -s out ]; then
		ok "$name ($(cat err))"
	else
		fails "$name: status $status (expected $wanted)," \
			"said: $(head -c 600 err; head -c 100 out)"
	fi
}

"$heapwise" record -o good.hwd -- "$samples/churn" 20000 >/dev/null ||
	fails "could not record"
size=$(stat -c %s good.hwd)
site=$("$heapwise" report --limit=1 good.hwd | grep -o "[0-9a-f]\{12\}$")
: >empty.hwd
head -c 3000 "$root/LICENSE" >foreign.hwd
cp /bin/true foreign2.hwd
mkdir directory.hwd

for command in report advise info "export --format=folded" "list main" \
	"simulate --site $site" check; do
	$heapwise $command good.hwd >/dev/null 2>&1 || continue # not built yet
	refuses "$command: missing" 2 missing.hwd $heapwise $command missing.hwd
	refuses "$command: directory" 2 directory.hwd \
		$heapwise $command directory.hwd
	refuses "$command: unknown option" 2 -- $heapwise $command \
		--no-such-option good.hwd
	refuses "$command: no file" 2 . $heapwise $command
done
for command in report advise info "list main" "simulate --site $site" \
	"report --timeline --sizes --lifetimes"; do
	refuses "$command: empty" 2 empty.hwd $heapwise $command empty.hwd
	refuses "$command: foreign" 2 foreign.hwd $heapwise $command foreign.hwd
	refuses "$command: a program" 2 foreign2.hwd $heapwise $command \
		foreign2.hwd
done
refuses "report: unknown key" 2 nonsense $heapwise report --sort=nonsense \
	good.hwd
refuses "report: unknown view" 2 nonsense $heapwise report --by=nonsense \
	good.hwd
refuses "report: not a number" 2 many $heapwise report --limit=many good.hwd
refuses "unknown command" 2 frobnicate $heapwise frobnicate
holds "help" sh -c '"$0" --help | grep -q record' "$heapwise"
holds "version" sh -c '"$0" --version | grep -q "[0-9]"' "$heapwise"

# A file with a hole in it is larger than any disk, and has little to be read.
cp good.hwd sparse.hwd
if truncate -s 4T hole.hwd && truncate -s 4T sparse.hwd; then
	for command in report check "diff good.hwd"; do
		refuses "$command: nothing but a hole" 2 hole.hwd \
			$heapwise $command hole.hwd
	done
	cat good.hwd >>sparse.hwd
	timeout 60 "$heapwise" check sparse.hwd >out
	is "a hole, and a dump behind it" "$? $(grep -c \
		'byte 4398046511104: another dump begins' out)" "1 1"
else
	skip "no file of that size"
fi
rm -f hole.hwd sparse.hwd

# check tells damage (1) from what it cannot do (2).
checks() {
	local name=$1 wanted=$2 status
	timeout 60 "$heapwise" check "$3" >out 2>&1
	status=$?
	if [[ $status =~ ^($wanted)$ ]] && grep -q "${3##*/}" out; then
		ok "check: $name"
	else
		fails "check: $name: status $status, said $(head -c 300 out)"
	fi
}
is "check: whole" "$("$heapwise" check good.hwd >/dev/null 2>&1; echo $?)" 0
checks empty '1|2' empty.hwd
checks foreign '1|2' foreign.hwd
head -c $((size / 2)) good.hwd >cut.hwd
checks "cut in half" 1 cut.hwd
cp good.hwd flipped.hwd
printf '\xff\x00\xff' | dd of=flipped.hwd bs=1 seek=$((size / 2)) \
	conv=notrunc 2>/dev/null
checks "overwritten in the middle" 1 flipped.hwd
holds "report: cut in half" \
	sh -c '"$0" report --json cut.hwd 2>err >r.json && grep -q cut.hwd err' \
	"$heapwise"
holds "report: overwritten" \
	sh -c '"$0" report --json flipped.hwd 2>err >r.json &&
		grep -q "flipped.hwd.*byte" err' "$heapwise"

# record: what env(1) says about commands that cannot run.
refuses "record: no command" 125 . $heapwise record
refuses "record: unknown option" 125 -- $heapwise record --no-such -- true
refuses "record: bad size" 125 lots $heapwise record --sample lots -- true
refuses "record: no such command" 127 no-such-command \
	$heapwise record -o x.hwd -- no-such-command
refuses "record: not executable" 126 LICENSE \
	$heapwise record -o x.hwd -- "$root/LICENSE"
refuses "record: a directory" 126 directory.hwd \
	$heapwise record -o x.hwd -- ./directory.hwd
refuses "record: output in a missing directory" 125 nowhere \
	$heapwise record -o nowhere/x.hwd -- true
mkdir here
for pattern in nowhere/%p/x nowhere/%p.hwd here/%p/x.hwd here/a%%b/%p %p/%p.hwd; do
	refuses "record: no directory for $pattern" 125 \
		"\\(nowhere\\|here/[0-9]\\|a%%b\\|/[0-9]*: \\)" \
		$heapwise record -o $pattern -- true
done
is "record: what has no directory did not run" "$(
	"$heapwise" record -o here/%p/x.hwd -- echo ran 2>/dev/null)" ""
mkdir -p here/churn 'here/a%b'
for pattern in here/%c/x.hwd here/a%%b/x.hwd; do
	is "record: to $pattern" "$("$heapwise" record -o $pattern -- \
		"$samples/churn" 2>&1)" churned
done
is "record: it has a collector where all dumps are in one folder" "$(
	"$heapwise" info --json here/a%b/x.hwd | jq -r .drainer) $(
	"$heapwise" info --json here/churn/x.hwd | jq -r .drainer)" \
	"collector self"
is "record: directories" "$(cd here && find . -name '*.hwd' | sort | tr '\n' ' ')" \
	"./a%b/x.hwd ./churn/x.hwd "
refuses "record: output is a directory" 125 directory.hwd \
	$heapwise record -o directory.hwd -- true
if [ "$(id -u)" != 0 ]; then
	mkdir closed
	chmod 555 closed
	refuses "record: output not writable" 125 closed \
		$heapwise record -o closed/x.hwd -- true
fi
mkdir alone && cp "$heapwise" alone/
for command in "record -o x.hwd -- true" "check --finish good.hwd"; do
	HEAPWISE_LIB=$library refuses "${command%% *}: no collector" '125|2' \
		heapwise-collect alone/heapwise $command
done
holds "no dump is left of what did not run" test ! -e x.hwd

# Bare, nobody is told, and the program runs.
for output in nowhere/x.hwd directory.hwd /proc/x.hwd ""; do
	HEAPWISE_OUTPUT=$output LD_PRELOAD=$library "$samples/exits" exit \
		>out 2>err
	is "preload, output '$output'" "$? $(cat out err)" "5 allocated"
done
HEAPWISE_SAMPLE=nonsense HEAPWISE_OUTPUT=$work/v.hwd LD_PRELOAD=$library \
	"$samples/exits" exit >out 2>err
is "preload, bad variable" "$? $(cat out err)" "5 allocated"

# Static and setuid programs preload nothing: record says so and does not run
# them. A child of that kind runs as ever, unrecorded.
if ${CC:-gcc} -static -w -fno-builtin -o still "$root/samples/exits.c" \
	-pthread 2>/dev/null; then
	refuses "record: static" 125 "still.*static" \
		$heapwise record -o x.hwd -- ./still exit
	is "static child" "$("$heapwise" record -o s.hwd -- \
		sh -c './still exit; echo $?' 2>&1)" $'allocated\n5'
else
	skip "no static libc"
fi
cp "$samples/exits" ./other
if [ "$(id -u)" = 0 ] && chown nobody ./other && chmod 4755 ./other &&
   chmod 755 . && ! findmnt -no OPTIONS -T . | grep -q nosuid; then
	refuses "record: setuid" 125 "other.*setuid" \
		$heapwise record -o x.hwd -- ./other exit
	is "setuid child" "$("$heapwise" record -o s.hwd -- \
		sh -c './other exit; echo $?' 2>&1)" $'allocated\n5'
else
	skip "cannot make a setuid program"
fi
finish
