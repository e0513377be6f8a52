#!/bin/bash
# SPDX-License-Identifier: MIT
# Baselines: what `export --format=json` wrote stands in place of a dump, and
# diff says the same of it.
. "$(dirname "$0")/lib.sh"
"$heapwise" record -o a.hwd -- "$samples/leaks" >/dev/null
"$heapwise" record -o b.hwd -- "$samples/leaks" >/dev/null
"$heapwise" record -o c.hwd -- "$samples/operators" >/dev/null
for seed in 1 2 3; do
	HEAPWISE_SEED=$seed "$heapwise" record --sample 4K -o s$seed.hwd \
		-- "$samples/mixed" >/dev/null
done
for seed in 1 2; do
	HEAPWISE_SEED=$seed "$heapwise" record --sample 16 -o t$seed.hwd \
		-- "$samples/operators" >/dev/null
done
"$heapwise" record -o x.hwd -- "$samples/mixed" >/dev/null
for dump in *.hwd; do
	"$heapwise" export --format=json -o "${dump%.hwd}.json" "$dump" \
		2>/dev/null
	gzip -k "${dump%.hwd}.json"
done

# Rows by what they are, without what stands for the run; figures of exact dumps
# are the same, those of samples as far as they are written.
cat >same.py <<'END'
import json, sys

def flat(value, path=""):
    if isinstance(value, dict):
        for key in value:
            if key != "id":
                yield from flat(value[key], path + "." + key)
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from flat(one, "%s[%d]" % (path, i))
    else:
        yield path, value

def read(path):
    told = json.load(open(path))
    for side in ("old", "new"):
        del told[side]
    told["sites"].sort(key=lambda row: (row["kind"], str(row["name"]),
        json.dumps(row["frames"]), round(row["old"]["bytes_allocated"], -2)))
    return dict(flat(told))

def alike(x, y):
    numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool)
                  for v in (x, y))
    return x == y or numbers and abs(x - y) <= 1e-6 + 1e-6 * abs(x)

a, b = map(read, sys.argv[1:])
wrong = [(k, a.get(k), b.get(k)) for k in sorted(set(a) | set(b))
         if k not in a or k not in b or not alike(a[k], b[k])]
for one in wrong[:5]:
    print(*one)
sys.exit(bool(wrong) or ".sites[0].kind" not in a)
END

# alike OPTIONS DUMP...: the same with any of the dumps in JSON.
alike() {
	local options=$1 way words word
	shift
	"$heapwise" diff --json $options "$@" >dumps.out 2>/dev/null
	for way in first last all gz; do
		words=()
		for word in "$@"; do
			case $way,$word in
			first,"$1" | all,*.hwd | last,"${!#}")
				word=${word%.hwd}.json ;;
			gz,*.hwd) word=${word%.hwd}.json.gz ;;
			esac
			words+=("$word")
		done
		"$heapwise" diff --json $options "${words[@]}" >json.out 2>err
		holds "diff $options ${words[*]}" $python same.py dumps.out \
			json.out
	done
}
alike "" a.hwd b.hwd
alike "--force --fail-on=calls>+5% --fail-on=site:main:bytes>+0" a.hwd c.hwd
alike "" s1.hwd s2.hwd
alike "" t1.hwd t2.hwd
alike "" x.hwd s2.hwd
alike "" s1.hwd x.hwd
alike "--normalize=allocations --floor=0" t1.hwd c.hwd
alike "" s1.hwd s2.hwd -- s3.hwd x.hwd
alike "--force" a.hwd b.hwd -- c.hwd t1.hwd

# By another view, and of a part, what was written by the same.
for options in --by=function --by=file --by=line --by=module --by=size \
	--at=peak "--from=0 --to=0.001" "--focus=main --ignore=nobody" \
	--temporary=2; do
	for dump in a c t1; do
		"$heapwise" report --json $options $dump.hwd >$dump.part.json \
			2>/dev/null
	done
	for pair in a,c t1,c; do
		old=${pair%,*} new=${pair#*,}
		"$heapwise" diff --json --force $options $old.hwd $new.hwd \
			>dumps.out 2>/dev/null
		"$heapwise" diff --json --force $options $old.part.json \
			$new.part.json >json.out 2>/dev/null
		holds "$options of $old and $new" $python same.py dumps.out \
			json.out
	done
done

# What does not go together, is not whole, or is something else.
"$heapwise" report --json --limit=1 c.hwd >limited.json 2>/dev/null
"$heapwise" report --json a.hwd b.hwd >two.json 2>/dev/null
"$heapwise" export --signals --format=json -o signals.json a.hwd 2>/dev/null
head -c 3000 c.json >cut.json
head -c 400 c.json.gz >cut.json.gz
sed 's/"frees":/"freed":/' c.json >renamed.json
jq -S . c.json >sorted.json
jq '{sites} + .' c.json >early.json
refused() {
	local said=$1
	shift
	"$heapwise" diff "$@" >out 2>err
	is "diff $*: status" "$?" 2
	is "one line" "$(wc -l <err)" 1
	holds "it says '$said'" grep -qF -e "$said" err
}
refused "c.json: by: it is by site" --by=function c.json c.hwd
refused "c.json: at: made with another --at" --at=peak c.json c.hwd
refused "c.json: window: made with another" --from=0.1 c.json c.hwd
refused "c.json: filter: made with another" --focus=x c.json c.hwd
refused "c.json: by: of threads" --by=thread c.json c.hwd
refused "limited.json: site_count: not the number" limited.json c.hwd
refused "two.json: reports: it has several" two.json a.hwd
refused "signals.json: format_version: missing" a.hwd signals.json
refused "cut.json: line " cut.json c.hwd
refused "cut.json.gz: " cut.json.gz c.hwd
refused "renamed.json: sites[0].frees: missing" renamed.json c.hwd
refused "early.json: format_version: missing" early.json c.hwd
refused "not the same program; --force" a.json c.hwd

# A program whose name is not UTF-8.
mixed=$'mi\xffxed'
cp "$samples/mixed" "$mixed"
"$heapwise" record -o odd.hwd -- "./$mixed" >/dev/null
"$heapwise" export --format=json -o odd.json odd.hwd
for pair in "odd.hwd odd.json" "odd.json odd.hwd"; do
	is "a name that is not UTF-8: $pair" "$("$heapwise" diff --json $pair |
		jq -c '[(.sites | length > 0), .changed_count,
		all(.sites[]; .kind == "same")]')" '[true,0,true]'
done
refused "not the same program; --force" odd.json c.hwd
holds "the order of keys is another's, as of jq -S" \
	"$heapwise" diff sorted.json c.hwd
finish
