#!/bin/bash
# SPDX-License-Identifier: MIT
# Systems as containers have them: no /proc, a root that is read-only, a root
# with nothing in it but the program, another user who may write nowhere, limits
# that are tight. The program does what it does without us; dumps are whole, and
# say what is missing.
. "$(dirname "$0")/../e2e/lib.sh"
if [ "${1:-}" != inside ]; then
	for flags in -m -rm; do
		unshare $flags true 2>/dev/null || continue
		unshare $flags --propagation private \
			"$root/tests/torture/bare_system.sh" inside
		exit
	done
	skip_all "may not mount"
fi
"$samples/threads" >threads.txt
"$samples/churn" 300000 >churn.txt

# try NAME RECORD_STATUS SAMPLE...: both ways in what is here; $in goes before it.
in=
try() {
	local name=$1 way status function=work wanted=80000
	shift
	[ "${1##*/}" = threads ] || { function=churn; wanted=300000; }
	for way in record preload; do
		rm -f d.hwd*
		# shellcheck disable=SC2086
		case $way in
		record)	 $in "$heapwise" record -o "$work/d.hwd" -- "$@" ;;
		preload) $in env HEAPWISE_OUTPUT="$work/d.hwd" \
			 LD_PRELOAD="$library" "$@" ;;
		esac >out 2>err
		status=$?
		is "$name, $way: status, messages" "$status $(cat err)" "0 "
		same "$name, $way: output" "${1##*/}.txt" out
		holds "$name, $way: whole" whole d.hwd
		is "$name, $way: allocations" "$(calls d.hwd $function)" \
			"$wanted"
	done
}
try "as it is" "$samples/threads"

# Without /proc neither side can ask for anything by name there.
umount -l /proc 2>/dev/null
if [ ! -e /proc/self ]; then
	try "no /proc" "$samples/threads"
	try "no /proc, one thread" "$samples/churn" 300000
	"$samples/fork" >wanted
	"$heapwise" record -o f.hwd -- "$samples/fork" >out 2>err
	is "no /proc, fork: status, messages" "$? $(cat err)" "0 "
	same "no /proc, fork: output" wanted out
	holds "no /proc, fork: whole" whole $(dumps .)
	is "no /proc, fork: dumps" "$(find . -name 'f.hwd*' | wc -l)" 2
	rm -f f.hwd*
	mount -t proc none /proc 2>/dev/null ||
		mount --rbind /proc /proc 2>/dev/null
else
	skip "/proc cannot be taken away"
fi
[ -e /proc/self ] || { skip "/proc cannot be put back"; finish; }

for limit in --nofile=8 --nproc=1 --as=300000000 --stack=65536 \
	--memlock=0 --core=0 --fsize=10000000 --data=50000000; do
	in="prlimit $limit"
	$in true 2>/dev/null || { skip "prlimit $limit"; continue; }
	try "limit $limit" "$samples/churn" 300000
done
in=

# A root of its own: libraries and the program, no /proc, no /dev, no /tmp.
if [ "$(id -u)" = 0 ]; then
	mkdir -p root/out
	for file in "$samples/churn" "$library" $(
		ldd "$samples/churn" "$library" | grep -o '/[^ :]*' | sort -u)
	do
		mkdir -p "root${file%/*}"
		cp -L "$file" "root$file"
	done
	chmod 755 . root
	chmod 777 root/out
	for user in 0 65534; do
		who="--userspec=$user:$user"
		chroot $who root "$samples/churn" 300000 >out 2>err
		is "own root, user $user: alone" "$? $(cat out err)" "0 churned"
		# env(1) is not in there
		(
			export HEAPWISE_OUTPUT=/out/c.hwd LD_PRELOAD=$library
			exec chroot $who root "$samples/churn" 300000
		) >out 2>err
		is "own root, user $user" "$? $(cat out err)" "0 churned"
		holds "own root, user $user: whole" whole root/out/c.hwd
		is "own root, user $user: exact" \
			"$(total root/out/c.hwd allocations)" 300000
		rm -f root/out/c.hwd*
		(
			export HEAPWISE_OUTPUT=/c.hwd LD_PRELOAD=$library
			mount --bind root root && mount -o remount,bind,ro root
			exec chroot $who root "$samples/churn" 300000
		) >out 2>err
		is "read-only root, user $user" "$? $(cat out err)" "0 churned"
		umount root
		rm -f root/c.hwd*
	done
	# Another user, who may write neither here nor anywhere.
	chmod 755 "$work"
	if setpriv --reuid=65534 --clear-groups "$samples/churn" 300000 \
		>out 2>/dev/null
	then
		in="setpriv --reuid=65534 --clear-groups"
		HEAPWISE_OUTPUT=$work/u.hwd LD_PRELOAD=$library \
			$in "$samples/churn" 300000 >out 2>err
		is "user without a place, preload" "$? $(cat out err)" \
			"0 churned"
		$in "$heapwise" record -o "$work/u.hwd" -- \
			"$samples/churn" 300000 >out 2>err
		is "user without a place, record: refused" "$? $(cat out)" \
			"125 "
		is "user without a place, record: one line" \
			"$(grep -c u.hwd err) $(wc -l <err)" "1 1"
		# setpriv itself is recorded, too
		rm -f u.hwd*
	else
		skip "another user cannot reach the build"
	fi
else
	skip "not root: no other root, no other user"
fi
finish
