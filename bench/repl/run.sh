#!/bin/sh
# The terminal beside IPython's: start to prompt, key to screen, memory and CPU at rest.
#   bench/repl/run.sh [rounds]
set -eu
cd "$(dirname "$0")/../.."
go build -o graft ./cmd/graft
python=$(scripts/jupyter-venv.sh)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
GRAFT_CACHE=$home/graft GRAFT_OFFLINE=1 IPYTHONDIR=$home/ipython \
	go run ./bench/repl "${1:-5}" "$PWD/graft" "$python -m IPython --no-banner"
