"""Writes the fixtures of package train with PyTorch: python make.py, in this folder.

optimizers.json  ten steps of each optimizer on a small linear classifier, and the rates of schedules
bn.safetensors   field case T1: a frozen convolution with BatchNorm and a trained head, ten steps of SGD
bn.json          its losses, with the running statistics kept (right) and drifting (wrong)
stop.json        field case T4: loss series, patience, where to stop and which epoch is best
"""
import copy
import json
import math

import torch
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy


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
    rates = {}
    for steps in (10, 35):
        p = [torch.zeros(1, requires_grad=True)]
        opt = torch.optim.SGD(p, 0.4)
        cycle = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=0.4, total_steps=steps, cycle_momentum=False)
        rates[f"onecycle-{steps}"] = follow(opt, cycle, steps)
        opt = torch.optim.SGD(p, 0.4)
        rates[f"cosine-{steps}"] = follow(opt, torch.optim.lr_scheduler.CosineAnnealingLR(opt, steps), steps)
    out = {"x": x.flatten().tolist(), "y": y.tolist(), "weight": w0.T.flatten().tolist(), "bias": b0.tolist(), "runs": runs, "rates": rates}
    json.dump(out, open("optimizers.json", "w"), indent=1)


def follow(opt, schedule, steps):
    rates = []
    for _ in range(steps):
        rates.append(opt.param_groups[0]["lr"])
        opt.step()
        schedule.step()
    return rates


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3)
        self.bn = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(torch.relu(self.bn(self.conv(x))).mean((2, 3)))


def frozen_batchnorm():
    torch.manual_seed(3)
    start = Net()
    start.bn.running_mean.uniform_(-1, 1)
    start.bn.running_var.uniform_(0.5, 2)
    x = torch.randn(80, 3, 8, 8) * 3 + 2
    y = (x.mean((1, 2, 3)) > 2).long()

    def run(drift):
        net, losses = copy.deepcopy(start), []
        for p in [*net.conv.parameters(), *net.bn.parameters()]:
            p.requires_grad_(False)
        opt = torch.optim.SGD(net.fc.parameters(), 0.1)
        for i in range(0, 80, 8):
            net.train()
            net.bn.train(drift)
            loss = cross_entropy(net(x[i : i + 8]), y[i : i + 8])
            opt.zero_grad()
            loss.backward()
            opt.step()
            losses.append(loss.item())
        return net, losses, cross_entropy(net.eval()(x), y).item()

    net, right, final = run(False)
    _, wrong, _ = run(True)
    tensors = {"start." + k: v for k, v in start.state_dict().items() if "num_batches" not in k}
    tensors |= {"end." + k: v for k, v in net.state_dict().items() if "num_batches" not in k}
    save_file(tensors | {"x": x.permute(0, 2, 3, 1).contiguous(), "y": y}, "bn.safetensors")
    json.dump({"right": right, "wrong": wrong, "final": final}, open("bn.json", "w"), indent=1)


def stops():
    def walk(losses, patience, delta):
        best, at, waited = math.inf, 0, 0
        for epoch, loss in enumerate(losses, 1):
            if loss is not None and loss < best - delta:
                best, at, waited = loss, epoch, 0
                continue
            waited += 1
            if waited >= patience:
                return epoch, at
        return len(losses), at

    cases = [
        ([1, 0.9, 0.95, 0.93, 0.91, 0.5], 3, 0),
        ([1, 0.9, 0.95, 0.94], 3, 0),
        ([None, 0.8, None, 0.7], 3, 0),
        ([None] * 4, 3, 0),
        ([1, 0.9995, 0.999, 0.9985, 0.1], 3, 0.01),
        ([1, 1.1, 0.5], 1, 0),
        ([0.5, 0.5, 0.5, 0.4], 2, 0),
    ]
    out = []
    for losses, patience, delta in cases:
        stop, best = walk(losses, patience, delta)
        out.append({"losses": losses, "patience": patience, "min_delta": delta, "stop": stop, "best": best})
    json.dump(out, open("stop.json", "w"), indent=1)


optimizers()
frozen_batchnorm()
stops()
