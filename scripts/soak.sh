#!/bin/sh
# Runs every fuzz target for a while and appends the outcome to docs/soak.log.
# Before that, compares PROGRAMS random programs with compiled Go, types a thousand
# random cells into each of SESSIONS sessions, runs the programs of the lists under
# garbage collector stress, sends garbled messages to a kernel, presses random keys,
# and works in one session for long.
#   scripts/soak.sh [SECONDS PER TARGET, default 300] [PROGRAMS, default 20000] [SESSIONS, default 100]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-300}
programs=${2:-20000}
sessions=${3:-100}
log=docs/soak.log
mkdir -p docs

note() {
	echo "$(date -u +%Y-%m-%dT%H:%MZ) $(git rev-parse --short HEAD) $1" >>"$log"
}

# batches PACKAGE FIRST LAST SIZE runs TestSoak of a package. Each process takes SIZE
# seeds: types made for cells are never given back.
batches() {
	name=$(basename "$1")
	go test -c -tags soak -o "$work/$name" "$1"
	(cd "$work" && seq "$2" "$4" "$3" |
		xargs -P "$(nproc)" -I '{}' sh -c "./$name -test.run '^TestSoak\$' -test.timeout 60m -first {} -n $4 >out.$name.{} 2>&1 || { cat out.$name.{}; exit 1; }")
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The seeds begin where no soak of an earlier day began.
first=$(($(date +%s) / 86400 * 1000000))
if batches ./internal/golang/difftest "$first" $((first + programs - 1)) 200; then outcome=passed; else outcome=FAILED; fi
note "./internal/golang/difftest $programs programs from seed $first $outcome"
if batches ./internal/golang/hostile "$first" $((first + sessions - 1)) 4; then outcome=passed; else outcome=FAILED; fi
note "./internal/golang/hostile $sessions sessions of 1000 cells from seed $first $outcome"
if [ -f "$(go env GOROOT)/test/235.go" ]; then
	if go test -tags lists,soak -run '^TestListsUnderStress$' -timeout 3h ./internal/golang; then outcome=passed; else outcome=FAILED; fi
	note "./internal/golang lists with GOGC=1, clobberfree=1, invalidptr=1 $outcome"
fi

# Garbled messages to every channel of a running kernel.
if go test -count=1 -tags soak -run '^TestFrames$' -timeout 30m ./kernel; then outcome=passed; else outcome=FAILED; fi
note "./kernel TestFrames 200000 messages $outcome"
if go test -count=1 -tags soak -run '^TestLongSession$' -timeout 2h -v ./kernel; then outcome=passed; else outcome=FAILED; fi
note "./kernel TestLongSession 2000 cells, 40 of them fits $outcome"

# Random keys in the terminal, its screen compared with that of an emulator.
if go test -count=1 -run '^TestRandomKeys$' -timeout 60m ./repl -keys 50000 -seed "$first"; then outcome=passed; else outcome=FAILED; fi
note "./repl TestRandomKeys 50000 keys from seed $first $outcome"

# Fits of lesson 1, killed and gone on with.
if go test -count=1 -tags soak -run '^TestKilledLesson$' -timeout 4h -v ./lib/task; then outcome=passed; else outcome=FAILED; fi
note "./lib/task TestKilledLesson 50 kills, 10 while a checkpoint was written $outcome"

git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | while read -r file; do
	package=./$(dirname "$file")
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		if go test -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" "$package"; then outcome=passed; else outcome=FAILED; fi
		note "$package $target ${seconds}s $outcome"
	done
done
tail -n 40 "$log"
