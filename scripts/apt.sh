#!/bin/sh
# Installs a Debian package unless a command shows that it is there:
#   scripts/apt.sh 'tmux -V' tmux
set -eu
if sh -c "$1" >/dev/null 2>&1; then
	exit 0
fi
sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
if ! command -v apt-get >/dev/null 2>&1; then
	echo "apt: \"$1\" does not work here, and there is no apt-get to install $2 with (install $2)" >&2
	exit 1
fi
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$2" >/dev/null
