#!/bin/bash
# SPDX-License-Identifier: MIT
# Runtimes that generate code: node, java, luajit, python3 -X perf. Output and
# status as alone, dumps whole.
. "$(dirname "$0")/../e2e/lib.sh"
runtimes=0
# runtime NAME COMMAND...: at least $least allocations (1,000) are recorded
runtime() {
	local name=$1
	shift
	timeout 60 "$@" >/dev/null 2>&1
	[ $? -le 9 ] && which "$1" >/dev/null || { skip "no $name"; return; }
	runtimes=$((runtimes + 1))
	three "$name" timeout 100 "$@"
	unchanged "$name"
	for way in record preload; do
		holds "$name, $way: whole" whole $(dumps "$name.$way")
		for dump in $(dumps "$name.$way"); do
			"$heapwise" report --json --limit=1 "$dump" 2>/dev/null |
				jq .totals.allocations
		done >counts
		holds "$name, $way: recorded" test \
			"$(sort -n counts | tail -n 1)" -ge "${least:-1000}"
	done
	rm -rf "$name".*/
}
runtime node node -e '
let o = {}, n = 0;
for (let i = 0; i < 3000; i++) { o["k" + i % 999] = Buffer.alloc(i % 300); n += i % 7; }
console.log(Object.keys(o).length, n); process.exitCode = 3;
setTimeout(() => console.log("later"), 5);'
cat >T.java <<'END'
public class T {
	static int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); }
	public static void main(String[] a) throws Exception {
		Thread[] t = new Thread[4];
		for (int i = 0; i < 4; i++) { t[i] = new Thread(() -> f(25)); t[i].start(); }
		for (Thread x : t) x.join();
		try { Object o = null; o.hashCode(); } catch (NullPointerException e) { System.out.println("caught"); }
		System.out.println(f(27)); System.exit(4);
	}
}
END
if which javac >/dev/null && javac T.java 2>/dev/null; then
	runtime java java -Xmx200m -cp . T
else
	runtime java java -version
fi
# its memory is its own, by mmap
least=1 runtime luajit luajit -e 'local s = 0 for i = 1, 1e6 do s = s + #tostring(i) end print(s)'
for python in python3.12 $python; do # which has -X perf
	$python -c 'import sys; sys.activate_stack_trampoline' 2>/dev/null && break
done
runtime python-perf $python -X perf -c 'print(sum(len(str(i)) for i in range(100000)))'
[ $runtimes -gt 0 ] || skip_all "no runtime that generates code"
finish
