# SPDX-License-Identifier: MIT
# What end-to-end tests share; source it first. A test states each thing that
# it checks with ok, fails or one of the helpers, and ends with `finish`.
set -u
export LC_ALL=C
unset LD_PRELOAD DEBUGINFOD_URLS ${!HEAPWISE_*}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/${B:-build}
heapwise=$build/heapwise
library=$build/libheapwise.so
samples=$build/samples
python=/usr/bin/python3
[ -x $python ] || python=python3
work=$(mktemp -d "${TMPDIR:-/tmp}/heapwise-test.XXXXXX")
reports_of_sanitizers=$(mktemp -d "${TMPDIR:-/tmp}/heapwise-found.XXXXXX")
trap 'cd /; rm -rf "$work" "$reports_of_sanitizers"' EXIT
cd "$work" || exit 1
failures=0

# SANITIZED=1: heapwise is the build with ASan, LSan and UBSan, the recorder the
# one that there is. It ends with 86 where it finds something, or `finish` says
# it; to measure time or memory of it is no use: `is_sanitized && skip`.
is_sanitized() { [ -n "${SANITIZED-}" ]; }
if is_sanitized; then
	heapwise=$build/sanitized/heapwise
	options=log_path=$reports_of_sanitizers/report:exitcode=86:detect_leaks=1
	export ASAN_OPTIONS=$options:allocator_may_return_null=1
	export UBSAN_OPTIONS=$options:halt_on_error=1:print_stacktrace=1
	unset options
fi

ok() { echo "ok $*"; }
fails() { echo "not ok $*"; failures=$((failures + 1)); }
skip() { echo "skip $*"; }
skip_all() { echo "skip $*"; exit 77; }
finish() {
	local report
	for report in "$reports_of_sanitizers"/*; do
		[ ! -s "$report" ] || fails "sanitizer: $(head -n 30 "$report")"
	done
	exit $((failures > 0))
}

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		fails "$1: got '$2', expected '$3'"
	fi
}

# holds NAME COMMAND...: the command succeeds.
holds() {
	local name=$1
	shift
	if "$@" >/dev/null; then ok "$name"; else fails "$name: failed: $*"; fi
}

# same NAME FILE FILE
same() {
	if cmp -s "$2" "$3"; then
		ok "$1"
	else
		fails "$1"
		diff -a "$2" "$3" | head -n 10
	fi
}

# json FILTER FILE: one value of a JSON file.
json() { jq -r "$1" "$2"; }

# total DUMP KEY: one of the totals of a report.
total() { "$heapwise" report --json --limit=1 "$1" 2>/dev/null | jq -r ".totals.$2"; }

# calls DUMP FUNCTION: allocations of the sites with that frame.
calls() {
	"$heapwise" report --json --limit=100000 "$1" 2>/dev/null |
		jq --arg f "$2" '[.sites[] | select(any(.frames[];
			.function == $f)).allocations] | add // 0'
}

# dumps DIRECTORY: the dumps in it, one a line.
dumps() { find "$1" -name '*.hwd*' ! -name '*.ring' | sort; }

# whole DUMP...: `heapwise check` finds each whole; a process that became
# another by exec, with LD_PRELOAD alone, left its ring file to be folded in.
whole() {
	local dump
	for dump; do
		[ ! -e "$dump.ring" ] ||
			"$heapwise" check --finish "$dump" >finish.txt 2>&1
		"$heapwise" check "$dump" >check.txt 2>&1 || {
			echo "check $dump: $(head -n 3 check.txt)"
			return 1
		}
	done
}

# three NAME COMMAND...: runs a command bare, under record and with LD_PRELOAD
# alone, in $work/NAME.{plain,record,preload}; status, out and err beside it.
# Input from the file named by $input, if set.
three() {
	local name=$1 way
	shift
	for way in plain record preload; do
		mkdir -p "$name.$way"
		case $way in
		plain)	   "$@" ;;
		record)	   "$heapwise" record -o "$work/$name.record/d.hwd" -- "$@" ;;
		preload)   HEAPWISE_OUTPUT=$work/$name.preload/d.hwd \
			   LD_PRELOAD=$library "$@" ;;
		esac <"${input:-/dev/null}" >"$name.$way/out" 2>"$name.$way/err"
		echo $? >"$name.$way/status"
	done
}

# unchanged NAME: the three runs said the same and ended alike.
unchanged() {
	local name=$1 way
	for way in record preload; do
		same "$name $way: output" "$name.plain/out" "$name.$way/out"
		same "$name $way: messages" "$name.plain/err" "$name.$way/err"
		same "$name $way: status" "$name.plain/status" \
			"$name.$way/status"
	done
}
