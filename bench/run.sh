#!/bin/sh
# Every comparison of graft with its peers, one after the other, each side by side in
# one run. Results go to the terminal and to bench/results/DATE.txt.
#   bench/run.sh [models|frozen|start|kernel|cells|repl|lesson1 ...]
set -eu
cd "$(dirname "$0")/.."
what=${*:-"models frozen start kernel cells repl lesson1"}
mkdir -p bench/results
out=bench/results/$(date -u +%Y-%m-%d).txt
for name in $what; do
	echo "== $name, $(nproc) cores, $(date -u +%H:%M) UTC"
	"bench/$name/run.sh"
done | tee "$out"
