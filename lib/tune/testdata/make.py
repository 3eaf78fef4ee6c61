"""Rates by group as fastai and timm spread them: rates.json.

even_mults is fastai 2.8 fastai/basics (fastai.torch_core), the formula behind
slice(lo, hi); the decay is timm 1.0 timm/optim/_param_groups.py, layer_scales in
param_groups_layer_decay. Both are written out, so that plain Python is enough.
"""
import json
import pathlib


def even_mults(start, stop, n):
    if n == 1:
        return [stop]
    step = (stop / start) ** (1 / (n - 1))
    return [start * (step**i) for i in range(n)]


def layer_scales(decay, groups):
    last = groups - 1
    return [decay ** (last - i) for i in range(groups)]


slices = [
    {"lo": lo, "hi": hi, "groups": n, "rates": even_mults(lo, hi, n)}
    for lo, hi, n in [(1e-5, 1e-3, 3), (1e-5, 1e-3, 10), (2e-3 / 100, 2e-3, 6), (0.1, 0.1, 4), (1e-5, 1e-3, 1)]
]
decays = [{"decay": d, "rates": layer_scales(d, n)} for d, n in [(0.65, 14), (0.9, 3), (1.0, 2)]]
path = pathlib.Path(__file__).with_name("rates.json")
path.write_text(json.dumps({"slices": slices, "decays": decays}, indent=1) + "\n")
