#!/bin/bash
# SPDX-License-Identifier: MIT
# Names: as addr2line has them and as the source says, inlined calls included;
# wherever debug files may stand; and what is said when they are missing.
. "$(dirname "$0")/lib.sh"
for tool in g++ objcopy readelf addr2line llvm-addr2line $python; do
	which $tool >/dev/null || skip_all "no $tool"
done
unset ${!DEBUGINFOD_*}
export DEBUGINFOD_CACHE_PATH=$work/cache
compare="$python -B $root/tests/e2e/symbols.py"

# judge COMMAND...: its lines are ours; "not ok" among them is a failure.
judge() {
	"$@" >judged 2>&1 || echo "not ok $* failed" >>judged
	cat judged
	failures=$((failures + $(grep -c "^not ok" judged)))
}

# named DUMP FUNCTION [OPTION...]: "FILE:LINE" of a function's first frame.
named() {
	local dump=$1 function=$2
	shift 2
	"$heapwise" report --json "$@" "$dump" 2>err |
		jq -r --arg f "$function" 'first(.sites[].frames[] |
			select(.function == $f)) |
			"\(.file // "-" | split("/") | last):\(.line)"'
}

# says NAME PATTERN: the last report said one line, and it matches.
says() {
	if [ "$(wc -l <err)" = 1 ] && grep -q "$2" err; then
		ok "$1"
	else
		fails "$1: said '$(cat err)'"
	fi
}

#
# As the source says: every frame of every stack.
#
for compiler in g++ clang++; do
	which $compiler >/dev/null || continue
	$compiler -std=c++17 -O2 -g -w -I "$root" -o inlined \
		"$root/samples/inlined.cc"
	"$heapwise" record -o inlined.$compiler.hwd -- ./inlined
	"$heapwise" report --json inlined.$compiler.hwd >inlined.json
	echo "# $compiler"
	judge $compare stacks "$root/samples/inlined.cc" inlined.json ABCDEF
	judge $compare addr2line 1000 inlined.json
done
for mangling in legacy:ABCD v0:VWXY; do
	if RUSTC_BOOTSTRAP=1 rustc --edition 2021 -g -O -Z unstable-options \
		-C symbol-mangling-version=${mangling%:*} -o rust \
		"$root/samples/inlined.rs" 2>rustc.txt; then
		"$heapwise" record -o rust.hwd -- ./rust
		"$heapwise" report --json rust.hwd >rust.json
		echo "# rustc, $mangling"
		judge $compare stacks "$root/samples/inlined.rs" rust.json \
			${mangling#*:}
		judge $compare addr2line 1000 rust.json
	else
		skip "no rustc for $mangling names"
	fi
done

#
# As addr2line says: up to 1,000 addresses of each; of C++ that many only with
# LONG=1, which compiles for minutes.
#
things=6
[ -z "${LONG:-}" ] || things=28
for compiler in g++ clang++; do
	which $compiler >/dev/null || continue
	$compiler -std=c++17 -O2 -g -DTHINGS=$things -o many.$compiler \
		"$root/tests/e2e/symbols.cc"
	"$heapwise" record -o c++.hwd -- ./many.$compiler
	"$heapwise" report --json c++.hwd >c++.$compiler.json 2>err
done
# record_own ARGUMENT...: one more recording of our own program, to c.N.json.
record_own() {
	count=$((count + 1))
	"$heapwise" record -o c.hwd -- "$heapwise" "$@" c++.hwd \
		>/dev/null 2>&1
	"$heapwise" report --json c.hwd >c.$count.json 2>err
}
count=0
for view in --json --by=function "--by=line --focus=run" "--by=size --at=peak" \
	"--tree --full-names" --tree=down "--timeline --sizes --lifetimes"; do
	record_own report $view
done
for format in pprof folded speedscope dhat csv; do
	record_own export --format=$format -o out
done
record_own info --json
record_own check
record_own report --frames=3 --focus=make
record_own list main
"$heapwise" record -o python.hwd -- $python -B \
	"$root/tests/e2e/symbols_work.py" >/dev/null
"$heapwise" report --json python.hwd >python.json 2>err
for program in c c++ python; do
	echo "# $program"
	judge $compare addr2line 1000 $program.*json
done

# Split DWARF: most of it is in other files.
g++ -std=c++17 -O2 -gsplit-dwarf -g -DTHINGS=$things -o split \
	"$root/tests/e2e/symbols.cc"
"$heapwise" record -o split.hwd -- ./split
"$heapwise" report --json split.hwd >split.json 2>err
is "split DWARF: named as in one file" \
	"$(jq -c '[.sites[].frames[] | [.function, .line]] | unique' split.json)" \
	"$(jq -c '[.sites[].frames[] | [.function, .line]] | unique' \
		c++.g++.json)"
"$heapwise" report --by=line split.hwd >out 2>err
is "split DWARF: --by=line" $? 0

#
# Separate debug files.
#
cat >app.c <<'C'
#include <stdlib.h>
static void *volatile sink;
static inline __attribute__((always_inline)) void deep(int n)
{
	sink = malloc(n);
}
__attribute__((noinline)) static void hidden(int n)
{
	deep(n);
	deep(n + 1);
}
int main(int argc, char **argv)
{
	hidden(argc);
	return 0;
}
C
gcc -g -O2 -Wl,--build-id -o whole app.c
id=$(readelf -n whole | sed -n 's/.*Build ID: //p')
place=${id:0:2}/${id:2}.debug
mkdir app
cp whole app/app
strip -s app/app
"$heapwise" record -o app.hwd -- "$work/app/app"
is "stripped" "$(named app.hwd hidden)" ""
says "stripped: said once" "app: no debug information.*--debug-path"
objcopy --only-keep-debug whole all.debug
mkdir -p by-id/.build-id/${id:0:2} by-name by-file by-hand
cp all.debug by-id/.build-id/$place
cp all.debug by-file/app.debug
cp whole by-name/app
for directory in by-id by-file by-name all.debug by-id/.build-id; do
	is "--debug-path $directory" "$(named app.hwd hidden \
		--debug-path "$directory")" app.c:10
	is "--debug-path $directory: said" "$(cat err)" ""
done
is "--debug-path: the second" "$(named app.hwd deep --debug-path=by-hand \
	--debug-path=by-file)" app.c:5
gcc -g -O1 -Wl,--build-id -o by-hand/app app.c
is "--debug-path: another build" "$(named app.hwd hidden \
	--debug-path=by-hand)" ""
is "export --debug-path" "$("$heapwise" export --format=json \
	--debug-path=by-id app.hwd | jq -c '[.sites[].frames[] |
	select(.function == "hidden")] | length')" 2
"$heapwise" report --debug-path=nowhere app.hwd >out 2>err
is "--debug-path=nowhere: status" $? 2
says "--debug-path=nowhere" "nowhere: No such file"

# By .gnu_debuglink, whose checksum counts where there is no build ID.
gcc -g -O2 -Wl,--build-id=none -o none app.c
objcopy --only-keep-debug none link.debug
mkdir link linked
cp none link/app
strip -s link/app
objcopy --add-gnu-debuglink=link.debug link/app
"$heapwise" record -o link.hwd -- "$work/link/app"
is "debug link: nowhere" "$(named link.hwd hidden)" ""
cp link.debug linked
is "debug link: --debug-path" "$(named link.hwd hidden \
	--debug-path=linked)" app.c:10
mkdir link/.debug
cp link.debug link/.debug
is "debug link: .debug" "$(named link.hwd hidden)" app.c:10
printf x >>link/.debug/link.debug
is "debug link: wrong checksum" "$(named link.hwd hidden)" ""

# The files of another machine; what is gone but for its debug file.
mkdir -p root"$work"
mv app root"$work"/app
is "gone" "$(named app.hwd hidden)" ""
says "gone: said once" "app: not there any more.*--sysroot"
# app_state OPTION...: what info says of the file
app_state() {
	"$heapwise" info --json "$@" app.hwd | jq -r \
		'.module_files[] | select(.path | endswith("/app")).state'
}
is "gone: info" "$(app_state)" gone
is "gone: info --debug-path" "$(app_state --debug-path=by-id)" matched
is "info --sysroot" "$(app_state --sysroot=root)" no_debug_info
is "info --sysroot --debug-path" \
	"$(app_state --sysroot=root --debug-path=by-id)" matched
"$heapwise" info --sysroot=nowhere app.hwd >out 2>err
is "info --sysroot=nowhere: status" $? 2
says "info --sysroot=nowhere" "nowhere: No such file"
is "gone: a debug file stands in" "$(named app.hwd hidden \
	--debug-path=by-id)" app.c:10
is "--sysroot: stripped" "$(named app.hwd main --sysroot=root)" ""
grep -q "app: no debug info" err || fails "--sysroot: said '$(cat err)'"
mkdir -p root/usr/lib/debug/.build-id/${id:0:2}
cp all.debug root/usr/lib/debug/.build-id/$place
is "--sysroot: debug file" "$(named app.hwd hidden --sysroot=root)" app.c:10
rm root"$work"/app/app
ln -s /elsewhere/app root"$work"/app/app
mkdir root/elsewhere
cp whole root/elsewhere/app
is "--sysroot: links stay in it" "$(named app.hwd hidden --sysroot=root)" app.c:10
rm -r root/usr

# The compressed symbols that distributions leave in: functions, no lines.
mkdir app
cp whole app/app
strip -s app/app
objcopy --only-keep-debug whole mini
objcopy -S --remove-section .gdb_index --remove-section .comment mini mini 2>err
nm whole | awk '$2 ~ /[tT]/ { print $3 }' >functions
objcopy --only-keep-debug --keep-symbols=functions -g whole mini
xz -f mini
objcopy --add-section .gnu_debugdata=mini.xz app/app 2>err
is "mini debug info" "$(named app.hwd hidden)" "-:null"

# dwz moves what two programs share to a third file.
if which dwz >/dev/null; then
	mkdir dwz
	cp whole dwz/app
	sed 's/n + 1/n + 2/' app.c >other.c
	gcc -g -O2 -o dwz/other other.c
	(cd dwz && dwz -m shared.debug app other 2>../err)
	rm -r app
	mv dwz app
	is "dwz: beside" "$(named app.hwd hidden)" app.c:10
	if [ -e app/shared.debug ]; then
		mkdir shared
		mv app/shared.debug shared/shared.debug
		is "dwz: --debug-path" "$(named app.hwd deep \
			--debug-path=shared)" app.c:5
		is "dwz: --debug-path: said" "$(cat err)" ""
		named app.hwd deep >out
		says "dwz: missing" "app: damaged debug information"
	else
		skip "dwz found nothing to share"
	fi
else
	skip "no dwz"
fi

#
# What goes wrong.
#
rm -r app
mkdir app
cp by-hand/app app/app
is "another build: no names" "$("$heapwise" report --json app.hwd 2>err |
	jq -c '[.sites[].frames[] | select(.module | endswith("/app")) |
	.function] | unique')" "[null]"
says "another build: said once" "app: not the build that was recorded"
is "another build: info" "$("$heapwise" info app.hwd |
	grep -c "other build .*/app$")" 1
for section in .debug_info .debug_abbrev .debug_line; do
	cp whole app/app
	set -- $(readelf -SW app/app | sed 's/^ *\[ *[0-9]*\]//' |
		awk -v s=$section '$1 == s { print $4, $5 }')
	head -c $((16#$2 / 2)) /dev/urandom |
		dd of=app/app bs=1 seek=$((16#$1)) conv=notrunc 2>/dev/null
	timeout 20 "$heapwise" report --json app.hwd >out.json 2>err
	is "damaged $section: status" $? 0
	is "damaged $section: symbols" "$(jq '[.sites[].frames[] |
		select(.function == "hidden" or .function == "main")] |
		length >= 2' out.json)" true
	[ $section = .debug_line ] || says "damaged $section: said once" \
		"app: damaged debug information"
done

$python -B "$root/tests/fuzz/hostile_elf.py" bombs whole
cp bombs/debugdata app/app
is "a bomb: no names" "$("$heapwise" report --json app.hwd 2>err |
	jq -c '[.sites[].frames[] | select(.module | endswith("/app")) |
	.function] | unique')" "[null]"
says "a bomb: said once" "app: compressed debug information"
is "a bomb: info" "$(app_state)" inflated

if ! ldconfig -p | grep -q libdebuginfod.so.1; then
	skip "no libdebuginfod"
	finish
fi
cp whole app/app
strip -s app/app

# serve FILE.py: starts a server; its address is in $url, its id in $server.
serve() {
	rm -f port
	timeout 100 $python -B "$1" &
	server=$!
	for _ in $(seq 50); do
		[ -s port ] && break
		sleep 0.1
	done
	url=http://127.0.0.1:$(cat port)
}
cat >hang.py <<'P'
import socket, time
s = socket.create_server(("127.0.0.1", 0))
open("port.new", "w").write(str(s.getsockname()[1]))
import os; os.rename("port.new", "port")
held = []
while True:
    held.append(s.accept())
P
cat >files.py <<'P'
import functools, http.server, os
class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        open("asked", "a").write(self.path + "\n")
s = http.server.ThreadingHTTPServer(
    ("127.0.0.1", 0), functools.partial(Handler, directory="served"))
open("port.new", "w").write(str(s.server_port))
os.rename("port.new", "port")
s.serve_forever()
P
serve hang.py
started=$SECONDS
DEBUGINFOD_URLS=$url DEBUGINFOD_TIMEOUT=2 timeout 60 "$heapwise" report --json \
	app.hwd >out.json 2>err
is "debuginfod that hangs: status" $? 0
[ $((SECONDS - started)) -le 10 ]
is "debuginfod that hangs: at most 10 s" $? 0
is "debuginfod that hangs: once" "$(grep -c "debuginfod: no answer" err)" 1
is "debuginfod that hangs: lines" "$(($(wc -l <err) <= 3))" 1
kill $server
wait $server 2>/dev/null
rm -rf cache
mkdir -p served/buildid/$id
cp all.debug served/buildid/$id/debuginfo
serve files.py
export DEBUGINFOD_URLS=$url
is "debuginfod" "$(named app.hwd hidden)" app.c:10
is "debuginfod: said" "$(cat err)" ""
rm -rf cache asked
rm app/app
is "debuginfod: for what is gone" "$(named app.hwd hidden)" app.c:10
rm -rf cache
cp link.debug served/buildid/$id/debuginfo
is "debuginfod: the wrong file" "$(named app.hwd hidden)" ""
"$heapwise" info app.hwd >out
is "debuginfod: asked for each once" \
	"$(sort asked | uniq -d | grep -vc "$id")" 0
kill $server
wait $server 2>/dev/null
rm -rf cache
named app.hwd hidden >out
is "debuginfod: nobody there" "$(grep -c "debuginfod: " err)" 1
finish
