#!/bin/sh
# Remakes every committed fixture that PyTorch, torchvision, timm, Pillow or scikit-learn answers
# for: each make*.py or labels.py below a testdata folder, run by its own recipe.
set -eu
cd "$(dirname "$0")/.."
python=$(scripts/torch-venv.sh)
git ls-files '*/testdata/*.py' | while read -r recipe; do
	echo "$recipe"
	"$python" "$recipe"
done
