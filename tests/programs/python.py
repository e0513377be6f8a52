# SPDX-License-Identifier: MIT
"""python3: a program of ours, and tests of its own suite, each verdict compared."""
import os
import subprocess

from job import job, rule, unordered

WORK = r"""
import json, os, re, subprocess, sys, threading
def work(n):
    for i in range(300):
        json.loads(json.dumps({"n": [n] * (i % 30), "s": "x" * i}))
        re.sub(r"\d+", lambda m: m[0] * 2, "a1b22c333" * (i % 7))
threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
print(subprocess.run(["sh", "-c", "echo $((6*7)); exit 5"],
                     capture_output=True).returncode)
pid = os.fork()
if pid == 0:
    os._exit(9)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
try:
    raise ValueError("x" * 100)
except ValueError as e:
    print(len(str(e)))
import multiprocessing
if __name__ == "__main__":
    with multiprocessing.Pool(3) as pool:
        print(sum(pool.map(abs, range(-500, 500))))
    sys.exit(4)
"""


@job("python3", quick=True, needs=["python3"])
def python3(run):
    run.write("work.py", WORK)
    run.command("python3", "work.py")
    run.command("python3", "work.py", environment={"PYTHONMALLOC": "malloc"})


def own_test(module, rules=(), **more):
    @job("python3-" + module[len("test_"):], seconds=900, recorded="python3", rules=[*rules,
        rule("* messages", rb"(?m)^Ran (\d+) tests? in [\d.]+s$", rb"Ran \1", "its time"),
        ], **more)
    def body(run):
        run.command("python3", "-m", "unittest", "-v", "test." + module, name=module)


def installed():
    return subprocess.run(["/usr/bin/python3", "-c", "import test.test_json"],
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


if installed():
    own_test("test_json")
    own_test("test_re", quick=True)
    own_test("test_dict", quick=True)
    own_test("test_threading", [
        rule("* output", rb"for \d+\.\d+ usec", b"for N usec", "a random time"),
        rule("* output", rb"\d+ tasks are", b"N tasks are", "as threads happen to run"),
        unordered("* output", "as threads happen to run")])
    own_test("test_subprocess", kills=True)
