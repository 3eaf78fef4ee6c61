#!/bin/sh
# graft beside fastai, torchvision's weights and PyTorch, on the same photographs, split
# by split: bench/training/run.sh [seeds, default 3] [what ..., default all five].
# Every figure is a whole process; graft's caches of features and executables are empty
# for the first column, and found full for the last.
set -eu
cd "$(dirname "$0")/../.."
seeds=${1:-3}
[ $# -gt 0 ] && shift
what=${*:-frozen probe tune2 tune resnet}
go build -o graft ./cmd/graft
go build -o dist/training ./bench/training
weights=$(./graft fetch mobilenet_v2.tv_in1k | tail -n 1 | sed 's/^[^:]*: //')
./graft fetch elpv >/dev/null
python=$(scripts/torch-venv.sh)
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
echo "what     seed  fastai accuracy   seconds | graft accuracy   seconds  of them compiling  ratio  without | again: seconds  ratio"
for name in $what; do
	for seed in $(seq 0 $((seeds - 1))); do
		dist/training split "$seed" "$cache/split.json"
		peer=$("$python" bench/training/peer.py "$name" "$weights" "$cache/split.json" "$seed" 2>/dev/null | tail -n 1)
		./graft cache clear features executables >/dev/null 2>&1 || true
		cold=$(dist/training run "$name" "$seed" "$cache/split.json")
		warm=$(dist/training run "$name" "$seed" "$cache/split.json")
		echo "$name $seed $peer $cold $warm" | awk '{
			printf "%-8s %4d  %15s  %8.1f | %14s  %8.1f  %17.1f  %5.2f  %7.2f | %14.1f  %5.2f\n", $1, $2, $3, $4, $5, $6, $7, $6/$4, ($6-$7)/$4, $9, $9/$4
		}'
	done
done
