#!/bin/bash
# SPDX-License-Identifier: MIT
# Debug files of 1 GiB: full of units of other code that say where it is, and
# of those that do not; strings without end; a section that claims to be larger
# than the file; nothing but zeros. report names what it can, takes no more than
# 512 MiB, ends by itself, and says what it could not read.
. "$(dirname "$0")/../e2e/lib.sh"
cat >app.c <<'END'
#include <stdlib.h>
__attribute__((noinline)) static void hundred_blocks(void)
{
	for (int i = 0; i < 100; i++)
		free(malloc(10));
}
int main(void)
{
	hundred_blocks();
	return 0;
}
END
cat >enlarge.py <<'END'
import struct, sys
kind, small, large = sys.argv[1:]
GIB = 1 << 30
image = bytearray(open(small, "rb").read())
shoff, = struct.unpack_from("<Q", image, 40)
shentsize, shnum, shstrndx = struct.unpack_from("<HHH", image, 58)

def header(i):
    return list(struct.unpack_from("<IIQQQQIIQQ", image, shoff + i * shentsize))

names = header(shstrndx)
section = {}
for i in range(shnum):
    at = names[4] + header(i)[0]
    section[bytes(image[at:image.index(0, at)]).decode()] = i

def content(name):
    h = header(section[name])
    return bytes(image[h[4]:h[4] + h[5]])

out = open(large, "wb")
end = len(image) + 4096 & ~4095

def replace(name, parts, size):
    """The section's content is `parts`, then a hole, `size` bytes in all."""
    global end
    h = header(section[name])
    h[4], h[5] = end, size
    struct.pack_into("<IIQQQQIIQQ", image, shoff + section[name] * shentsize, *h)
    out.seek(end)
    for part in parts:
        out.write(part)
    end = end + size + 4095 & ~4095

def units(with_address, first):
    """Of 1 MiB each, 69,000 subprograms in each; before or behind the program's
    own."""
    abbrev = content(".debug_abbrev")
    places = b"\x11\x01\x12\x06" if with_address else b""
    more = b"\x01\x11\x01" + places + b"\0\0" + \
        b"\x02\x2e\0\x11\x01\x12\x06\x3b\x05\0\0" + b"\0"
    replace(".debug_abbrev", [abbrev, more], len(abbrev) + len(more))
    children = b"".join(
        b"\x02" + struct.pack("<QIH", 0x40000000 + 16 * i, 16, i & 0x7fff)
        for i in range(69000)) + b"\0"
    unit = b"\x01" + (struct.pack("<QI", 0x40000000, 16 * 69000)
                      if with_address else b"") + children
    body = struct.pack("<HIB", 4, len(abbrev), 8) + unit
    one = struct.pack("<I", len(body)) + body
    info = content(".debug_info")
    count = GIB // len(one)
    parts = [one] * count + [info] if first else [info] + [one] * count
    replace(".debug_info", parts, len(info) + count * len(one))
    if first:
        replace(".debug_aranges", [], 0)

if kind.startswith("units"):
    units("placed" in kind, "first" in kind)
elif kind == "strings":
    replace(".debug_str", [content(".debug_str"), b"x" * (64 << 20)], GIB)
elif kind == "zeros":
    replace(".debug_info", [content(".debug_info")], GIB)
elif kind == "beyond":
    replace(".debug_info", [content(".debug_info")], 1 << 40)
    end = GIB
out.seek(0)
out.write(image)
out.truncate(max(end, GIB))
END
${CC:-gcc} -w -g -gdwarf-4 -O1 -fno-builtin -Wl,--build-id=sha1 -o app app.c ||
	{ fails "does not compile"; finish; }
objcopy --only-keep-debug app small.debug && strip -g app || skip_all "no objcopy"
"$heapwise" record -o d.hwd -- ./app
[ "$(df --output=avail -k . | tail -n 1)" -gt 3000000 ] || skip_all "no room"
id=$(readelf -n app | awk '/Build ID/ { print $3 }')
mkdir -p debug/.build-id/${id:0:2}
file=debug/.build-id/${id:0:2}/${id:2}.debug
# kind, what names the innermost frames, what is said.
while read -r kind frames said; do
	$python enlarge.py $kind small.debug "$file"
	timeout 300 $python - "$heapwise" report --debug-path=debug --json \
		--limit=1 d.hwd >r.json 2>err <<'END'
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open("used", "w").write(f"{status} {used}\n")
END
	read -r status used <used
	is "$kind: status" "$status" 0
	holds "$kind: memory: $((used >> 10)) MiB" test $((used >> 10)) -lt 512
	is "$kind: names" "$(jq -r '[.sites[0].frames[:2][] |
		"\(.function):\(.line)"] | join(",")' r.json)" $frames
	is "$kind: messages" "$(grep -c . err)" "$([ -n "$said" ]; echo $((!$?)))"
	holds "$kind: says what it lacks" grep -q -e "$said" err - <<<""
done <<'END'
units-placed hundred_blocks:5,main:9
units-first hundred_blocks:5,main:9
strings hundred_blocks:5,main:9
zeros hundred_blocks:5,main:9 app: damaged debug information
beyond hundred_blocks:null,main:null app: no debug information
END
finish
