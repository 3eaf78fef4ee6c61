#!/bin/sh
# MobileNetV2 and ResNet-18 beside PyTorch: bench/models/run.sh [rounds] [arch ...]
set -eu
cd "$(dirname "$0")/../.."
exec "$(scripts/torch-venv.sh)" bench/models/models.py "$@"
