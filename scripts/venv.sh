#!/bin/sh
# Makes a virtual environment of Python packages in graft's cache, and prints its
# python. It returns at once if it is there. The product never uses one.
#   scripts/venv.sh NAME 'PACKAGE==VERSION ...'
set -eu
cache=${GRAFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/graft}
pins=$2
# Other pins are another folder: checkouts share the cache and may differ.
venv=$cache/tools/$1-$(printf %s "$pins" | cksum | cut -d' ' -f1)
stamp=$venv/.ready
if [ ! -e "$stamp" ]; then
	python=${PYTHON:-python3}
	"$python" -c 'import ensurepip' 2>/dev/null ||
		{ echo "venv: $python cannot make virtual environments (install its venv and pip packages)" >&2; exit 1; }
	mkdir -p "$cache/tools"
	# Two that start at once: the second waits for the first.
	lock=$venv.lock
	tries=0
	until mkdir "$lock" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 300 ] || { echo "venv: $lock is in the way (remove it if no other installation runs)" >&2; exit 1; }
		sleep 1
	done
	trap 'rmdir "$lock"' EXIT
	if [ ! -e "$stamp" ]; then
		rm -rf "$venv"
		"$python" -m venv "$venv"
		# shellcheck disable=SC2086 # the pins are words
		"$venv/bin/python" -m pip install --quiet --disable-pip-version-check $pins >&2
		touch "$stamp"
	fi
fi
echo "$venv/bin/python"
