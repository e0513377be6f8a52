#!/bin/bash
# SPDX-License-Identifier: MIT
# All that the reader can say of a dump: a file for each message, which check
# names in it, and no message in its source that none of them has.
. "$(dirname "$0")/../e2e/lib.sh"
said=$work/said.txt
: >"$said"

# says FILE WORDS: check does, and ends with a status of its own.
says() {
	local status words
	words=$("$heapwise" check "$1" 2>&1)
	status=$?
	holds "$1: $2" grep -qF -- "$2" <<<"$words"
	holds "$1: status $status" [ $status -eq 1 -o $status -eq 2 ]
	echo "$2" >>"$said"
}

$python -B "$root/tests/torture/reader_messages.py" \
	"$root/tests/golden/v2/peak.hwd" >cases.txt
while IFS=$'\t' read -r file words; do
	says "$file" "$words"
done <cases.txt
says nowhere.hwd "cannot be opened"
mkdir directory.hwd
says directory.hwd "is not a regular file"
if command -v strace >/dev/null; then
	cp "$root/tests/golden/v2/peak.hwd" .
	strace -o /dev/null -P "$PWD/peak.hwd" -e inject=pread64:error=EIO \
		"$heapwise" check "$PWD/peak.hwd" >read.txt 2>&1
	holds "cannot be read" grep -q "cannot be read" read.txt
	echo "cannot be read" >>"$said"
fi

sed -n '/^} errors\[\]/,/^};/p' "$root/analyzer/dump_reader.c" |
	sed -n 's/.*= { "\([^"]*\)".*/\1/p' >texts.txt
holds "messages in the source" [ "$(wc -l <texts.txt)" -gt 10 ]
while read -r text; do
	holds "reached: $text" grep -qxF -- "$text" "$said"
done <texts.txt
finish
