"""Writes the fixtures of package train with PyTorch and timm: python make.py

recipes.json     runs with clipping, averages, accumulation and L2-SP; DELTA and BSS
bn.safetensors   field case T1: a frozen convolution with BatchNorm and a trained head, ten steps of SGD
bn.json          its losses, with the running statistics kept (right) and drifting (wrong)
stop.json        field case T4: loss series, patience, where to stop and which epoch is best
"""
import copy
import json
import math
import os

import torch
from safetensors.torch import save_file
from timm.utils import ModelEmaV3
from torch.nn.functional import cross_entropy


def recipes():
    torch.manual_seed(23)
    x, y = torch.randn(13, 4), torch.randint(0, 3, (13,))
    w0, b0 = torch.randn(3, 4) * 0.5, torch.randn(3) * 0.1

    def run(step, batch=13, epochs=6, after=lambda net, n: None):
        net = torch.nn.Linear(4, 3)
        net.load_state_dict({"weight": w0, "bias": b0})
        opt, kept, n = torch.optim.Adam(net.parameters(), 0.05), [], 0
        for _ in range(epochs):
            for i in range(0, 13, batch):
                loss = cross_entropy(net(x[i : i + batch]), y[i : i + batch])
                opt.zero_grad()
                loss.backward()
                step(net)
                opt.step()
                n += 1
                after(net, n)
                kept.append(loss.item())
        return {"losses": kept, "weight": net.weight.detach().T.flatten().tolist(), "bias": net.bias.tolist()}

    clip = torch.nn.utils
    out = {"x": x.flatten().tolist(), "y": y.tolist(), "weight": w0.T.flatten().tolist(), "bias": b0.tolist(), "runs": {}}
    runs = out["runs"]
    runs["norm"] = run(lambda net: clip.clip_grad_norm_(net.parameters(), 0.1))
    runs["value"] = run(lambda net: clip.clip_grad_value_(net.parameters(), 0.05))
    runs["both"] = run(lambda net: (clip.clip_grad_value_(net.parameters(), 0.05), clip.clip_grad_norm_(net.parameters(), 0.06)))
    # The head's part of L2-SP: its slope is beta times the parameter.
    runs["head"] = run(lambda net: [p.grad.add_(p.detach(), alpha=0.3) for p in net.parameters()])
    # Three batches of four make an update, the second of an epoch has the thirteenth example.
    runs["accumulate"] = run(lambda net: None, batch=12)
    for name, options, numbered in (("average", {"decay": 0.9}, False), ("average-warm", {"decay": 0.6, "use_warmup": True}, True)):
        ema = None

        def after(net, n):
            nonlocal ema
            if ema is None:
                first = torch.nn.Linear(4, 3)
                first.load_state_dict({"weight": w0, "bias": b0})
                ema = ModelEmaV3(first, **options)
            ema.update(net, n if numbered else None)

        r = run(lambda net: None, after=after)
        r["average"] = ema.module.weight.detach().T.flatten().tolist()
        r["valid"] = cross_entropy(ema.module(x), y).item()
        runs[name] = r
    out["l2sp"] = anchored(lambda now, start, x: sum((0.5 * 0.3 * ((p - q) ** 2).sum() for p, q in zip(now.body, start.body))))
    out["delta"] = anchored(delta)
    out["bss"] = anchored(lambda now, start, x: 0.2 * (torch.linalg.svdvals(now.features(x)[1])[-2:] ** 2).sum())
    json.dump(out, open("recipes.json", "w"), indent=1)


class Two:
    """Two matrices with tanh after each as stages, and a linear head."""

    def __init__(self):
        torch.manual_seed(31)
        make = lambda *shape: (torch.randn(*shape) * 0.7).requires_grad_()
        self.body = [make(4, 5), make(5, 6)]
        self.head = [make(6, 3), make(3)]

    def features(self, x):
        first = torch.tanh(x @ self.body[0])
        return first, torch.tanh(first @ self.body[1])

    def __call__(self, x):
        return self.features(x)[1] @ self.head[0] + self.head[1]


def delta(now, start, x):
    both = zip(now.features(x), start.features(x))
    return 0.4 * sum(0.5 * ((a - b.detach()) ** 2).sum(1).mean() for a, b in both)


def anchored(penalty):
    """Eight steps of SGD; the reported loss is that of the data alone."""
    now, start = Two(), Two()
    torch.manual_seed(37)
    x, y = torch.randn(9, 4), torch.randint(0, 3, (9,))
    params = now.body + now.head
    out = {"x": x.flatten().tolist(), "y": y.tolist(), "start": [p.flatten().tolist() for p in params], "losses": []}
    opt = torch.optim.SGD(params, 0.2)
    for _ in range(8):
        loss = cross_entropy(now(x), y)
        opt.zero_grad()
        (loss + penalty(now, start, x)).backward()
        opt.step()
        out["losses"].append(loss.item())
    out["end"] = [p.flatten().tolist() for p in params]
    return out


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


os.chdir(os.path.dirname(os.path.abspath(__file__)))
recipes()
frozen_batchnorm()
stops()
