#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/torture.sh [NAME...]
# What has broken profilers in the field: the programs in tests/torture, or those
# named, each run bare, under record and with LD_PRELOAD alone, compared as
# samples are. Scripts there are tests of their own; a NAME may be one. Every
# file there has its row in tests/README.md, every test named there exists.
. "$(dirname "$0")/e2e/lib.sh"

# What the table calls a test: `NAME.sh`, `NAME.c`, or `test_NAME`.
tabled() {
	sed -n '/^## What has broken/,/^## [^W]/p' "$root/tests/README.md" |
		awk -F'|' '/^[|]/ { print $3 }' |
		grep -o '`[a-z0-9_]*\(\.[a-z]*\)\?`' | tr -d '`' |
		sort -u
}

exists() {
	local found
	for found in "$root"/tests/{torture,e2e,unit}/"$1"{,.c} \
		"$root"/samples/"$1"{,.c,.cc} "$root/tests/$1"; do
		[ ! -f "$found" ] || return 0
	done
	return 1
}

if [ $# = 0 ]; then
	missing=0
	for name in $(tabled); do
		exists "$name" || {
			fails "table: there is no $name"
			missing=$((missing + 1))
		}
	done
	is "table: tests that are not there" $missing 0
	for file in "$root"/tests/torture/*.{c,sh}; do
		name=${file##*/}
		holds "table: has $name" grep -qx "${name%.c}\(.c\)\?" <(tabled)
	done
fi

programs=()
for name; do
	if [ -x "$root/tests/torture/$name.sh" ]; then
		"$root/tests/torture/$name.sh" || failures=$((failures + 1))
	else
		programs+=("$name")
	fi
done
if [ $# = 0 ] || [ ${#programs[@]} -gt 0 ]; then
	$python "$root/tests/e2e/samples.py" "$heapwise" "$library" \
		"$build/tests/torture" "$root/tests/torture" "${programs[@]}" ||
		failures=$((failures + 1))
fi
finish
