#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: .ci/packages.sh PACKAGE... - installs the Debian packages that are
# missing, as root or through sudo; ?PACKAGE is installed only where it exists.
# Where it may not install, it prints the line that would, and returns 1.
set -u

installed() {
	dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null |
		grep -qx installed
}

# What could not be had when it was asked for, one a line: not asked for again.
refused=build/.packages
missing=
wanted=
for package; do
	name=${package#\?}
	installed "$name" && continue
	case $package in
	\?*)
		grep -qxs "$name" $refused || wanted="$wanted $name"
		;;
	*)
		missing="$missing $name"
		;;
	esac
done
[ -n "$missing$wanted" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	root=
elif sudo -n true 2>/dev/null; then
	root="sudo -n"
elif [ -z "$missing" ]; then
	exit 0
else
	echo "packages are missing; install them with:" >&2
	echo "  sudo apt-get install$missing$wanted" >&2
	exit 1
fi

apt() {
	$root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o Dpkg::Use-Pty=0 "$@" >/dev/null
}

echo "installing:$missing$wanted" >&2
apt update || echo "apt-get update failed; trying with what is known" >&2
if [ -n "$missing" ] &&
   ! apt install -y --no-install-recommends $missing; then
	echo "apt-get could not install these; the line was:" >&2
	echo "  apt-get install$missing" >&2
	exit 1
fi
mkdir -p build
for package in $wanted; do
	apt install -y --no-install-recommends "$package" 2>/dev/null ||
		echo "$package" >>$refused
done
exit 0
