#!/bin/bash
# SPDX-License-Identifier: MIT
# heapwise diff where lines moved, where only the code is compared, and which
# advice it calls new and gone.
. "$(dirname "$0")/lib.sh"
CC=${CC:-gcc}
flags=(-g -O1 -fno-optimize-sibling-calls)

cat >before.c <<'END'
#include <stdlib.h>
__attribute__((noinline)) static void *one(void)
{
	return malloc(10);
}
__attribute__((noinline)) static void *other(int both)
{
	if (both)
		return malloc(20);
	return malloc(20);
}
int main(int argc, char **argv)
{
	for (int i = 0; i < 100; i++) {
		free(one());
		free(other(argc > 1));
	}
	return argv == NULL;
}
END
# Lines are added above and between; the second function is called twice as often.
sed -e 's/^int main/\n\n&/' -e '1s/$/\n\/* moved\n * down *\//' \
	-e 's/^\t\tfree(other.*/&\n\t\tfree(other(argc > 1));/' before.c >after.c
mkdir old new
cp before.c old/moved.c
cp after.c new/moved.c
build() { # NAME FLAG...
	local name=$1 side
	shift
	for side in old new; do
		(cd $side && "$CC" "${flags[@]}" "$@" -o "$name" moved.c) || exit 1
	done
}
record() { # NAME DIRECTORY COMMAND...
	local name=$1 directory=$2
	shift 2
	(cd "$directory" && "$heapwise" record -o "../$name.hwd" -- "$@" >/dev/null)
}
build with
build without -Wl,--build-id=none
for name in with without; do
	record "old-$name" old ./$name
	record "new-$name" new ./$name
	record "again-$name" old ./$name
done
record argument old ./with argument

# By line.
"$heapwise" diff --json --by=line old-with.hwd new-with.hwd >line.json
is "moved lines are matched by function" "$(jq -c '[.sites[] |
	[.name, .kind, .changes.calls.old, .changes.calls.new]] | sort' \
	line.json)" \
	'[["moved.c:12","moved",100,200],["moved.c:6","moved",100,100]]'
is "so are stacks" "$(jq -c '[.sites[] |
	[.frames[0].function, .kind, .changes.calls.delta]] | sort' \
	<("$heapwise" diff --json old-with.hwd new-with.hwd))" \
	'[["one","moved",0],["other","moved",0],["other","new",100]]'

# By code, and by names where there is no build ID.
for name in with without; do
	is "nothing changed, $name build ID" "$("$heapwise" diff --json \
		old-$name.hwd again-$name.hwd |
		jq -c '[.changed_count, ([.sites[].kind] | unique)]')" \
		'[0,["same"]]'
done
rows='[.sites[] | [.frames[0].function, (.frames | length), .old, .new]] | sort'
same "names find what code finds" \
	<("$heapwise" diff --json old-with.hwd again-with.hwd | jq -S "$rows") \
	<("$heapwise" diff --json old-without.hwd again-without.hwd |
		jq -S "$rows")
# One build, another line of one function: it is another place.
is "of one build other code is another site" "$("$heapwise" diff --json \
	old-with.hwd argument.hwd |
	jq -c '[.sites[] | [.frames[0].line, .kind]] | sort')" \
	'[[4,"same"],[9,"new"],[10,"gone"]]'
# Conditions of sites are tried on rows that nobody had to name.
"$heapwise" diff --fail-on='site:^one$:calls>99' old-with.hwd again-with.hwd >failed.txt
holds "a condition names what it holds for" grep -q "in one, moved.c:4" failed.txt

# Advice.
advised=$root/samples/advice/hoist/lz_blocks.c
"$CC" -O2 -g -o old/lz "$advised" || exit 1
"$CC" -O2 -g -DFIXED -o new/lz "$advised" || exit 1
record lz old ./lz
record fixed new ./lz
HEAPWISE_SEED=1 "$heapwise" record --sample 16K -o sampled.hwd old/lz >/dev/null
change() { # OLD NEW
	"$heapwise" diff --advice --json "$1.hwd" "$2.hwd" | jq -c '.advice |
		[.compared, ([.new, .gone] |
		map(map([.detector, .function, .on_both_sides])))]'
}
found='[["hoist","compress_record",false]]'
is "followed, advice is gone" "$(change lz fixed)" "[true,[[],$found]]"
is "the other way about it is new" "$(change fixed lz)" "[true,[$found,[]]]"
is "of one program none" "$(change lz lz)" "[true,[[],[]]]"
is "a sample is not compared with all" "$(change lz sampled)" "[false,[[],[]]]"
is "without --advice" "$("$heapwise" diff --json lz.hwd fixed.hwd |
	jq .advice)" null
"$heapwise" advise --json lz.hwd >lz.json
keys='{id, detector, saved_calls, saved_bytes}'
same "it is what advise says" \
	<("$heapwise" diff --advice --json lz.hwd fixed.hwd |
		jq -S ".advice.gone[] | $keys") \
	<(jq -S ".findings[] | $keys" lz.json)
COLUMNS=80 "$heapwise" diff --advice lz.hwd fixed.hwd >text.txt
holds "a line each" grep -Eq \
	'^  gone  hoist +compress_record +600K calls, .* to .*  [0-9a-f]{8}$' \
	text.txt
holds "in 80 columns" test "$(wc -L <text.txt)" -le 80
holds "in Markdown" grep -q '^| gone | hoist | `compress_record` | ' \
	<("$heapwise" diff --advice --format=markdown lz.hwd fixed.hwd)
finish
