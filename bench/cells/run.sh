#!/bin/sh
# Cells beside compiled Go and beside yaegi, which is built in a module of its own.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/cells" ./bench/cells
mkdir -p "$work/module/bench/cells/yaegi"
cp -r bench/cells/work bench/cells/measure "$work/module/bench/cells"
cp bench/cells/_yaegi/main.go "$work/module/bench/cells/yaegi"
(
	cd "$work/module"
	go mod init graft
	go get github.com/traefik/yaegi@v0.16.1
	go build -o "$work/yaegi" ./bench/cells/yaegi
) >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
"$work/cells" -yaegi "$work/yaegi" -rounds "${1:-5}"
