# SPDX-License-Identifier: MIT
"""C compilers and what drives them: objects and programs compared byte by byte."""
import inputs
from job import job, rule, unordered

ERRORS = "int main(void) { int unused; return x + nothing(; }\n"


def compiler(name, *options, **more):
    @job(name, needs=[name], seconds=600, **more)
    def body(run):
        inputs.c_project(run, 3)
        run.write("wrong.c", ERRORS)
        run.command(name, "-Wall", "-O2", "-g", "-S", "src/part0.c", "-o", "part.s",
                    *options)
        run.command(name, "-O2", "-flto", *["src/%s.c" % n for n in (
            "part0", "part1", "part2", "main")], "-o", "program")
        run.bare("./program")
        run.command(name, "-Wall", "-c", "wrong.c")
        run.command(name, "-S", "-o", "/dev/stdout", "no-such-file.c")


# the driver makes cc1 and the linker, which allocate most
compiler("gcc", recorded="cc1", quick=True)
compiler("clang")


def builder(name, *commands, **more):
    @job(name, needs=[commands[0][0], "gcc"], seconds=900, **more)
    def body(run):
        inputs.c_project(run)
        for argv in commands:
            run.command(*argv)
        run.bare("sh", "-c", "$(find src out -name program -type f)")


builder("make", ["make", "-C", "src", "-j3", "-O", "program"],
        ["make", "-C", "src"], ["make", "-C", "src", "nothing"],
        rules=[unordered("make output", "of three jobs at a time")])
builder("ninja", ["ninja", "-C", "src", "-j2"], ["ninja", "-C", "src", "-t", "query",
                                                "program"],
        ["ninja", "-C", "src"], ignored={"src/.ninja_log": "has times",
                                         "src/.ninja_deps": "has times"},
        rules=[rule("ninja output", rb"(?m)^\[(\d+)/(\d+)\] \S+ .*\n?", b"",
                    "of two jobs at a time: in the order of their ends")])
builder("cmake", ["cmake", "-S", "src", "-B", "out", "-G", "Unix Makefiles"],
        ["cmake", "--build", "out", "-j2"], ["cmake", "-E", "sha256sum", "out/program"],
        ["cmake", "-S", "nowhere"],
        rules=[rule("cmake 2 output", rb"(?m)^\[ *\d+%\]", b"[N%]",
                    "of two jobs at a time"),
               unordered("cmake 2 output", "of two jobs at a time"),
               rule("file out/*", rb"/cc\w{6}\.", b"/ccX.", "gcc's temporary files"),
               rule("file out/*", rb"cmTC_[0-9a-f]{5}", b"cmTC_X",
                    "a random name for what is tried"),
               rule("file out/*", rb"TryCompile-\w{6}", b"TryCompile-X",
                    "a random directory")])
