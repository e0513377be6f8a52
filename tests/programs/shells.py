# SPDX-License-Identifier: MIT
"""Shells: functions, pipes, subshells, traps, arrays, redirections, jobs."""
from job import script

script("bash", r"""
f() { local i; for i in {1..20}; do x=$(echo $i | tr 1 2); done; echo "$x"; }
f; declare -A a; for i in {1..500}; do a[$i]=$((i*i)); done; echo "${#a[@]}"
echo one | cat | (read -r v; echo "$v"); (exit 3); echo $?
coproc up { tr a-z A-Z; }
echo words >&"${up[1]}"; exec {up[1]}>&-; cat <&"${up[0]}"; wait
trap 'echo usr1' USR1; kill -USR1 $$; trap 'echo bye' EXIT
for i in 1 2 3; do (sleep 0.0$i; echo $i >job$i) & done; wait; cat job?
s=; for i in {1..3000}; do s+="$i "; done; echo "${s//1/one}" | cksum
mapfile -t lines < <(seq 1000); printf '%s\n' "${lines[@]:990}"
[[ abc123 =~ ([a-z]+)([0-9]+) ]] && echo "${BASH_REMATCH[2]}"
echo complaint >&2; no-such-command; exit 7
""", quick=True)

script("dash", r"""
i=0; while [ $i -lt 3000 ]; do i=$((i+1)); v="$v$i"; done; echo ${#v}
for f in a b c; do echo $f >$f.txt; done; cat *.txt | sort -r
( trap 'echo term; exit 4' TERM; kill -TERM $(sh -c 'echo $PPID') ); echo $?
ls | while read -r name; do echo "<$name>"; done
cat <<END | sed s/x/y/
xxx $i
END
sh -c 'kill -SEGV $$'; echo $?; no-such-command; false
""", shell="dash", quick=True)
