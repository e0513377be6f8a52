# SPDX-License-Identifier: MIT
"""vim -es and tmux."""
import subprocess

import inputs
from job import job


@job("vim", needs=["vim"], quick=True)
def vim(run):
    run.write("data", inputs.table(3000))
    run.command("vim", "-es", "-u", "NONE", "-i", "NONE", "-c", "%s/line/word/g",
                "-c", "sort n", "-c", "g/77/d", "-c", "call append(0, string(range(50)))",
                "-c", "1,5p", "-c", "w! other", "-c", "cq", "data")


@job("tmux", needs=["tmux"], recorded="tmux", ignored={"socket": "a socket"})
def tmux(run):
    at = ["tmux", "-S", run.directory + "/socket", "-f", "/dev/null"]

    def screen(words):
        return lambda: words in subprocess.run(
            [*at, "capture-pane", "-p"], env=run.environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=False).stdout

    run.command(*at, "new-session", "-d", "-x", "80", "-y", "20", "-s", "one",
                "env -i PS1='$ ' PATH=$PATH dash -i", name="server")
    run.until("a prompt", screen(b"$"))
    run.bare(*at, "send-keys", "seq 5; echo do''ne", "Enter", name="keys")
    run.until("the keys", screen(b"\ndone"))
    run.bare(*at, "split-window", "-d", "sleep 100", name="split")
    for window in range(5):
        run.bare(*at, "new-window", "-d", "seq %d 900; sleep 100" % window)
    run.bare(*at, "list-windows", "-F", "#{window_index} #{window_layout}", name="list")
    run.command(*at, "capture-pane", "-p", name="capture")
    run.command(*at, "kill-server", name="kill")
