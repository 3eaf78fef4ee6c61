#!/bin/sh
# The kernel beside ipykernel and GoNB: until it is ready, and a trivial cell there
# and back. GoNB is built in a folder of its own and left out if it cannot be.
#   bench/kernel/run.sh [rounds]
set -eu
cd "$(dirname "$0")/../.."
go build -o graft ./cmd/graft
python=$(scripts/jupyter-venv.sh)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gonb=$work/bin/gonb
# Built as requirements of a module: `go install` of a version asks the proxy for lists
# that it may refuse. GoNB calls goimports on every cell.
cat >"$work/go.mod" <<'END'
module bench

go 1.26

require (
	github.com/janpfeifer/gonb v0.11.1
	golang.org/x/tools v0.52.0
)
END
if ! (cd "$work" && go build -mod=mod -o bin/ github.com/janpfeifer/gonb golang.org/x/tools/cmd/goimports) >"$work/log" 2>&1; then
	tail -n 3 "$work/log" >&2
	echo "GoNB cannot be built here: left out" >&2
	gonb=
fi
PATH=$work/bin:$PATH "$python" bench/kernel/kernel.py ./graft "$gonb" "${1:-5}"
