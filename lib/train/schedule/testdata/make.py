"""Writes schedules.json, the rates of PyTorch's schedulers: python make.py"""
import json
import math
import os

import torch
from torch.optim import lr_scheduler


def schedules():
    """Rates at the start of each step; epochs are of five steps."""

    def follow(make, steps, every=1, losses=None):
        opt = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.4)
        schedule, rates = make(opt), []
        for i in range(steps):
            rates.append(opt.param_groups[0]["lr"])
            opt.step()
            if (i + 1) % every == 0:
                schedule.step(*([losses[i // every]] if losses else []))
        return rates

    def warm(opt, main):
        first = lr_scheduler.LinearLR(opt, start_factor=0.01, total_iters=7)
        return lr_scheduler.SequentialLR(opt, [first, main(opt)], milestones=[7])

    L = lr_scheduler
    mains = {
        "constant": lambda steps: lambda o: L.ConstantLR(o, 1, steps),
        "linear": lambda steps: lambda o: L.LinearLR(o, 1, 0.1, steps),
        "cosine": lambda steps: lambda o: L.CosineAnnealingLR(o, steps, 0.4 * 0.05),
        "polynomial": lambda steps: lambda o: L.PolynomialLR(o, steps, 2),
        "onecycle": lambda steps: lambda o: L.OneCycleLR(o, 0.4, total_steps=steps, cycle_momentum=False),
        "onecycle-set": lambda steps: lambda o: L.OneCycleLR(o, 0.4, total_steps=steps, cycle_momentum=False, pct_start=0.25, div_factor=10, final_div_factor=1e5),
    }
    losses = [1.0, 0.9, 0.9, 0.89999, 0.95, 0.7, 0.71, 0.72, 0.73, 0.74, float("nan"), 0.75, 0.3, 0.4]
    out = {"losses": [None if math.isnan(v) else v for v in losses], "rates": {}}
    for steps in (10, 35):
        for name, main in mains.items():
            out["rates"][f"{name}-{steps}"] = follow(main(steps), steps)
            if name.startswith("onecycle"):
                continue  # OneCycleLR sets rates from its own first one, so SequentialLR breaks it
            if steps == 35:
                out["rates"][f"{name}-warm"] = follow(lambda o: warm(o, main(steps - 7)), steps)
    out["rates"]["step"] = follow(lambda o: L.StepLR(o, 2, 0.3), 35, 5)
    plateau = lambda **k: lambda o: L.ReduceLROnPlateau(o, factor=0.1, **k)
    out["rates"]["plateau"] = follow(plateau(patience=1), 70, 5, losses)
    out["rates"]["plateau-set"] = follow(plateau(patience=0, cooldown=1, min_lr=0.002, threshold=0.05), 70, 5, losses)
    json.dump(out, open("schedules.json", "w"), indent=1)


os.chdir(os.path.dirname(os.path.abspath(__file__)))
schedules()
