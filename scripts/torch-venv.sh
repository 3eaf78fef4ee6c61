#!/bin/sh
# Makes the virtual environment with PyTorch that `make bench` and `make fixtures`
# compare against, in graft's cache, and prints its python. The product never uses it.
set -eu
cache=${GRAFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/graft}
venv=$cache/tools/torch
stamp=$venv/.ready-2.15.0-sklearn-1.9.1-fastai-2.8.12
if [ ! -e "$stamp" ]; then
	python3 -m venv "$venv"
	"$venv/bin/pip" install --quiet torch==2.15.0 torchvision timm==1.0.31 safetensors pillow numpy scikit-image scikit-learn==1.9.1 fastai==2.8.12 jupyter_client ipykernel 1>&2
	touch "$stamp"
fi
echo "$venv/bin/python"
