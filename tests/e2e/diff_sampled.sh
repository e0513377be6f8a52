#!/bin/bash
# SPDX-License-Identifier: MIT
# diff of sampled dumps, a small part of `make bench-diff`: pairs of runs without
# a change, and pairs in which one site of a hundred makes half as many calls
# again. The seeds are fixed and the program has one thread, so that every run
# of this test sees the same samples: chance has had its say when it was written.
. "$(dirname "$0")/lib.sh"
${CC:-gcc} -g -O2 -fno-builtin -fno-optimize-sibling-calls -w -o load \
	"$root/tests/bench/diff_load.c" -pthread || {
	fails "no program to sample"
	finish
}

# sampled NAME SEED ARGUMENT...
sampled() {
	local name=$1 seed=$2
	shift 2
	HEAPWISE_SEED=$seed "$heapwise" record --sample 8K -o "$name.hwd" -- \
		./load "$@" || fails "record $*"
}
# changed: the functions of the significant rows of old.hwd and new.hwd.
changed() {
	"$heapwise" diff --json old.hwd new.hwd |
		jq -r '.sites[] | select(.significant) | .frames[0].function'
}

sampled old 7 mixed
sampled new 7 mixed
is "the same sample again" "$(total old.hwd bytes_allocated)" \
	"$(total new.hwd bytes_allocated)"
sampled new 8 mixed
holds "another sample" test "$(total old.hwd bytes_allocated)" != \
	"$(total new.hwd bytes_allocated)"

pairs=0 false=0
for shape in mixed large sparse; do
	for ((seed = 1; seed <= 8; seed++)); do
		sampled old $((2 * seed)) $shape
		sampled new $((2 * seed + 1)) $shape
		changed >names
		pairs=$((pairs + 1))
		[ ! -s names ] || {
			false=$((false + 1))
			echo "# $shape $seed: $(tr '\n' ' ' <names)"
		}
	done
done
# 5% of 24 is 1.2; more than 4 come up in 1 of 200.
holds "no change: $false of $pairs pairs show one" test $false -le 4

found=0 beside=0
for ((seed = 1; seed <= 6; seed++)); do
	sampled old $((2 * seed)) even 0
	sampled new $((2 * seed + 1)) even 50
	changed >names
	found=$((found + $(grep -c '^site_00$' names)))
	beside=$((beside + $(grep -cv '^site_00$' names)))
done
is "one site +50%: found" $found 6
holds "one site +50%: $beside others beside" test $beside -le 1

# One of the two is exact: compared, and said.
"$heapwise" record -o new.hwd -- ./load even 50 || fails "record"
changed >names
is "sampled to exact: found" "$(cat names)" site_00
finish
