# SPDX-License-Identifier: MIT
"""coreutils and others that read text and files."""
import inputs
from job import job, script

TOOLS = r"""
sort -k2,2n -k3 data >sorted; sort -R --random-source=data data | cksum
sort --parallel=2 -S 1M -r data | md5sum; sha256sum data sorted; cksum data
cut -d' ' -f2 data | sort -n | uniq -c | sort -rn | head -n 5
split -l 5000 data part.; wc part.*; cat part.* | cmp - data && echo same
paste data sorted | tail -n 2; comm -12 <(cut -d' ' -f1 data | sort) <(seq 9 | sort)
join <(sort data) <(sort sorted) | wc; tac data | head -n 2; nl data | tail -n 1
tr a-z A-Z <data | od -c | tail -n 3; fold -w 20 data | wc; expand data | wc
mkdir -p d/e/f; cp -r d copy; mv copy moved; ln -s data link; ln data hard
chmod 640 hard; touch -d 2020-01-01 old; ls -R; ls -l --time-style=long-iso old | cut -c1-10
stat -c '%n %s %a' data link; du -a d | wc -l; df . | wc -l; rm -r moved
date -u -d @86400; seq -s, 20; factor 360360 97; expr 7 \* 6; numfmt --to=iec 123456789
base64 data | base64 -d | cmp - data; env | grep -c HOME; printf '%05d\n' 42
timeout 5 true; timeout 0.1 sleep 5; echo $?; nohup true; tsort <<<'a b b c'
shuf -i 1-100 --random-source=data | cksum; dd if=data bs=1k count=3 status=none | wc -c
ls no-such-file; cat no-such-file; mkdir d; echo $?; test -e data; exit 5
"""


@job("coreutils", needs=["sort"], recorded="sort", quick=True, kills=True) # timeout
def coreutils(run):
    run.write("data", inputs.table(20000))
    run.write("script", TOOLS)
    run.command("bash", "script", name="coreutils")


def on_table(name, *argv, **more):
    @job(name, needs=[argv[0]], recorded=argv[0], **more)
    def body(run):
        run.write("data", inputs.table(20000))
        run.command(*argv, name=name)


on_table("sed", "sed", "-n", r"s/line\([0-9]*\)/<\1>/gp;$w last", "data", quick=True)
on_table("gawk", "gawk", '{ a[$3] += $2; b[$2 % 50] = b[$2 % 50] $1 } END {'
         ' n = asorti(a, c); for (i = 1; i <= n; i++) print c[i], a[c[i]];'
         ' for (i in b) l += length(b[i]); print l; "echo cmd" | getline x; print x;'
         ' print gensub(/(l)(i)/, "\\\\2\\\\1", "g", c[1]) > "out.txt" }', "data",
         quick=True)
on_table("grep", "grep", "-c", "-E", "(7|8)+ line1[0-2]?$", "data", quick=True)

script("find", r"""
mkdir -p a/b/c a/d; for i in $(seq 100); do echo $i >a/b/$i; done
find a -name '1*' -newer script -o -type d | sort | cksum
find a -type f -print0 | xargs -0 -n 50 -P 2 cat | sort -n | cksum
find a -name '5*' -exec sh -c 'echo "$1"' x {} \; | sort; find nowhere
""", quick=True)

script("tar", r"""
mkdir a; seq 50000 >a/numbers; seq 100 >a/few; ln -s few a/link
tar --sort=name --mtime=@0 -czf a.tar.gz a; tar tvf a.tar.gz | cut -c1-10; mkdir out
tar xzf a.tar.gz -C out; diff -r a out/a && echo same; gzip -c a/numbers | gunzip | cksum
head -c 300 a.tar.gz | tar tz; echo $?
""", quick=True, needs=("tar", "gzip"))

script("ldd", "ldd /bin/ls | grep -o 'libc.so.6 => [^ ]*'; ldd script; echo $?\n",
       recorded=None, quick=True)
