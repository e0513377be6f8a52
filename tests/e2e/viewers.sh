#!/bin/bash
# SPDX-License-Identifier: MIT
# What export writes, in the viewers that people use: valgrind's dh_view.html
# and speedscope, in Chromium without a window, show the totals of report
# --json, and no error. Of a C, a C++ and a python3 recording, of a sample, and
# of stacks that are cut off. Screenshots are left in build/log/viewers/.
. "$(dirname "$0")/lib.sh"
dh_view=/usr/libexec/valgrind/dh_view.html
modules=$build/npm/node_modules
screenshots=$build/log/viewers
[ -x /usr/bin/chromium ] || skip_all "no chromium"
[ -e $dh_view ] || skip_all "no valgrind"
which node npm >/dev/null || skip_all "no nodejs, or no npm"
[ -e "$modules/playwright-core" ] && [ -e "$modules/speedscope" ] ||
	timeout 120 npm install --prefix "$build/npm" --no-audit --no-fund \
	--loglevel=error speedscope@1.25.0 playwright-core@1.65.1 ||
	skip_all "npm could not install speedscope and playwright-core"
mkdir -p "$screenshots"

record() { "$heapwise" record -o "$1.hwd" "${@:2}" >/dev/null; }
export_as() { "$heapwise" export --format="$2" -o "$1.$2" "$1.hwd"; }

record c "$samples/leaks"
record cxx "$samples/operators"
record py3 "$python" -S -E -c 0
# No room for all stacks: some are cut off.
HEAPWISE_TEST_NODES=600 record cut "$python" -S -E -c 0
PYTHONMALLOC=malloc HEAPWISE_SEED=1 record sampled --sample 4K \
	"$python" -S -c 0
files=(cxx.folded)
for name in c cxx py3 cut sampled; do
	"$heapwise" report --json $name.hwd >$name.json
	export_as $name dhat
	files+=($name.dhat)
done
for name in c cxx py3 sampled; do
	export_as $name speedscope
	files+=($name.speedscope)
done
export_as cxx folded
timeout -k 5 150 node "$root/tests/e2e/browser/viewers.js" "$modules" \
	$dh_view "$screenshots" "${files[@]}" >shown.json || {
	fails "the viewers did not end"
	finish
}

"$python" -B "$root/tests/e2e/viewers.py" shown.json || failures=1
holds "dh_view: a frame" jq -e '.["c.dhat"].frames | any(
	test("^#1: 0x[0-9A-F]+: forget \\(.*samples/leaks.c:[0-9]+\\)$"))' \
	shown.json
finish
