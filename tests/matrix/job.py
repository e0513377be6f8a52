# SPDX-License-Identifier: MIT
"""What a program does in the matrix, and what of it may differ from run to run."""
import re
from dataclasses import dataclass, field
from typing import Callable, Optional

JOBS = []


@dataclass
class Rule:
    """Replaces what differs between two runs without heapwise, too."""
    where: str          # a pattern of names of what is compared: "gcc messages", "file a/*.o"
    pattern: bytes
    by: object          # bytes, or a function of the match
    why: str
    rare: bool = False  # need not occur
    used: bool = False

    def apply(self, content):
        result, count = re.subn(self.pattern, self.by, content)
        self.used |= count > 0
        return result


@dataclass
class Job:
    name: str
    body: Callable              # of a Run
    needs: tuple = ()           # programs
    rules: tuple = ()
    ignored: dict = field(default_factory=dict)     # pattern of files: why
    recorded: Optional[str] = ""    # whose dump must have events; "": name, None: nobody's
    quick: bool = False         # part of `make check`
    seconds: int = 300          # each way
    kills: bool = False         # processes while they start: dumps without events
    source: str = ""


def rule(where, pattern, by, why, rare=False):
    return Rule(where, pattern, by, why, rare)


def unordered(where, why):
    """Lines in any order."""
    return Rule(where, rb"(?s)\A.+\Z",
                lambda m: b"".join(sorted(m[0].splitlines(keepends=True))), why)


def job(name, **more):
    """A decorator: the function is what is run, given a Run."""
    def add(body):
        JOBS.append(Job(name, body, **more))
        return body
    return add


def command(name, *argv, **more):
    """A job of one command."""
    more.setdefault("needs", (argv[0],))
    return job(name, **more)(lambda run: run.command(*argv))


def script(name, text, shell="bash", **more):
    """A job of one shell script, file `script`."""
    def body(run):
        run.write("script", text)
        run.command(shell, "script", name=name)
    more.setdefault("needs", (name,))
    return job(name, **more)(body)
