#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: tests/fuzz/seed.sh HEAPWISE SAMPLES CORPUS
# Fills a fuzzing corpus: a small dump whole, its payloads, and a ring file.
set -eu
heapwise=$1 samples=$2 corpus=$3
mkdir -p "$corpus"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$heapwise" record -o "$work/d.hwd" -- "$samples/leaks" >/dev/null
{ printf '\0'; cat "$work/d.hwd"; } >"$corpus/dump"
python3 - "$work/d.hwd" "$corpus/payloads" <<'END' || true
import struct, subprocess, sys
data = open(sys.argv[1], "rb").read()
out = b"\1\1"
at = 0
while at + 64 <= len(data):
    kind, flags, thread, count = struct.unpack_from("<HIII", data, at + 10)
    stored, = struct.unpack_from("<I", data, at + 40)
    payload = data[at + 64:at + 64 + stored]
    if flags & 1:
        payload = subprocess.run(["zstd", "-dcq"], input=payload,
                                 stdout=subprocess.PIPE, check=True).stdout
    if kind != 1 and len(payload) < 65536:
        out += bytes([kind, thread & 7, count & 255])
        out += struct.pack("<H", len(payload)) + payload
    at += 64 + stored
open(sys.argv[2], "wb").write(out)
END
HEAPWISE_OUTPUT=$work/k.hwd LD_PRELOAD=$(dirname "$heapwise")/libheapwise.so \
	"$samples/churn" 100000000 >/dev/null & pid=$!
for _ in $(seq 50); do
	[ -s "$work/k.hwd.ring" ] && break
	sleep 0.1
done
kill -9 $pid
wait $pid 2>/dev/null || true
if [ -s "$work/k.hwd.ring" ]; then
	{ printf '\2'; head -c 200000 "$work/k.hwd.ring"; } >"$corpus/ring"
fi
