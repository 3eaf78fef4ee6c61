"""Writes spectra.json with PyTorch: python make.py"""
import json
import os

import torch


def spectra():
    """Sums of the squares of the smallest singular values of features, and their gradients."""
    torch.manual_seed(43)
    out = []
    for rows, cols, count in ((2, 3, 1), (5, 7, 2), (8, 20, 3), (9, 4, 1), (16, 64, 1)):
        f = (torch.randn(rows, cols) + 0.5).relu().requires_grad_()
        v = (torch.linalg.svdvals(f)[-count:] ** 2).sum()
        v.backward()
        out.append({"rows": rows, "count": count, "features": f.flatten().tolist(), "value": v.item(), "gradient": f.grad.flatten().tolist()})
    json.dump(out, open("spectra.json", "w"), indent=1)


os.chdir(os.path.dirname(os.path.abspath(__file__)))
spectra()
