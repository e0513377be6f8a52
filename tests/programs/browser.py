# SPDX-License-Identifier: MIT
"""chromium --headless: its zygote, sandboxes and a dozen processes. Its malloc is in the
executable, where it cannot be seen."""
from job import job, rule

PAGE = """<!doctype html><title>t</title><body><canvas id=c width=200 height=100></canvas>
<script>
let s = 0; const m = new Map();
for (let i = 0; i < 50000; i++) { m.set('k' + i % 997, { i }); s += m.size; }
for (let i = 0; i < 300; i++) { const p = document.createElement('p'); p.textContent = 'line ' + i * 7 % 100; document.body.append(p); }
const g = document.getElementById('c').getContext('2d'); g.fillStyle = 'red'; g.fillRect(5, 5, 50, 50);
document.title = s + ' ' + document.querySelectorAll('p').length + ' ' + g.getImageData(10, 10, 1, 1).data;
</script>
"""


@job("chromium", needs=["chromium"], seconds=900, rules=[
    rule("* messages", rb"(?m)^\[\d+:\d+:\d{4}/\d{6}\.\d+:.*\n", b"",
         "log lines: pids, times, what the machine lacks, in any order", rare=True),
    rule("* messages", rb"(?m)^(/usr/bin/chromium: \d+: \[:) \d+:", rb"\1 N:",
         "its start script prints how much memory is free", rare=True),
    rule("file page.pdf", rb"Date \(D:.*\)", b"Date", "its date")], recorded=None,
     ignored={".config": "its profile", ".cache": "its caches", ".local": "its certificates",
              ".pki": "its certificates", "profile*": "its profile"})
def chromium(run):
    run.write("page.html", PAGE)
    for number, what in enumerate((["--dump-dom"], ["--screenshot=shot.png"],
                                   ["--print-to-pdf=page.pdf", "--no-pdf-header-footer"])):
        run.command("chromium", "--headless", "--no-sandbox", "--disable-gpu",
                    "--user-data-dir=%s/profile%d" % (run.directory, number),
                    "--window-size=400,300", *what,
                    "file://%s/page.html" % run.directory)
