#!/bin/sh
# Runs every fuzz target for a while and appends the outcome to docs/soak.log.
#   scripts/soak.sh [SECONDS PER TARGET, default 300]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-300}
log=docs/soak.log
mkdir -p docs
git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | while read -r file; do
	package=./$(dirname "$file")
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		if go test -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" "$package"; then outcome=passed; else outcome=FAILED; fi
		echo "$(date -u +%Y-%m-%dT%H:%MZ) $(git rev-parse --short HEAD) $package $target ${seconds}s $outcome" >>"$log"
	done
done
tail -n 40 "$log"
