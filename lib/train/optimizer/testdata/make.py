"""Writes optimizers.json, ten steps of each optimizer on a small linear classifier: python make.py"""
import json
import os

import torch
from torch.nn.functional import cross_entropy


class Lamb(torch.optim.Optimizer):
    """Algorithm 2 of You et al. 2020, phi the identity."""

    def __init__(self, params, lr, decay):
        super().__init__(params, {"lr": lr})
        self.decay, self.t = decay, 0

    @torch.no_grad()
    def step(self):
        b1, b2, eps = 0.9, 0.999, 1e-6
        self.t += 1
        for group in self.param_groups:
            for x in group["params"]:
                s = self.state[x]
                if not s:
                    s["m"], s["v"] = torch.zeros_like(x), torch.zeros_like(x)
                s["m"] = b1 * s["m"] + (1 - b1) * x.grad
                s["v"] = b2 * s["v"] + (1 - b2) * x.grad**2
                m, v = s["m"] / (1 - b1**self.t), s["v"] / (1 - b2**self.t)
                r = m / (v.sqrt() + eps) + self.decay * x
                x -= group["lr"] * x.norm() / r.norm() * r


def optimizers():
    torch.manual_seed(11)
    x, y = torch.randn(6, 4), torch.tensor([0, 1, 2, 0, 1, 1])
    w0, b0 = torch.randn(3, 4) * 0.5, torch.randn(3) * 0.1
    rules = {
        "sgd": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
        "sgd-decay": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.05),
        "adam": lambda p: torch.optim.Adam(p, 0.05),
        "adam-decay": lambda p: torch.optim.Adam(p, 0.05, weight_decay=0.05),
        "adamw": lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.1),
        "adamw-spared": lambda p: torch.optim.AdamW([{"params": p[:1]}, {"params": p[1:], "weight_decay": 0}], 0.05, weight_decay=0.1),
        "sgd-plain": lambda p: torch.optim.SGD(p, 0.1),
        "nesterov": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.05),
        "adagrad": lambda p: torch.optim.Adagrad(p, 0.1),
        "adagrad-all": lambda p: torch.optim.Adagrad(p, 0.1, lr_decay=0.1, weight_decay=0.05, initial_accumulator_value=0.2),
        "adadelta": lambda p: torch.optim.Adadelta(p, 1.0),
        "adadelta-decay": lambda p: torch.optim.Adadelta(p, 0.5, weight_decay=0.05),
        "rmsprop": lambda p: torch.optim.RMSprop(p, 0.01),
        "rmsprop-all": lambda p: torch.optim.RMSprop(p, 0.01, momentum=0.9, centered=True, weight_decay=0.05),
        "adamax": lambda p: torch.optim.Adamax(p, 0.02),
        "adamax-decay": lambda p: torch.optim.Adamax(p, 0.02, weight_decay=0.05),
        "lamb": lambda p: Lamb(p, 0.02, 0),
        "lamb-decay": lambda p: Lamb(p, 0.02, 0.1),
    }
    runs = {}
    for name, rule in rules.items():
        w, b = w0.clone().requires_grad_(), b0.clone().requires_grad_()
        opt, losses = rule([w, b]), []
        for _ in range(10):
            loss = cross_entropy(x @ w.T + b, y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            losses.append(loss.item())
        runs[name] = {"losses": losses, "weight": w.T.flatten().tolist(), "bias": b.tolist()}
    out = {"x": x.flatten().tolist(), "y": y.tolist(), "weight": w0.T.flatten().tolist(), "bias": b0.tolist(), "runs": runs}
    json.dump(out, open("optimizers.json", "w"), indent=1)


os.chdir(os.path.dirname(os.path.abspath(__file__)))
optimizers()
