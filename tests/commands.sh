#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/commands.sh [memcheck]
# Every command, view and format once, on the dumps in golden/, on damaged ones
# and on one of a program that is here, with its names: under memcheck, without
# an error, a block lost for good or a descriptor left open; else with whatever
# heapwise lib.sh chose, see SANITIZED there.
. "$(dirname "$0")/e2e/lib.sh"

reports=$work/memcheck
mkdir "$reports"
under=()
[ "${1-}" != memcheck ] ||
	under=(valgrind -q --leak-check=full --errors-for-leak-kinds=definite
		--show-leak-kinds=definite --track-fds=yes
		--log-file="$reports/%p")

cp "$root"/tests/golden/v*/{peak,realloc,mixed}.hwd .
head -c 900 realloc.hwd >cut.hwd
{ head -c 700 realloc.hwd; echo damaged; tail -c +709 realloc.hwd; } >bad.hwd
cat realloc.hwd peak.hwd >joined.hwd
: >empty.hwd
"$heapwise" report --json peak.hwd >peak.json
"$heapwise" record -o named.hwd -- "$samples/churn" 100000 >/dev/null

# What valgrind found.
said() {
	[ -z "$(ls "$reports")" ] || $python -B \
		"$root/tests/e2e/valgrind_report.py" "$reports"/*
	rm -f "$reports"/*
}

# run STATUSES ARGUMENT...: heapwise ends with one of the statuses.
run() {
	local statuses=$1 status found
	shift
	"${under[@]}" "$heapwise" "$@" >out 2>err </dev/null
	status=$?
	found=$(said)
	if [ -n "$found" ]; then
		fails "$*: $(head -n 20 <<<"$found")"
	elif [[ " $statuses " != *" $status "* ]]; then
		fails "$*: status $status: $(head -n 3 err)"
	else
		ok "$*"
	fi
}

for options in "" --by={function,file,line,module,thread,size} --tree \
	--tree=down --timeline --sizes --lifetimes --json "--tree --json" \
	"--timeline --json" "--at=peak --sort=blocks" "--from=0.0001 --to=0.5" \
	"--focus=main --ignore=nothing" "--full-names --all-frames --frames=0"; do
	run 0 report $options mixed.hwd
done
run 0 report --limit=0 realloc.hwd
run 0 report peak.hwd realloc.hwd
for options in "" --all --json "--all --json --limit=0"; do
	run 0 advise $options realloc.hwd
done
run 0 advise mixed.hwd
site=$("$heapwise" report --json peak.hwd | jq -r '.sites[0].id')
finding=$("$heapwise" advise --all --json named.hwd |
	jq -r '[.findings, .not_worth_it] | add[0].id')
run 0 advise --explain "$finding" named.hwd
run 0 report named.hwd
run 0 list churn named.hwd
run 0 export --format=pprof --lifetimes -o exported named.hwd
run 0 diff named.hwd named.hwd
run 0 simulate --site "$site" peak.hwd
run 0 simulate --json --sizes=64,256 --cap=4 --site "$site" peak.hwd
for options in "" --json --by=function "--advice --force" --format=markdown \
	--format=folded --format=pprof "--metric=peak --sort=delta --floor=0"; do
	run 0 diff --force $options peak.hwd realloc.hwd
done
run 1 diff --force --fail-on 'peak > +0%' peak.hwd realloc.hwd
run 0 diff peak.json peak.hwd
run 2 diff peak.hwd peak.hwd -- mixed.hwd
run 0 diff --force peak.hwd realloc.hwd -- mixed.hwd named.hwd
for format in pprof folded speedscope dhat csv json; do
	run 0 export --format=$format -o exported mixed.hwd
done
run 0 export --format=pprof --raw --lifetimes -o exported realloc.hwd
run 0 export --format=json --signals realloc.hwd
run 0 list main peak.hwd
run "0 1" list --json main peak.hwd
run 0 info mixed.hwd
run 0 info --json mixed.hwd
run 0 check peak.hwd realloc.hwd mixed.hwd
for dump in cut bad joined empty nothing; do
	run "0 1 2" check $dump.hwd
	run "0 1 2" report --json $dump.hwd
	run "0 1 2" export --format=pprof -o exported $dump.hwd
done
run "1 2 129" report --by=nonsense peak.hwd
run "1 2 129" diff --fail-on nonsense peak.hwd peak.hwd
for command in record report advise diff list simulate export info check; do
	run 0 $command --help
done
finish
