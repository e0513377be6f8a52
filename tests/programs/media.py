# SPDX-License-Identifier: MIT
"""Pictures, sound, pages: what they make is compared byte by byte."""
from job import job, rule

PS = """%!PS
/Helvetica findfont 20 scalefont setfont
1 1 3 { /page exch def
  0 10 300 { /x exch def x 300 div 0.5 0.2 setrgbcolor
    x page 40 mul moveto x 100 add 400 lineto 2 setlinewidth stroke
    gsave x 50 add 500 translate x rotate 0 0 moveto (page) show page 10 string cvs show grestore
  } for showpage } for
"""


@job("ffmpeg", needs=["ffmpeg"], seconds=900)
def ffmpeg(run):
    quiet = ["ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-loglevel", "warning"]
    run.command(*quiet, "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=2",
                "-f", "lavfi", "-i", "sine=duration=2", "-threads", "2", "-c:v", "libx264",
                "-preset", "veryfast", "-c:a", "aac", "-flags", "+bitexact", "-fflags",
                "+bitexact", "a.mkv")
    run.command(*quiet, "-i", "a.mkv", "-vf", "scale=80:60,hflip", "-af", "volume=0.5",
                "-f", "framemd5", "-")
    run.command("ffprobe", "-hide_banner", "-loglevel", "error", "-show_streams", "a.mkv")
    run.command(*quiet, "-i", "no-such-file", "b.mkv")


@job("imagemagick", needs=["convert"], recorded="convert", seconds=600)
def imagemagick(run):
    plain = ["-define", "png:exclude-chunks=date,time"]
    run.command("convert", "-seed", "7", "-size", "320x240", "plasma:fractal", *plain,
                "a.png")
    run.command("convert", "a.png", "-resize", "200%", "-blur", "0x2", "-rotate", "30",
                "-colors", "64", *plain, "b.png")
    run.command("convert", "a.png", "-quality", "80", "c.jpg")
    run.command("identify", "-format", "%w %h %[mean] %k\\n", "a.png", "b.png")
    run.command("convert", "no-such-file.png", "d.png")


@job("gs", needs=["gs"], seconds=600, rules=[
    rule("file out.pdf", rb"/ID ?\[<[0-9A-F]+><[0-9A-F]+>\]", b"/ID", "of the time"),
    rule("file out.pdf", rb"(uuid:|D:)[-0-9a-f]+", rb"\1", "of the time")])
def gs(run):
    run.write("a.ps", PS)
    for device, out in (("png16m", "page%d.png"), ("pdfwrite", "out.pdf"),
                        ("pdfwrite", "broken.pdf")):
        run.command("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-r72",
                    "-sDEVICE=" + device, "-sOutputFile=" + out,
                    "no-such.ps" if out.startswith("broken") else "a.ps")
    run.command("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=txtwrite",
                "-sOutputFile=-", "out.pdf")
