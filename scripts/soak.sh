#!/bin/sh
# Runs every fuzz target for a while and appends the outcome to docs/soak.log.
# Before that, compares PROGRAMS random programs with compiled Go.
#   scripts/soak.sh [SECONDS PER TARGET, default 300] [PROGRAMS, default 20000]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-300}
programs=${2:-20000}
log=docs/soak.log
mkdir -p docs

# Each process takes 200 programs: types made for cells are never given back. The
# seeds begin where no soak of an earlier day began.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go test -c -tags soak -o "$work/difftest" ./internal/golang/difftest
first=$(($(date +%s) / 86400 * 1000000))
if (cd "$work" && seq "$first" 200 $((first + programs - 1)) |
	xargs -P "$(nproc)" -I '{}' sh -c './difftest -test.run "^TestSoak$" -test.timeout 30m -first {} -n 200 >out.{} 2>&1 || { cat out.{}; exit 1; }'); then outcome=passed; else outcome=FAILED; fi
echo "$(date -u +%Y-%m-%dT%H:%MZ) $(git rev-parse --short HEAD) ./internal/golang/difftest $programs programs from seed $first $outcome" >>"$log"

git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | while read -r file; do
	package=./$(dirname "$file")
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		if go test -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" "$package"; then outcome=passed; else outcome=FAILED; fi
		echo "$(date -u +%Y-%m-%dT%H:%MZ) $(git rev-parse --short HEAD) $package $target ${seconds}s $outcome" >>"$log"
	done
done
tail -n 40 "$log"
