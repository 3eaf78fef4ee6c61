"""Writes losses.json, each loss and its gradient to the outputs, with PyTorch and torchvision: python make.py"""
import json
import os

import torch
from torch.nn import functional as F
from torchvision.ops import sigmoid_focal_loss


def losses():
    """Means over the first five of six examples; the sixth fills up the batch."""
    torch.manual_seed(5)
    x = torch.randn(6, 3) * 2
    x[1] = 0  # where absolute values have no slope
    y = torch.tensor([0, 2, 1, 1, 0, 2])
    many = (torch.rand(6, 3) > 0.5).float()
    targets = torch.randn(6, 1)
    one = torch.randn(6, 1)
    weights, positive = torch.tensor([1.0, 0.5, 3.0]), torch.tensor([2.0, 0.25, 1.0])

    def focal(o, y, gamma, alpha):
        """Lin et al. 2017, equation 5, over a softmax."""
        p = o.softmax(1)[range(len(y)), y]
        return (-alpha[y] * (1 - p) ** gamma * p.log()).mean()

    cases = {
        "cross-entropy": (x, y, lambda o, y: F.cross_entropy(o, y)),
        "smoothed": (x, y, lambda o, y: F.cross_entropy(o, y, label_smoothing=0.1)),
        "weighted": (x, y, lambda o, y: F.cross_entropy(o, y, weights)),
        "weighted-smoothed": (x, y, lambda o, y: F.cross_entropy(o, y, weights, label_smoothing=0.2)),
        "focal": (x, y, lambda o, y: focal(o, y, 2, torch.ones(3))),
        "focal-weighted": (x, y, lambda o, y: focal(o, y, 0.5, weights)),
        "multi-label": (x, many, lambda o, y: F.binary_cross_entropy_with_logits(o, y)),
        "multi-label-positive": (x, many, lambda o, y: F.binary_cross_entropy_with_logits(o, y, pos_weight=positive)),
        "one-vs-rest": (x, y, lambda o, y: F.binary_cross_entropy_with_logits(o, F.one_hot(y, 3).float())),
        "binary": (one, y % 2, lambda o, y: F.binary_cross_entropy_with_logits(o[:, 0], y.float())),
        "binary-focal": (x, many, lambda o, y: sigmoid_focal_loss(o, y, 0.25, 2, "mean")),
        "mse": (one, targets, lambda o, y: F.mse_loss(o, y)),
        "mse-several": (x, many, lambda o, y: F.mse_loss(o, y)),
        "huber": (one, targets, lambda o, y: F.huber_loss(o, y, delta=0.7)),
    }
    out = {}
    for name, (o, y, loss) in cases.items():
        o = o.clone().requires_grad_()
        value = loss(o[:5], y[:5])
        value.backward()
        out[name] = {"outputs": o.flatten().tolist(), "width": o.shape[1], "truth": y.tolist(), "loss": value.item(), "gradient": o.grad.flatten().tolist()}
    json.dump(out, open("losses.json", "w"), indent=1)


os.chdir(os.path.dirname(os.path.abspath(__file__)))
losses()
