# SPDX-License-Identifier: MIT
"""apt-get and systemd-analyze."""
from job import job, rule

UNIT = """[Unit]
Description=something
[Service]
ExecStart=/bin/true
Restart=sometimes
[Install]
WantedBy=multi-user.target
"""


@job("apt-get", needs=["apt-get", "apt-cache"], recorded="apt-", seconds=600,
     ignored={"cache": "its caches"})
def apt_get(run):
    run.write("cache/archives/partial/.keep", "")
    cache = ["-o", "Dir::Cache=%s/cache" % run.directory, "-o", "Debug::NoLocking=1"]
    run.command("apt-get", *cache, "--simulate", "install", "nethack-console", "mutt-")
    run.command("apt-get", *cache, "--simulate", "autoremove")
    run.command("apt-get", *cache, "--simulate", "install", "no-such-package")
    run.command("apt-cache", *cache, "depends", "bash")


@job("systemd-analyze", needs=["systemd-analyze"], recorded="systemd-analyze")
def systemd_analyze(run):
    run.write("a.service", UNIT)
    run.command("systemd-analyze", "calendar", "--base-time=2020-02-27 00:00:00",
                "--iterations=9", "Mon,Fri *-02-29 12:30:00", name="calendar")
    run.command("systemd-analyze", "timespan", "3month 2w 5h 7s", name="timespan")
    run.command("systemd-analyze", "security", "--offline=yes", "--no-pager",
                run.directory + "/a.service", name="security")
    run.command("systemd-analyze", "syscall-filter", "@io-event", name="filter")
    run.command("systemd-analyze", "verify", "--man=no", run.directory + "/a.service",
                name="verify")
