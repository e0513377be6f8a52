# SPDX-License-Identifier: MIT
"""What a run said and wrote, without what differs anyway, and two such runs."""
import difflib
import fnmatch
import hashlib
import os
import stat

SHOWN = 1 << 20     # longer contents are compared, but not shown
ASPECTS = ("status", "output", "messages", "files", "answers")


def entry(path, rules):
    """One file as bytes: kind, mode, contents."""
    info = os.lstat(path)
    head = b"%o " % stat.S_IMODE(info.st_mode)
    if stat.S_ISLNK(info.st_mode):
        return b"link " + os.readlink(path).encode()
    if stat.S_ISDIR(info.st_mode):
        return head + b"directory"
    if not stat.S_ISREG(info.st_mode):
        return head + b"special"
    with open(path, "rb") as f:
        content = f.read()
    for r in rules:
        content = r.apply(content)
    if len(content) > SHOWN:
        content = b"%d bytes, %s" % (len(content),
                                     hashlib.sha256(content).hexdigest().encode())
    return head + b"file\n" + content


def files_of(job, directory):
    """{"file PATH": bytes} of a directory."""
    found = {}
    for where, directories, files in os.walk(directory):
        inside = os.path.relpath(where, directory)
        directories[:] = [d for d in directories if not ignored(
            job, os.path.normpath(os.path.join(inside, d)))]
        for name in files + directories:
            path = os.path.normpath(os.path.join(inside, name))
            if not ignored(job, path):
                found["file " + path] = entry(os.path.join(where, name),
                                              rules_for(job, "file " + path))
    return found


def ignored(job, path):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in job.ignored)


def rules_for(job, name):
    return [r for r in job.rules if fnmatch.fnmatchcase(name, r.where)]


def everything(job, run):
    """{name: bytes} of all that is compared of a run."""
    seen = {}
    for name, content in run.seen.items():
        for r in rules_for(job, name):
            content = r.apply(content)
        seen[name] = content
    seen.update(files_of(job, run.directory))
    return seen


def aspect_of(name):
    if name.startswith("file "):
        return "files"
    last = name.rsplit(" ", 1)[-1]
    return last if last in ASPECTS else "answers"


def lines(content):
    return content.decode("utf-8", "backslashreplace").splitlines()


def differences(wanted, got):
    """{aspect: [lines that say what differs]}, an empty list where nothing does."""
    result = {}
    for name in sorted(wanted.keys() | got.keys()):
        said = result.setdefault(aspect_of(name), [])
        if name not in got or name not in wanted:
            said.append("%s: only %s heapwise" %
                        (name, "with" if name in got else "without"))
        elif wanted[name] != got[name]:
            said.append(name + ":")
            if len(wanted[name]) + len(got[name]) < 4 * SHOWN:
                said += list(difflib.unified_diff(
                    lines(wanted[name]), lines(got[name]), "without", "with",
                    lineterm="", n=0))[:12]
    return result
