#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/fuzz/seed.sh CORPUS
# Fills a corpus to begin with: recordings of seeds/small.c and tests/golden,
# once for each command line of a target, what a killed run left behind, small
# ELF files with DWARF of several versions. The committed corpus grew from it.
# Needs root, for a host name that is not this machine's.
set -eu
cd "$(dirname "$0")/../.."
corpus=$1 build=$PWD/${B:-build} seeds=tests/fuzz/seeds
work=$(mktemp -d /dev/shm/seeds.XXXXXX)
trap 'rm -rf "$work"' EXIT
for target in reader report export advise simulate diff ring finish baseline \
	list names budget thresholds patterns options variables; do
	mkdir -p "$corpus/$target"
done
gcc -g -O1 -w -pthread -o "$work/small" $seeds/small.c
gcc -O1 -w -pthread -o "$work/advised" $seeds/advised.c
record() { # DUMP VARIABLE... : with PROGRAM (small) in /srv, on the host `example`
	local dump=$1
	shift
	unshare -mu bash -c 'hostname example
		mount -t tmpfs tmpfs /srv; cp "$1/${PROGRAM:-small}" "$3/libheapwise.so" /srv; cd /srv
		dump=$2; shift 3
		env "$@" HEAPWISE_OUTPUT=/srv/a.hwd LD_PRELOAD=/srv/libheapwise.so \
			./${PROGRAM:-small} ${DIE:-} || true
		mkdir -p "$(dirname "$dump")"; cp a.hwd* "$(dirname "$dump")/"
		cd "$(dirname "$dump")"; mv a.hwd "$dump"' \
		- "$work" "$dump" "$build" "$@" 2>/dev/null
}
record "$work/exact.hwd" HEAPWISE_DETAILS=all HEAPWISE_FREE_STACKS=all
record "$work/sampled.hwd" HEAPWISE_SAMPLE=200 HEAPWISE_SEED=1
PROGRAM=advised record "$work/advised.hwd" HEAPWISE_DETAILS=all \
	HEAPWISE_FREE_STACKS=all
DIE=1 record "$work/killed/dead.hwd" HEAPWISE_DETAILS=4
DIE=1 record "$work/killed.sampled/dead.hwd" HEAPWISE_SAMPLE=100
pack() { /usr/bin/python3 $seeds/pack.py "$@"; }
dumps="$work/exact.hwd $work/sampled.hwd $work/advised.hwd tests/golden/v2/*.hwd"
for target in reader:6 report:18 export:11 advise:4 simulate:5; do
	for ((line = 0; line < ${target#*:}; line++)); do
		for dump in $dumps; do
			name=$(basename "$dump" .hwd)
			pack dump "$corpus/${target%:*}/$name.$line" $line "$dump"
		done
	done
done
for ((line = 0; line < 13; line++)); do
	pack pair "$corpus/diff/advised.$line" $line "$work/exact.hwd" \
		"$work/advised.hwd"
	pack pair "$corpus/diff/same.$line" $line "$work/exact.hwd" "$work/exact.hwd"
	pack pair "$corpus/diff/other.$line" $line tests/golden/v2/peak.hwd \
		tests/golden/v2/realloc.hwd
	pack pair "$corpus/diff/sampled.$line" $line tests/golden/v2/mixed.hwd \
		"$work/sampled.hwd"
done
for ((line = 0; line < 7; line++)); do
	for kind in killed killed.sampled; do
		pack ring "$corpus/ring/$kind.$line" $line "$work/$kind/dead.hwd" \
			"$work/$kind/a.hwd.ring"
	done
done
for how in "-g" "-gdwarf-4" "-g -gz" "-g -gsplit-dwarf" "-g -Wl,--build-id=none" "-O0"; do
	(cd $seeds && gcc -O2 $how -fdebug-prefix-map="$PWD=/src" -nostdlib -static \
		-Wl,--build-id -Wl,-z,noseparate-code -o "$work/elf" inlined.c 2>/dev/null)
	cp "$work/elf" "$corpus/names/inlined$(echo "$how" | tr -d ' ,=')"
	rm -f $seeds/*.dwo
done
printf '# limits\ncalls > +2%%\nleaked>0 # note\nsite:^Parser::: bytes > 64MiB\npeak<=-1.5KiB\n' \
	>"$corpus/budget/all"
printf 'pool.hit 0.5 # half\nmin-calls = 10\nslab.bytes 1e3\n' >"$corpus/thresholds/some"
printf '^std::(a|b)+$\n[[:alpha:]]{2,3}\n12K\n' >"$corpus/patterns/some"
printf '0--by\nsize\n--sort=bytes\n--tree=down\n--limit\n5\n--at\n1.5s\n--focus=a\n@' \
	>"$corpus/options/report"
printf '1--all\n--detectors\npool,leak\n--json\n@' >"$corpus/options/advise"
printf '2--format=dhat\n--metric\nleaked\n--from=1ms\n--to\n2s\n@' >"$corpus/options/export"
printf '3--metric=at-peak\n--all\n--source-path=a=b\n^main\n@' >"$corpus/options/list"
printf '4--site\nab12\n--policy=sync\n--cap=7\n--sizes=64,1K\n--tau\n.5\n@' \
	>"$corpus/options/simulate"
printf '5--metric=calls,peak\n--floor=1%%\n--normalize=2\n--fail-on\ncalls>+1\n@\n--\n@' \
	>"$corpus/options/diff"
printf '6--json\n@\n@' >"$corpus/options/info"
printf '7--json\n--\n@' >"$corpus/options/check"
