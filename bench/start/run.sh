#!/bin/sh
# Start-up times beside ipykernel's.
set -eu
cd "$(dirname "$0")/../.."
go build -o graft ./cmd/graft
python=$(scripts/torch-venv.sh)
"$python" bench/start/start.py ./graft "${1:-7}"
