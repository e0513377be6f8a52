# SPDX-License-Identifier: MIT
"""What symbols.sh compares.

usage: symbols.py stacks SOURCE REPORT.json LETTERS
       symbols.py addr2line COUNT REPORT.json...

stacks: each stack that the `stack` comments of SOURCE describe, among those
whose letter is in LETTERS, is in the report: frame for frame the function, the
file, the line and whether it is inlined, from frame 0 up to main. Frames of the
language's library before frame 0 are not compared.

addr2line: up to COUNT distinct addresses of the reports say what addr2line -i -f
-C says: as many calls, and each the same function, file and line. How names and
files are compared is said at same_name() and same_file(). binutils has faults
of its own: it takes a call's file from the wrong unit where dwz moved parts,
gives a lambda without a mangled name the name of its caller. So llvm-addr2line
is asked where the two differ, and what it says counts.
"""
import json
import os
import random
import re
import subprocess
import sys

MARK = re.compile(r"([A-Z])(\d+)(i?) (.*)")
LAMBDA = re.compile(
    r"\{lambda\([^()]*\)#\d+\}|<lambda\([^()]*\)>|'lambda'\([^()]*\)|\$_\d+")
COPY = re.compile(
    r"(\.(constprop|isra|part|cold|lto_priv|localalias)(\.\d+)?)+$"
    r"| \[clone [^]]*\]")
LIBRARY = re.compile(r"<?(std|core|alloc)::|__rust|__rdl|operator new")


def plain(name):
    """Compilers write lambdas and what depends on them in several ways: gcc
    gives no mangled name, hence no number, parameters and return type; clang
    numbers those outside of inline functions in a way of its own."""
    name = LAMBDA.sub("{lambda}", name or "")
    if "{lambda}" not in name:
        return name
    name = re.sub(r" \[clone [^]]*\]$", "", name).replace(" >", ">")
    name = re.sub(r"^void ", "", name)
    return re.sub(r"(operator\(\)|>)\(.*\)( const)?$", r"\1", name)


def marked_stacks(source, letters):
    """{letter: [(function, line, inlined)]}, frame 0 first."""
    frames = {}
    for number, line in enumerate(open(source), 1):
        _, found, marks = line.partition("// stack ")
        for mark in marks.strip().split(" | ") if found else []:
            letter, place, inlined, name = MARK.fullmatch(mark).groups()
            if letter in letters:
                frames.setdefault(letter, {})[int(place)] = (
                    plain(name), number, inlined == "i")
    return {letter: [places[i] for i in range(len(places))]
            for letter, places in frames.items()}


def told(frame, source):
    """What a report's frame says, as marked_stacks has it."""
    if os.path.basename(frame["file"] or "") != os.path.basename(source):
        return (frame["function"], frame["file"], frame["line"])
    return (plain(frame["function"]), frame["line"], frame["inlined"])


def stacks(source, report, letters):
    wanted = marked_stacks(source, letters)
    if sorted(wanted) != sorted(letters):
        sys.exit(f"{source} has the stacks {sorted(wanted)}")
    seen = []
    for site in json.load(open(report))["sites"]:
        frames = site["frames"]
        while frames and LIBRARY.match(frames[0]["function"] or "?"):
            frames = frames[1:]
        seen.append([told(frame, source) for frame in frames])
    for letter, stack in sorted(wanted.items()):
        good = any(got[:len(stack)] == stack for got in seen)
        print(f"{'ok' if good else 'not ok'} stack {letter} of "
              f"{os.path.basename(source)}: {len(stack)} frames")
        if not good:
            print(f"  expected {stack}")
            for got in seen:
                if got and got[0][0] == stack[0][0]:
                    print(f"  got      {got[:len(stack)]}")


def addresses(report):
    """{(module, place): [(function, file, line)]}, inlined calls first; a
    place is of the call, in the file's own addresses."""
    found = {}
    for site in json.load(open(report))["sites"]:
        calls = []
        for frame in site["frames"]:
            calls.append((frame["function"], frame["file"], frame["line"]))
            if not frame["inlined"]:
                if os.path.isfile(frame["module"] or ""):
                    place = int(frame["offset"], 16) - 1
                    found[frame["module"], place] = calls
                calls = []
    return found


def ask_addr2line(program, module, places):
    """{place: [(function, file, line)]}"""
    out = subprocess.run(
        [program, "-a", "-i", "-f", "-C", "-e", module],
        input="".join(f"{place:#x}\n" for place in places), text=True,
        stdout=subprocess.PIPE, check=True, errors="replace").stdout
    answers, lines = {}, iter(out.splitlines())
    for line in lines:
        if re.fullmatch("0x[0-9a-f]+", line):
            calls = answers[int(line, 16)] = []
            continue
        file, _, number = next(lines).split(" (disc")[0].rpartition(":")
        number = int(number) if number.isdigit() and int(number) else None
        calls.append((line, file if number else None, number))
    return answers


def debug_file(module):
    notes = subprocess.run(["readelf", "-n", module], text=True,
                           stdout=subprocess.PIPE).stdout
    found = re.search(r"Build ID: ([0-9a-f]{2})([0-9a-f]+)", notes)
    return ("/usr/lib/debug/.build-id/%s/%s.debug" % found.groups() if found
            else module)


def read_symbols(module):
    """[(start, end, name)] of the file's own tables and its debug file's."""
    symbols = []
    for table in (["-C", module], ["-C", "-D", module],
                  ["-C", debug_file(module)]):
        out = subprocess.run(["nm", "-S", "--defined-only", *table],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             text=True, errors="replace").stdout
        for line in out.splitlines():
            found = re.match("([0-9a-f]+) ([0-9a-f]+) [tTwWiuVv] (.*)", line)
            if found:
                start, size = int(found[1], 16), int(found[2], 16)
                symbols.append((start, start + size, found[3].split("@")[0]))
    return symbols


def same_name(ours, theirs, containing):
    """Without debug information addr2line takes the nearest symbol before the
    address, whatever its size; we take only one that contains it, else none.
    Of several names of one place either may be shown. DWARF has the suffix of
    some copies that gcc makes of a function, we of none. Where a function has no
    mangled name, DWARF has the last part only: we put its scopes in front."""
    theirs = COPY.sub("", theirs)
    if ours is None:
        return theirs == "??" or not containing
    if ours == theirs or plain(ours) == plain(theirs):
        return True
    if ours.endswith("::" + theirs):
        return True
    return ours.split("@")[0] in containing and (
        theirs.split("@")[0] in containing or theirs == "??")


def same_file(ours, theirs):
    """Where the unit's directory is relative, as -fdebug-prefix-map makes it,
    file names begin with it as often as not: ./libio + libio/genops.c is one
    libio. Steps through . and .. are written differently."""
    if not ours or not theirs:
        return ours == theirs
    ours, theirs = os.path.normpath(ours), os.path.normpath(theirs)
    directory = theirs.split("/")[0] + "/"
    return ours == theirs or directory + ours == theirs


def same_calls(ours, theirs, containing):
    return len(ours) == len(theirs) and all(
        same_name(a[0], b[0], containing) and same_file(a[1], b[1]) and
        a[2] == b[2] for a, b in zip(ours, theirs))


def compare(module, found, symbols):
    """The places of a module that are not as addr2line has them, and not as
    llvm-addr2line has them either."""
    programs, left = {}, found
    for program in "addr2line", "llvm-addr2line":
        programs[program] = ask_addr2line(program, module, sorted(left))
        left = {place: calls for place, calls in left.items()
                if not same_calls(
                    calls, programs[program][place],
                    {n for s, e, n in symbols if s <= place < e})}
        if program == "addr2line":
            differ = len(left)
    return differ, [(module, hex(place), calls,
                     *(answers[place] for answers in programs.values()))
                    for place, calls in left.items()]


def addr2line(count, *reports):
    found = {}
    for report in reports:
        found.update(addresses(report))
    chosen = sorted(found)
    random.Random(1).shuffle(chosen)
    chosen, wrong, differ = chosen[:int(count)], [], 0
    for module in sorted({module for module, _ in chosen}):
        places = {p: found[m, p] for m, p in chosen if m == module}
        by_llvm, bad = compare(module, places, read_symbols(module))
        differ += by_llvm
        wrong += bad
    inlined = sum(len(found[key]) - 1 for key in chosen)
    print(f"{'not ok' if wrong or not chosen else 'ok'} {len(chosen)} of "
          f"{len(found)} addresses as addr2line, {inlined} inlined calls; "
          f"{differ} as llvm-addr2line alone")
    for one in wrong[:10]:
        print("  %s %s\n    ours   %s\n    theirs %s\n    llvm   %s" % one)


def main():
    if sys.argv[1] == "stacks":
        stacks(*sys.argv[2:5])
    else:
        addr2line(*sys.argv[2:])


if __name__ == "__main__":
    main()
