# SPDX-License-Identifier: MIT
"""gdb, valgrind and strace -f: other tools, recorded or around us. Each works on a
small program that is built without us."""
import inputs
from job import job, rule


def project(run):
    inputs.c_project(run, 3)
    run.bare("make", "-s", "-C", "src")


@job("gdb", needs=["gdb", "gcc", "make"], seconds=600, rules=[
    rule("gdb output", rb"\(process \d+\)", b"(process)", "pid")])
def gdb(run):
    project(run)
    run.command("gdb", "-batch", "-nx", "-ex", "break part2", "-ex", "run", "-ex", "bt",
                "-ex", "info locals", "-ex", "ptype struct node", "-ex", "finish",
                "-ex", "info line push", "-ex", "watch sum", "-ex", "delete",
                "-ex", "python print(sum(i for i in range(1000)))", "-ex", "continue",
                "src/program")


@job("valgrind", needs=["valgrind", "gcc", "make"], seconds=600, rules=[
    rule("valgrind* messages", rb"(?m)^==\d+==", b"==PID==", "pid"),
    rule("valgrind* messages", rb"Address 0x[0-9a-f]+", b"Address",
         "a block's: more libraries are loaded before it"),
    rule("valgrind* messages", rb"loss record \d+ of \d+", b"loss record",
         "valgrind counts two blocks of libunwind's, which come from the bootstrap"
         " heap where no other malloc stands before ours")])
def valgrind(run):
    run.write("src/leak.c", "#include <stdlib.h>\nint main(void)\n{\n"
              "\tchar *p = malloc(10);\n\n\tp[10] = 1;\n\treturn malloc(3) == p;\n}\n")
    project(run)
    run.bare("gcc", "-g", "-o", "leak", "src/leak.c")
    run.command("valgrind", "-q", "src/program")
    run.command("valgrind", "-q", "--leak-check=full", "--error-exitcode=9", "./leak")


@job("strace", needs=["strace", "gcc", "make", "python3"], seconds=600,
     ignored={"trace": "of us, or not"}, recorded="program")
def strace(run):
    """Around heapwise: launcher, collector and program are all traced."""
    project(run)
    run.command("src/program", before=["strace", "-f", "-o", "trace"])
    run.command("python3", "-c", "import os, subprocess; pid = os.fork();"
                " pid or os._exit(3); print(os.waitpid(pid, 0)[1], flush=True);"
                " subprocess.run(['src/program'])", before=["strace", "-f", "-o", "trace"])
