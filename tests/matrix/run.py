# SPDX-License-Identifier: MIT
"""One run of a job in one way: its commands, what they say, and their end."""
import os
import signal
import socket
import subprocess
import time

PLAIN, EXACT, SAMPLED, PRELOAD = "plain", "exact", "sampled", "preload"
RECORDED = (EXACT, SAMPLED, PRELOAD)
SAMPLE_BYTES = "16K"
PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
LEFT_S = 20     # for what a job left behind to end by itself
NOBODY = 65534


class Trouble(Exception):
    """The run could not be done as the job says."""


class Expired(Trouble):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def status_of(returncode):
    return 128 - returncode if returncode < 0 else returncode


def processes_in(place):
    """(pid, name) of what runs in this directory, or has its HOME there."""
    found = []
    inside = place + "/"
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            where = os.readlink("/proc/%s/cwd" % pid) + "/"
            with open("/proc/%s/environ" % pid, "rb") as f:
                home = b"HOME=" + inside.encode() in f.read()
            with open("/proc/%s/comm" % pid, encoding="utf-8") as f:
                name = f.read().strip()
            with open("/proc/%s/stat" % pid, encoding="utf-8") as f:
                dead = f.read().rsplit(")", 1)[1].split()[0] in "ZX"
        except OSError:
            continue
        if not dead and (home or where.startswith(inside)):
            found.append((int(pid), name))
    return found


def kill(processes):
    for pid, _ in processes:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Started:
    """A command that runs beside others."""

    def __init__(self, run, name, process):
        self.run, self.name, self.process = run, name, process

    def running(self):
        return self.process.poll() is None

    def wait(self):
        try:
            status = self.process.wait(self.run.left_s())
        except subprocess.TimeoutExpired:
            raise Expired(self.name + " did not end") from None
        self.run.close(self, status_of(status))
        return status_of(status)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.wait()


class Run:
    """Made for a job's body. `directory` is the working directory and HOME; it has
    the same path in every way, and what is written there is compared."""

    def __init__(self, way, place, port, seconds):
        self.way, self.port = way, port
        self.place = place
        self.directory = place + "/home"
        self.dumps = place + "/dumps." + way
        self.logs = place + "/logs"
        self.end = time.monotonic() + seconds
        self.seen = {}          # name of what is compared: bytes
        self.names = set()
        self.refusals = 0
        self.user = None
        for directory in (self.directory, self.dumps, self.logs, place + "/tmp"):
            os.mkdir(directory)
        os.chmod(self.dumps, 0o1777)
        os.chmod(place + "/tmp", 0o1777)
        self.environment = {
            "PATH": PATH, "HOME": self.directory, "TMPDIR": place + "/tmp",
            "LC_ALL": "C.UTF-8", "TERM": "dumb", "TZ": "UTC",
            "USER": "nobody", "SOURCE_DATE_EPOCH": "1700000000"}

    def left_s(self):
        return max(0.1, self.end - time.monotonic())

    # What a body calls.

    def write(self, name, content, mode=0o644):
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        return path

    def read(self, name):
        with open(os.path.join(self.directory, name), "rb") as f:
            return f.read()

    def observe(self, name, value):
        """Something else that must be the same in every way."""
        if name in self.seen:
            raise Trouble("observed twice: " + name)
        self.seen[name] = value if isinstance(value, bytes) else str(value).encode()

    def become_nobody(self):
        """For programs that refuse root: what follows runs as another user."""
        if os.geteuid() == 0:
            self.user = NOBODY
            for directory, _, files in os.walk(self.directory):
                os.chown(directory, NOBODY, NOBODY)
                for name in files:
                    os.chown(os.path.join(directory, name), NOBODY, NOBODY)

    def command(self, *argv, **more):
        """Runs to its end, recorded; returns the exit status."""
        return self.start(*argv, **more).wait()

    def bare(self, *argv, **more):
        """The same, never recorded, but compared."""
        return self.start(*argv, recorded=False, **more).wait()

    def start(self, *argv, recorded=True, before=(), name=None, stdin=None,
              environment=None):
        """Starts it. `before` stands in front of heapwise; stdin: a file's name."""
        name = self._unused(name or os.path.basename(argv[0]))
        full = {**self.environment, **(environment or {})}
        if recorded:
            argv = self._recorded(name, argv, full)
        argv = [*self._as_user(), *before, *argv]
        with open(os.path.join(self.directory, stdin) if stdin else os.devnull,
                  "rb") as given, \
             open(self._log(name, "output"), "wb") as out, \
             open(self._log(name, "messages"), "wb") as err:
            try:
                process = subprocess.Popen(argv, cwd=self.directory, env=full,
                                           stdin=given, stdout=out, stderr=err,
                                           start_new_session=True)
            except OSError as error:
                raise Trouble("%s: %s" % (argv[0], error.strerror)) from None
        return Started(self, name, process)

    def refused(self, *argv, message):
        """`heapwise record` cannot record this, and says so; it runs all the same."""
        if self.way in (EXACT, SAMPLED):
            got = subprocess.run(self._recorded("refused", argv, {}),
                                 cwd=self.directory, env=self.environment,
                                 stdin=subprocess.DEVNULL, capture_output=True,
                                 timeout=self.left_s(), check=False)
            if (got.returncode, got.stdout) != (125, b"") or \
               message.encode() not in got.stderr or got.stderr.count(b"\n") != 1:
                raise Trouble("record %s: status %d, %r" %
                              (argv[0], got.returncode, got.stderr[:200]))
            return self.bare(*argv)
        return self.command(*argv)

    def until(self, what, condition):
        """Waits for a server, say."""
        while not condition():
            if time.monotonic() > self.end:
                raise Expired(what + " was waited for in vain")
            time.sleep(0.02)

    def listens(self, started):
        """Waits until something accepts on the run's port."""
        def connects():
            if not started.running():
                raise Trouble(started.name + " ended; it said: " +
                              open(self._log(started.name, "messages"),
                                   errors="replace").read()[-300:])
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                return False
            return True
        self.until(started.name, connects)

    def says(self, started, words):
        """Waits until it said so on standard error."""
        def said():
            with open(self._log(started.name, "messages"), "rb") as f:
                return words in f.read() or not started.running()
        self.until(started.name, said)

    def close(self, started, status):
        """A command has ended: keeps what it said."""
        for kind in ("output", "messages"):
            with open(self._log(started.name, kind), "rb") as f:
                self.seen["%s %s" % (started.name, kind)] = f.read()
        self.seen[started.name + " status"] = b"%d\n" % status

    # What is left behind.

    def processes(self):
        return processes_in(self.place)

    def settle(self):
        """Waits for the job's processes and its collectors; kills what stays."""
        end = time.monotonic() + LEFT_S
        left = self.processes()
        while left and time.monotonic() < end:
            time.sleep(0.05)
            left = self.processes()
        kill(left)
        self.seen["processes left"] = " ".join(
            sorted(name for _, name in left)).encode()

    # How a command is recorded.

    def _recorded(self, name, argv, environment):
        dump = "%s/%s.hwd" % (self.dumps, name.replace(" ", "-"))
        program = self.place + "/bin/heapwise"
        if self.way == EXACT:
            return [program, "record", "-o", dump, "--", *argv]
        if self.way == SAMPLED:
            return [program, "record", "--sample", SAMPLE_BYTES, "-o", dump,
                    "--", *argv]
        if self.way == PRELOAD:
            environment["LD_PRELOAD"] = self.place + "/bin/libheapwise.so"
            environment["HEAPWISE_OUTPUT"] = dump
        return list(argv)

    def _as_user(self):
        if self.user is None:
            return []
        return ["setpriv", "--reuid=%d" % self.user, "--regid=%d" % self.user,
                "--clear-groups"]

    def _unused(self, name):
        number, candidate = 1, name
        while candidate in self.names:
            number += 1
            candidate = "%s %d" % (name, number)
        self.names.add(candidate)
        return candidate

    def _log(self, name, kind):
        return "%s/%s.%s" % (self.logs, name.replace("/", "-"), kind)
