#!/bin/bash
# SPDX-License-Identifier: MIT
# The corpus of tests/fuzz, without libFuzzer: each input, among them every one
# that ever failed, once under AddressSanitizer with UndefinedBehaviorSanitizer,
# where some mutations of it follow, and once as built, within bounds of memory
# and time. Then dumps of hostile.py, which were made up to take much of both.
. "$(dirname "$0")/lib.sh"
corpus=$root/tests/fuzz/corpus
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# Not while tests/sanitizers.sh builds there.
mkdir -p "$root/build"
sanitized=$root/build/address-undefined/tests/fuzz/replay
flock "$root/build/address,undefined.lock" \
	make -s -C "$root" SAN=address,undefined CFLAGS='-O1 -g' \
	build/address-undefined/tests/fuzz/replay >make.log 2>&1 || {
	tail -n 20 make.log
	skip_all "no sanitizers"
}
make -s -C "$root" "${B:-build}/tests/fuzz/replay" >make.log 2>&1 ||
	{ tail -n 20 make.log; fails "build of replay"; finish; }
plain=$build/tests/fuzz/replay

# replays NAME PROGRAM [OPTION] TARGET FILE...
replays() {
	local name=$1 count=$2
	shift 2
	if "$@" >out.txt 2>err.txt; then
		ok "$name: $count inputs"
	else
		fails "$name: $(head -n 5 out.txt)"
		head -n 30 err.txt
	fi
}
for directory in "$corpus"/*/; do
	target=$(basename "$directory")
	set -- "$directory"*
	replays "$target, bounds" $# "$plain" --bounds "$target" "$@"
	REPLAY_MESSAGES=1 replays "$target, sanitizers" $# \
		"$sanitized" "$target" "$@"
	REPLAY_MESSAGES=1 replays "$target, mutated" $# \
		"$sanitized" --mutate="${RUNS:-20}" "$target" "$@"
done
# Reports, a tree, charts and formats of these; the number chooses the command
# line.
$python "$root/tests/fuzz/hostile.py" hostile 0
for what in reader:0 report:0 report:1 report:2 report:8 report:11 advise:0 \
	export:0 export:5; do
	for file in hostile/*; do
		printf "\\x$(printf %x "${what#*:}")" |
			dd of="$file" conv=notrunc status=none
	done
	set -- hostile/*
	replays "${what%:*} ${what#*:}, made up" $# \
		"$plain" --bounds "${what%:*}" "$@"
done
# Programs whose compressed sections become far larger than any are.
$python "$root/tests/fuzz/hostile_elf.py" elf "$corpus/names/inlined-g-gz"
set -- elf/*
replays "names, made up" $# "$plain" --bounds names "$@"
finish
