#!/bin/bash
# SPDX-License-Identifier: MIT
# What diff writes for other tools: folded pairs against the two exports, by
# flamegraph.pl's rules; profiles of differences against go tool pprof's own
# subtraction; tables of Markdown whatever is in a name.
. "$(dirname "$0")/lib.sh"
export HOME=$work PPROF_TMPDIR=$work PPROF_BINARY_PATH=/nowhere
go=
[ -z "$(go tool -n pprof 2>/dev/null)" ] || go=yes
checks() { $python -B "$root/tests/e2e/diff_formats.py" "$@" ||
	failures=$((failures + 1)); }
pprof() { timeout 100 go tool pprof "$@" 2>pprof.err; }
recorded() { "$heapwise" record -o "$1" -- "$2" || fails "record $2"; }

# Names are the same on both sides of these; what changed is in their comments.
for name in more removed leak_added containers_grown; do
	echo "# $name"
	for side in old new; do
		recorded $side.hwd "$samples/diff/$side/$name"
		for metric in allocations bytes leaked; do
			"$heapwise" export --format=folded --metric=$metric \
				-o $side.$metric $side.hwd
		done
		"$heapwise" export --format=pprof -o $side.pb.gz $side.hwd
	done
	"$heapwise" diff --json old.hwd new.hwd >diff.json
	for pair in allocations:calls:allocations \
		bytes:bytes:bytes_allocated leaked:leaked:leaked_bytes; do
		IFS=: read -r export metric key <<<"$pair"
		"$heapwise" diff --format=folded --metric=$metric old.hwd \
			new.hwd >diff.folded
		checks json diff.json $key diff.folded
		# Other optimisation, other inlined calls: other stacks.
		[ $name = containers_grown ] ||
			[ ! -s diff.folded -a ! -s old.$export ] ||
			checks folded diff.folded old.$export new.$export
	done
	"$heapwise" diff --format=markdown old.hwd new.hwd >diff.md
	checks table diff.md
	[ -n "$go" ] || { skip "no go tool pprof"; continue; }
	"$heapwise" diff --format=pprof old.hwd new.hwd >diff.pb.gz ||
		fails "diff --format=pprof"
	for type in alloc_objects alloc_space inuse_objects inuse_space; do
		pprof -top -unit=B -nodecount=1000 -sample_index=$type \
			-diff_base old.pb.gz new.pb.gz >base.top
		pprof -top -unit=B -nodecount=1000 -sample_index=$type \
			diff.pb.gz >diff.top
		is "$name: pprof complains of nothing" "$(cat pprof.err)" ""
		is "$name $type: of the same total" \
			"$(sed -n 's/^Showing.* of//p' diff.top)" \
			"$(sed -n 's/^Showing.* of//p' base.top)"
		grep -Eq '^ *-?[0-9]+B? +[0-9]' base.top || continue
		# Matched rows bear the new side's names, of inlined calls too.
		[ $name = containers_grown ] || checks top diff.top base.top
	done
done

# The figures of pprof's subtraction are ours.
if [ -n "$go" ]; then
	for side in old new; do
		recorded $side.hwd "$samples/diff/$side/more"
		"$heapwise" export --format=pprof -o $side.pb.gz $side.hwd
	done
	pprof -top -unit=B -sample_index=alloc_space -base old.pb.gz \
		new.pb.gz >base.top
	"$heapwise" diff --json old.hwd new.hwd >diff.json
	is "pprof -base: token" \
		"$(awk '$6 == "token" { print $1 }' base.top)" \
		"$(jq '[.sites[] | select(.frames[0].function == "token")][0] |
			.new.bytes_allocated - .old.bytes_allocated' \
			diff.json)B"
fi

# A name that would break a table, a folded line and a terminal.
cat >names.cc <<'END'
#include <cstdlib>
struct Set {};
#define KEEP(p) asm volatile("" : : "r"(p) : "memory")
__attribute__((noinline)) void *operator|(Set, Set)
{
	void *p = malloc(1000);
	KEEP(p);
	return p;
}
int main(int argc, char **)
{
	for (int i = 0; i < 100 * argc; i++)
		free(Set() | Set());
}
END
if ${CXX:-g++} -g -O1 -o 'a|b`c' names.cc; then
	"$heapwise" record -o old.hwd -- './a|b`c'
	"$heapwise" record -o new.hwd -- './a|b`c' 2 3
	"$heapwise" diff --format=markdown old.hwd new.hwd >diff.md
	checks table diff.md
	holds "markdown: a name with a |" grep -qF '`operator\|(Set, Set)' diff.md
	holds "markdown: a program with a quote" grep -qF '``a\|b`c``' diff.md
fi

# Nothing changed.
"$heapwise" diff --format=markdown old.hwd old.hwd >diff.md
holds "markdown: nothing changed" grep -q 'no allocation site changed' diff.md
is "markdown: then there is one table" "$(grep -c '^|:--' diff.md)" 1
finish
