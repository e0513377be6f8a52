#!/bin/bash
# SPDX-License-Identifier: MIT
# check --finish: what a killed recording left is folded in, wherever its ring
# file is, once; and where that cannot be, one line says why, and both files are
# as they were.
. "$(dirname "$0")/lib.sh"

# kills DUMP VARIABLE...: a recording that is killed before any event is written
kills() {
	local dump=$1
	shift
	(env "$@" HEAPWISE_OUTPUT="$work/$dump" LD_PRELOAD="$library" \
		$python -c 'import os, ctypes
malloc = ctypes.CDLL(None).malloc
for i in range(1000): malloc(100)
os.kill(os.getpid(), 9)'; true) 2>/dev/null
}
# refused NAME WANTED DUMP: status 2, one line that matches WANTED
refused() {
	local before
	before=$(cat "$3"* | md5sum)
	"$heapwise" check --finish "$3" >out.txt 2>err.txt
	is "$1: status" $? 2
	is "$1: one line" "$(wc -l <err.txt)" 1
	holds "$1: why" grep -qE "$2" err.txt
	is "$1: nothing changed" "$(cat "$3"* | md5sum)" "$before"
}
events() { "$heapwise" check --json "$1" | jq .events; }

mkdir rings
for where in "" rings; do
	name=${where:-beside}
	kills $name.hwd ${where:+HEAPWISE_RING_DIR=$work/$where}
	ring=${where:+$where/}$name.hwd.ring
	holds "$name: a ring file is left" test -f "$ring"
	before=$(events $name.hwd)
	holds "$name: its events are seen" test "$before" -ge 1000
	holds "$name: finished" "$heapwise" check --finish $name.hwd
	holds "$name: no ring file is left" test ! -e "$ring"
	is "$name: all events" "$(events $name.hwd)" "$before"
	is "$name: whole" "$("$heapwise" check --json $name.hwd | jq .whole)" true
	cp $name.hwd again.hwd
	holds "$name: finished again" "$heapwise" check $name.hwd --finish
	is "$name: options behind the dump" "$("$heapwise" check $name.hwd \
		--finish --json | jq .whole)" true
	holds "$name: nothing was added" cmp $name.hwd again.hwd
done

kills other.hwd
cp other.hwd.ring beside.hwd.ring
refused "another recording's ring" "another recording" beside.hwd
{ printf HWDRING1; head -c 40000 /dev/zero; } >beside.hwd.ring
refused "no ring at all" "beside.hwd.ring: could not be folded in" beside.hwd
head -c 100 other.hwd.ring >beside.hwd.ring
refused "a cut ring" "beside.hwd.ring: could not be folded in" beside.hwd

# Its header says that it is huge and its list of buffers is a circle.
$python - <<'END'
import struct
ring = bytearray(open("other.hwd.ring", "rb").read())
struct.pack_into("<Q", ring, 56, 1 << 62)    # file_bytes
buffers, = struct.unpack_from("<Q", ring, 64)
struct.pack_into("<Q", ring, buffers + 8, buffers)
open("other.hwd.ring", "wb").write(ring)
END
holds "a circle ends" timeout 60 "$heapwise" check --finish other.hwd

"$heapwise" record -o live.hwd -- sleep 30 &
pid=$!
for _ in $(seq 100); do [ -f live.hwd.ring ] && break; sleep 0.1; done
"$heapwise" check --finish live.hwd >out.txt 2>err.txt
is "a live recording: status" $? 2
holds "a live recording: why" grep -q "still being recorded" err.txt
kill $pid
wait $pid 2>/dev/null
finish
