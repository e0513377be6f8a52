# SPDX-License-Identifier: MIT
"""make bench-advice: what `heapwise advise` finds in programs whose right findings
are known, and whether it predicts what they save. Status 1: it errs too often."""
import argparse
import os
import sys

import figures
import judged
import labels
import layout
import machine
import place
import savings


def arguments():
    parser = argparse.ArgumentParser(prog="advice.py", description=__doc__)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM",
                        help="DIRECTORY/PROGRAM, or either of them; default: all")
    parser.add_argument("--only", metavar="DETECTOR", choices=labels.DETECTORS,
                        help="the programs that concern this detector")
    parser.add_argument("--no-timing", action="store_true",
                        help="leave the measured savings out")
    parser.add_argument("--heapwise", metavar="PATH", default=place.HEAPWISE,
                        help="another one than build/heapwise")
    parser.add_argument("--labels", action="store_true",
                        help="show what the programs say of themselves, run nothing")
    return parser.parse_args()


def label_lines(programs):
    rows = []
    for p in programs:
        told = ["expect: %s" % x for x in p.expect] + \
            ["allow: %s" % x for x in p.allow] + ["near: %s, %s" % x for x in p.near]
        rows += [[p.name if i == 0 else "", text, "fixed" if p.has_fix and i == 0 else ""]
                 for i, text in enumerate(told or ["nothing"])]
    return layout.lines(rows, ["program", "label", ""], left=(0, 1, 2))


def judge(programs, heapwise):
    verdicts = []
    for i, program in enumerate(programs):
        place.say("%d of %d, %s" % (i + 1, len(programs), program.name))
        verdicts.append(judged.judge(program, heapwise))
    return verdicts


def measure(verdicts):
    found = []
    for verdict in verdicts:
        if verdict.program.has_fix:
            place.say("timing " + verdict.program.name)
            found.append(savings.measure(verdict))
    return found


def keep(every, timings):
    """The figures of a whole run; a part of one says nothing about the rest."""
    os.makedirs(place.BENCH, exist_ok=True)
    close = sum(s.close() for s in timings)
    figures.keep("bench-advice", [
        figures.at_least("advice: precision", judged.PRECISION, every.precision()),
        figures.at_least("advice: recall", judged.RECALL, every.recall()),
        timings and figures.figure(
            "advice: savings within a factor of %d" % savings.FACTOR, ">= 10 of 12",
            "%d of %d" % (close, len(timings)), close * 12 >= len(timings) * 10)])


def main():
    args = arguments()
    programs = labels.load(args.only, args.programs)
    if args.labels:
        print("\n".join(label_lines(programs)))
        return 0
    absent = [path for p in programs for fixed in {False, p.has_fix}
              for path in p.command(fixed) if not os.path.exists(path)]
    if absent:
        place.fail("not built: %s; make samples-advice" % absent[0])
    heapwise = os.path.abspath(args.heapwise)
    print("\n".join([*machine.lines(), "%d programs" % len(programs), ""]), flush=True)
    verdicts = judge(programs, heapwise)
    print("\n".join(judged.table(verdicts)), flush=True)
    timings = [] if args.no_timing else measure(verdicts)
    if timings:
        print("\n" + "\n".join(savings.table(timings)))
    _, every = judged.scores(verdicts)
    if not args.only and not args.programs:
        keep(every, timings)
        print("\n" + "\n".join(figures.table()))
    return 0 if every.enough() else 1


if __name__ == "__main__":
    sys.exit(main())
