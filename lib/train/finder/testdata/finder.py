"""Writes finder.json: what fastai 2.8's lr_find suggests for some loss curves.

The functions are those of fastai/callback/schedule.py, written out without fastai;
skipping and NaN as in Learner.lr_find. Plain Python and PyTorch: python finder.py.
"""
import json
import math
import os
import random

import torch

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def valley(lrs, losses):
    n = len(losses)
    max_end = 0
    lds = [1] * n
    for i in range(1, n):
        for j in range(0, i):
            if (losses[i] < losses[j]) and (lds[i] < lds[j] + 1):
                lds[i] = lds[j] + 1
            if lds[max_end] < lds[i]:
                max_end = i
                max_start = max_end - lds[max_end]
    sections = (max_end - max_start) / 3
    idx = max_start + int(sections) + int(sections / 2)
    return float(lrs[idx])


def steep(lrs, losses):
    grads = (losses[1:] - losses[:-1]) / (lrs[1:].log() - lrs[:-1].log())
    return lrs[grads.argmin()].item()


def minimum(lrs, losses):
    return lrs[losses.argmin()].item() / 10


def find(curve):
    lrs, losses, smooth, best = [], [], torch.tensor(0.0, dtype=torch.float64), math.inf
    for n in range(100):
        lr = 1e-7 * (10 / 1e-7) ** (n / 100)
        smooth = torch.lerp(torch.tensor(curve[n], dtype=torch.float64), smooth, 0.98)
        value = (smooth / (1 - 0.98 ** (n + 1))).item()
        lrs.append(lr)
        losses.append(value)
        if value < best:
            best = value
        if value > 4 * best:
            break
    lrs, losses = torch.tensor(lrs[10:-5], dtype=torch.float64), torch.tensor(losses[10:-5], dtype=torch.float64)
    nans = torch.nonzero(torch.isnan(losses)).view(-1)
    if len(nans) > 0:
        lrs, losses = lrs[: nans.min()], losses[: nans.min()]
    return {"curve": [None if math.isnan(v) else v for v in curve], "points": len(lrs), "valley": valley(lrs, losses), "steep": steep(lrs, losses), "minimum": minimum(lrs, losses)}


random.seed(5)
cases = []
for bend, burst, noise in [(55, 85, 0.01), (45, 70, 0.1), (60, 95, 0.3)]:
    cases.append(find([2.3 / (1 + math.exp((n - bend) / 6)) + 0.2 + math.exp((n - burst) / 3) + random.gauss(0, noise) for n in range(100)]))
cases.append(find([2 - n / 100 if n < 60 else math.nan for n in range(100)]))
json.dump(cases, open("finder.json", "w"), indent=1)
