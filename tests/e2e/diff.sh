#!/bin/bash
# SPDX-License-Identifier: MIT
# heapwise diff on samples: its figures are those of report, sums are kept in
# every view, what changed and what did not, and what cannot be compared.
. "$(dirname "$0")/lib.sh"

record() { # NAME COMMAND...
	local name=$1
	shift
	"$heapwise" record "${options[@]}" -o "$name.hwd" -- "$@" >/dev/null
}

options=()
record leaks1 "$samples/leaks"
record leaks2 "$samples/leaks"
record one "$samples/mixed" 1
record two "$samples/mixed" 2
record phases "$samples/phases"
for i in 1 2 3 4; do
	record "a$i" "$samples/mixed" 1
	record "b$i" "$samples/mixed" 2
done
options=(--sample 64K)
export HEAPWISE_SEED
for seed in 1 2 3; do
	HEAPWISE_SEED=$seed record "sampled$seed" "$samples/mixed" 4
done
unset HEAPWISE_SEED

# What report says of each side, by site: an independent way to the figures.
cat >agree.py <<'END'
import json, subprocess, sys
heapwise, old, new, *options = sys.argv[1:]
def run(*words):
    return json.loads(subprocess.check_output([heapwise, *words, "--json"]))
diff = run("diff", *options, old, new)
keys = ["allocations", "frees", "bytes_allocated", "peak_bytes", "leaked_bytes",
        "leaked_blocks", "temporary", "at_peak_bytes"]
for side, path in ("old", old), ("new", new):
    report = run("report", *options, path)
    for key in keys:
        assert diff["totals"][side][key] == report["totals"][key], (side, key)
        if key not in ("peak_bytes",):
            assert sum(s[side][key] for s in diff["sites"]) == \
                sum(s[key] for s in report["sites"]), (side, key, options)
    if not options:
        rows = {s["id"]: s for s in report["sites"]}
        for site in diff["sites"]:
            if site["kind"] == ("new" if side == "old" else "gone"):
                assert all(site[side][key] == 0 for key in keys)
                continue
            row = rows.pop(site["id"])
            assert all(site[side][key] == row[key] for key in keys), site
            names = [(f["function"], f["line"]) for f in row["frames"]]
            assert names == [(f["function"], f["line"])
                             for f in site["frames"]], site
        assert not rows, rows
for site in diff["sites"] + [diff["totals"]]:
    for change in site["changes"].values():
        assert change["delta"] == change["new"] - change["old"]
END
for pair in "leaks1 leaks2" "one two"; do
	set -- $pair
	for by in "" function file line module thread size; do
		holds "$pair${by:+ by $by}: report's figures, and their sums" \
			$python agree.py "$heapwise" "$1.hwd" "$2.hwd" ${by:+--by=$by}
	done
done

"$heapwise" diff --json one.hwd two.hwd >d.json
is "one site changed" "$(json .changed_count d.json)" 1
is "where" "$(json '.sites[0].frames | any(.function == "mix")' d.json)" true
is "how much" "$(json '.sites[0].changes.calls |
	[.old, .new, .delta, .relative, .significant, .test] | tostring' d.json)" \
	'[1000,2000,1000,1,true,"exact"]'
is "matched" "$(json '.sites[0].kind' d.json)" same
is "JSON is the documented one" "$(jq -c '[has("totals"), has("sites"),
	(.totals | has("old") and has("new")), .failed,
	(.sites | all(has("id") and has("frames") and has("old") and
		      has("new") and has("significant")))]' d.json)" \
	'[true,true,true,[],true]'
"$heapwise" diff --json two.hwd one.hwd >back.json
is "and back" "$(json '.sites[0].changes.calls.delta' back.json)" -1000
"$heapwise" diff leaks1.hwd leaks2.hwd >same.txt
is "nothing changed: one line says so" \
	"$(grep -c '^Nothing changed' same.txt)" 1
is "--normalize" "$("$heapwise" diff --normalize=allocations --json one.hwd \
	two.hwd | jq -c '[.scale, .totals.changes.calls.delta]')" '[0.5,0]'
is "--normalize by a factor" "$("$heapwise" diff --normalize=0.25 --json \
	one.hwd two.hwd | jq -c '[.scale, .totals.changes.calls.delta]')" \
	'[0.25,-500]'
is "--at" "$("$heapwise" diff --at=peak --json phases.hwd phases.hwd |
	jq -c '[.metrics, .totals.changes.leaked.new]')" \
	'[["leaked","leaked-blocks"],12800]'
is "--focus" "$("$heapwise" diff --focus=second --json phases.hwd phases.hwd |
	jq -c '[(.sites | length), .totals.old.allocations]')" '[1,50]'
for width in 80 120; do
	COLUMNS=$width "$heapwise" diff one.hwd two.hwd >text
	is "$width columns" \
		"$(awk -v most=$width 'length > most' text | wc -l)" 0
done
holds "a person sees what grew" grep -q '^Grown' text
holds "and where" grep -q '^ *mix .*samples/mixed.c:' text

# The same code, once without its names.
mkdir plain bare
cp "$samples/mixed" plain/ && cp "$samples/mixed" bare/ && strip bare/mixed
options=()
record plain plain/mixed 1
record bare bare/mixed 1
is "stripped: the same sites" "$("$heapwise" diff --json plain.hwd bare.hwd |
	jq -c '[.changed_count, all(.sites[]; .kind == "same")]')" '[0,true]'

# Several runs a side.
"$heapwise" diff --json a?.hwd -- b?.hwd >runs.json
is "four and four" "$(jq -c '[(.old | length), (.new | length),
	.changed_count, .sites[0].old.allocations,
	.sites[0].new.allocations]' runs.json)" '[4,4,1,1000,2000]'
"$heapwise" diff --json a1.hwd a2.hwd b1.hwd -- b2.hwd a3.hwd b3.hwd >noisy.json
is "three and three that vary: too few" "$(jq -c '[.changed_count,
	.too_few_runs, .sites[0].changes.calls.test,
	.sites[0].old.allocations, .sites[0].new.allocations]' noisy.json)" \
	'[0,true,"ranks",1000,2000]'
"$heapwise" diff a1.hwd a2.hwd b1.hwd -- b2.hwd a3.hwd b3.hwd >noisy.txt
holds "which is said" grep -q "Too few runs" noisy.txt

# Samples.
"$heapwise" diff --json sampled1.hwd sampled2.hwd >s.json
is "samples of one program: no change" "$(jq -c '[.changed_count,
	.totals.changes.bytes.test]' s.json)" '[0,"samples"]'
holds "the interval of a change" jq -e '.totals.changes.bytes |
	.low < .delta and .delta < .high' s.json
"$heapwise" diff --json two.hwd sampled3.hwd >mixed.json
is "an exact one against a sample of twice as much" \
	"$(jq -c '.totals.changes.bytes | [.significant, .test]' mixed.json)" \
	'[true,"samples"]'
"$heapwise" diff two.hwd sampled3.hwd >mixed.txt
holds "which is said, too" grep -q "Some runs are samples" mixed.txt

"$heapwise" diff --json --floor=0 one.hwd sampled1.hwd >unlike.json
is "peaks of an exact one and a sample are not judged" "$(jq -c \
	'[.totals, .sites[]] | map(.changes.peak | [.test, .significant]) |
	unique' unlike.json)" '[[null,false]]'

# Conditions.
status() { # NAME WANTED OPTION...
	local name=$1 wanted=$2
	shift 2
	"$heapwise" diff "$@" >status.txt 2>&1
	is "$name: status" $? "$wanted"
}
status "a condition that does not hold" 0 --fail-on 'calls>+100%' one.hwd two.hwd
status "one that does" 1 --fail-on 'calls>+99.9%' one.hwd two.hwd
holds "and is shown" grep -q '^FAILED calls>+99.9%: 1,000 -> 2,000' status.txt
status "of a site" 1 --fail-on 'site:^mix$:bytes>+1MiB' one.hwd two.hwd
status "of no site" 0 --fail-on 'site:^nix$:bytes>+1MiB' one.hwd two.hwd
status "no condition at all" 2 --fail-on 'calls+1' one.hwd two.hwd
printf '# limits\ncalls > +5%%  # why not\n' >budget
status "a budget" 1 --budget budget one.hwd two.hwd
holds "with its note" grep -q 'why not' status.txt
status "a budget that is kept" 0 --budget budget leaks1.hwd leaks2.hwd
printf 'calls > +5%%\n\nbytes ? 3\n' >budget
status "a wrong budget" 2 --budget budget one.hwd two.hwd
holds "and in which line" grep -q 'line 3' status.txt

# What cannot be compared.
status "different programs" 2 leaks1.hwd one.hwd
holds "are named" grep -q 'leaks.*mixed.*not the same program' status.txt
status "which can be forced" 0 --force leaks1.hwd one.hwd
: >empty.hwd
status "an empty dump" 2 one.hwd empty.hwd
status "no dump" 2 one.hwd none.hwd
status "one dump" 2 one.hwd
status "three dumps" 2 one.hwd two.hwd one.hwd
status "nothing behind --" 2 one.hwd --
status "a dump twice" 0 one.hwd one.hwd
holds "which is said" grep -q "are one recording" status.txt
cp a1.hwd copy.hwd
ln -s a2.hwd link.hwd
"$heapwise" export --format=json -o a3.json a3.hwd
for pair in "a1.hwd a1.hwd" "a1.hwd copy.hwd" "a2.hwd link.hwd" \
	"a3.hwd a3.json"; do
	status "of several runs one twice, $pair" 2 a4.hwd $pair -- b?.hwd
	is "$pair: both are named" "$(cat status.txt)" \
		"heapwise: ${pair/ / and } are one recording; give each once"
done
status "on both sides" 2 a1.hwd a2.hwd -- b1.hwd copy.hwd
status "one against several" 2 a1.hwd -- a1.hwd a2.hwd
status "a dump and its copy" 0 a1.hwd copy.hwd
head -c $(($(stat -c %s two.hwd) * 9 / 10)) two.hwd >cut.hwd
status "a damaged one" 0 one.hwd cut.hwd
holds "has no end, or is damaged" grep -Eq "has no end|is damaged" status.txt

# Events that are missing might decide: no pass.
unjudged() { # NAME CONDITION OLD NEW WHY
	status "$1" 2 --fail-on "$2" "$3" "$4"
	holds "$1: it says why" grep -qxF "NOT JUDGED $2: $5" status.txt
}
head -c $(($(stat -c %s two.hwd) / 2)) two.hwd >half.hwd
unjudged "a cut one" 'calls>+200%' one.hwd half.hwd "half.hwd is damaged"
holds "on standard error, too" grep -qx \
	'heapwise: 1 condition could not be judged: events are missing' status.txt
unjudged "of a site" 'site:^mix$:calls>+200%' one.hwd half.hwd \
	"half.hwd is damaged"
unjudged "what is live at the cut" 'leaked>0' one.hwd half.hwd \
	"half.hwd is damaged"
unjudged "too few, perhaps because it is cut" 'calls<1000000' one.hwd half.hwd \
	"half.hwd is damaged"
status "calls that there are for certain" 1 --fail-on 'calls>0' one.hwd half.hwd
status "and of a site" 1 --fail-on 'site:^mix$:calls>0' one.hwd half.hwd
status "at least as many" 0 --fail-on 'calls<1' one.hwd half.hwd
unjudged "a cut old one" 'calls>+0' half.hwd two.hwd "half.hwd is damaged"
status "of what is new alone" 0 --fail-on 'calls>1000000' half.hwd two.hwd
status "without conditions" 0 half.hwd two.hwd
"$heapwise" export --format=json -o one.json one.hwd
jq '.lost_events = 1200' one.json >lost.json
unjudged "one that lost events" 'peak>+900%' two.hwd lost.json \
	"lost.json lost 1,200 events"
unjudged "with lost frees blocks seem to leak" 'leaked<1' two.hwd lost.json \
	"lost.json lost 1,200 events"
printf 'calls > +900%%\n' >budget
status "a budget" 2 --budget budget --json one.hwd half.hwd
is "in JSON" "$("$heapwise" diff --budget budget --json one.hwd half.hwd \
	2>/dev/null | jq -r '.unjudged[]')" \
	"calls > +900%: half.hwd is damaged"
status "a plain pass is one" 0 --fail-on 'calls>+900%' one.hwd two.hwd

for wrong in --metric=size --sort=size --by=none --floor=x --normalize=0 \
	--normalize=-1 --normalize=1e308 --normalize=1e-10 --normalize=nan \
	--from=1e308 --format=none --limit=x --frames=x --at=x; do
	status "$wrong" 2 "$wrong" one.hwd two.hwd
done
finish
