# SPDX-License-Identifier: MIT
"""Languages with runtimes of their own."""
from job import job, rule, script

script("lua", r"""
local t, s = {}, 0
for i = 1, 30000 do t[i % 500] = tostring(i) .. "x"; s = s + #t[i % 500] end
print(s, #table.concat(t, ","), ("abc123"):gsub("%d", "<%0>"))
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print(co(), co(), co(), pcall(error, "caught"))
local f = io.open("out", "w"); for i = 1, 500 do f:write(i, "\n") end; f:close()
table.sort(t); print(t[1], t[#t]); collectgarbage(); print(string.format("%5.2f", 1 / 3))
os.execute("echo sub"); error("the end")
""", shell="lua5.4", needs=["lua5.4"], quick=True)

script("luajit", r"""
local s = 0
for i = 1, 1e6 do s = s + #tostring(i % 100) end
local ffi = require("ffi"); ffi.cdef("void *malloc(size_t); void free(void *);")
for i = 1, 1000 do ffi.C.free(ffi.C.malloc(i)) end
print(s); os.exit(5)
""", shell="luajit")

script("ruby", r"""
require 'json'; require 'set'
h = Hash.new(0); 50000.times { |i| h["k#{i * 7919 % 997}"] += i }
puts h.sort.first(3).inspect, h.size
puts JSON.generate(h.sort.first(5).to_h), JSON.parse('{"a":[1,{"b":null}]}').inspect
puts (1..4).map { |n| Thread.new { (1..2000).map { |i| (i * n).to_s }.join.size } }.map(&:value).inspect
puts "text 123 text".gsub(/\d/) { |d| (d.to_i * 2).to_s }
pid = fork { exit!(Set.new((1..999).map(&:to_s)).size % 50) }; Process.wait pid; puts $?.exitstatus
puts `seq 3`.lines.map(&:to_i).sum; GC.start
File.write('out', Marshal.dump((1..500).to_a)); f = Fiber.new { Fiber.yield 1; 2 }; puts f.resume, f.resume
begin; Integer('x'); rescue => e; puts e.message; end
warn 'a warning'; at_exit { puts 'bye' }; raise 'the end'
""", shell="ruby", seconds=600)

script("node", r"""
const fs = require('fs'), { Worker, isMainThread, parentPort } = require('worker_threads');
if (!isMainThread) { parentPort.postMessage([1, 2, 3].map(x => x * 2)); return; }
const o = {}; for (let i = 0; i < 20000; i++) o['k' + i % 999] = Buffer.alloc(i % 300);
console.log(Object.keys(o).length, JSON.stringify(Object.keys(o).slice(0, 5)));
console.log(require('crypto').createHash('sha256').update('x'.repeat(1e5)).digest('hex'));
const z = require('zlib'); console.log(z.gunzipSync(z.gzipSync('y'.repeat(1e5))).length);
fs.writeFileSync('out', [...Array(500).keys()].join('\n'));
console.log(require('child_process').execSync('echo $((6*7))').toString().trim());
new Worker(__filename).on('message', m => console.log(m)).on('exit', c => {
  console.log('worker', c); process.exitCode = 6; throw new Error('the end'); });
""", shell="node", seconds=900)

JAVA = r"""
import java.util.*;
import java.util.stream.*;
public class T {
	static int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); }
	public static void main(String[] a) throws Exception {
		Thread[] t = new Thread[4];
		for (int i = 0; i < 4; i++) { t[i] = new Thread(() -> f(25)); t[i].start(); }
		for (Thread x : t) x.join();
		Map<String, Integer> m = new TreeMap<>();
		for (int i = 0; i < 50000; i++) m.merge("k" + i * 31 % 97, i, Integer::sum);
		System.out.println(m.size() + " " + m.get("k5") + " " + f(27));
		System.out.println(IntStream.range(0, 1000).parallel().sum());
		try { Object o = null; o.hashCode(); } catch (NullPointerException e) { System.out.println("caught"); }
		Process p = new ProcessBuilder("sh", "-c", "exit 3").start();
		System.out.println(p.waitFor());
		java.nio.file.Files.writeString(java.nio.file.Path.of("out"), m.toString());
		Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("bye")));
		System.exit(4);
	}
}
"""


@job("java", needs=["java", "javac"], seconds=900)
def java(run):
    run.write("T.java", JAVA)
    run.command("javac", "T.java")
    run.command("java", "-Xmx200m", "T")


RUST = r"""
use std::collections::BTreeMap;
use std::thread;
fn main() {
    let mut m: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for i in 0..20000 { m.entry(format!("k{}", i % 97)).or_default().push(i); }
    let t: Vec<_> = (0..4).map(|n| thread::spawn(move || {
        (0..5000).map(|i| (i * n).to_string()).collect::<Vec<_>>().join(",").len() })).collect();
    println!("{} {:?}", m.len(), t.into_iter().map(|t| t.join().unwrap()).collect::<Vec<_>>());
    let r = std::panic::catch_unwind(|| { panic!("inside") });
    println!("{}", r.is_err());
    std::process::exit(m["k5"].len() as i32 % 7);
}
"""


@job("rustc", needs=["rustc", "gcc"], seconds=900)
def rustc(run):
    run.write("a.rs", RUST)
    run.command("rustc", "-O", "-g", "a.rs", "-o", "program")
    run.command("./program", name="rustc's program")
    run.write("wrong.rs", "fn main() { let x: u32 = nothing(\"a\"); }\n")
    run.command("rustc", "wrong.rs")


GO = """package main

import ("fmt"; "os"; "sort"; "strings"; "sync")
%s
func main() {
	m := map[string]int{}
	for i := 0; i < 50000; i++ { m[fmt.Sprint("k", i%%97)] += i }
	var keys []string
	for k := range m { keys = append(keys, k) }
	sort.Strings(keys)
	var w sync.WaitGroup
	sums := make([]int, 8)
	for g := range sums { w.Add(1); go func(g int) { defer w.Done(); sums[g] = len(strings.Repeat("x", g*1000)) }(g) }
	w.Wait()
	fmt.Println(len(keys), keys[:3], m["k5"], sums, extra())
	os.Exit(3)
}
"""
CGO = """
// #include <stdlib.h>
// #include <string.h>
// static long work(int n) { long s = 0; for (int i = 0; i < n; i++) { char *p = malloc(i + 1); memset(p, 1, i + 1); s += p[i]; free(p); } return s; }
import "C"
func extra() int { return int(C.work(3000)) }
"""


@job("go", needs=["go", "gcc"], seconds=900, recorded="dynamic",
     ignored={".cache": "has times", "go": "its telemetry"})
def go(run):
    """The tool and what it builds with cgo are dynamic; compiler, linker and plain Go
    programs are static, and run unrecorded."""
    run.write("a/main.go", GO % "func extra() int { return 0 }")
    run.write("b/main.go", GO % CGO)
    run.command("go", "build", "-o", "static", "a/main.go",
                environment={"CGO_ENABLED": "0"})
    run.command("go", "build", "-o", "dynamic", "b/main.go")
    run.command("go", "vet", "a/main.go")
    run.refused("./static", message="is statically linked")
    run.command("./dynamic")
