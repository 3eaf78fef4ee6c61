#!/bin/sh
# Ten epochs on a frozen backbone, 500 photographs: the usual PyTorch loop, graft
# from nothing (compiling, decoding, filling the feature cache), and graft in a new
# process that finds the features on disk. Each is a whole process; three rounds.
set -eu
cd "$(dirname "$0")/../.."
go build -o graft ./cmd/graft
go build -o dist/frozen ./bench/frozen
weights=$(./graft fetch mobilenet_v2.tv_in1k | tail -n 1 | sed 's/^[^:]*: //')
photos=$(./graft fetch elpv | tail -n 1 | sed 's/^[^:]*: //')
python=$(scripts/torch-venv.sh)
for round in 1 2 3; do
	torch=$("$python" bench/frozen/frozen.py "$weights" "$photos/images" 500 10)
	./graft cache clear features checked >/dev/null 2>&1 || true
	cold=$(dist/frozen)
	warm=$(dist/frozen)
	echo "$torch $cold $warm"
done | awk '{
	printf "round %d: PyTorch %.2f s, graft from nothing %.2f s (%.1fx), cache warm %.2f s (%.1fx)\n", NR, $1, $2, $1/$2, $3, $1/$3
}'
