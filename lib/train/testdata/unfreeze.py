"""Writes unfreeze.json with PyTorch: python unfreeze.py, in this folder.

The network of bn.safetensors, BatchNorm in eval mode throughout, six epochs of four
batches of 20 in order. Only the head learns at first; bn is unfrozen before epoch 2,
conv before epoch 3, bn is frozen before epoch 4 and unfrozen again before epoch 5.
A parameter without a gradient is left out by the optimizer: its state waits, and its
state of its first step starts from zero.
"""
import json
import os

import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy, relu

os.chdir(os.path.dirname(os.path.abspath(__file__)))

f = load_file("bn.safetensors")
start = {k[6:]: v for k, v in f.items() if k.startswith("start.")}


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn, self.fc = torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(relu(self.bn(self.conv(x))).mean((2, 3)))


def run(rule):
    net = Net()
    net.load_state_dict(start, strict=False)
    net.eval()
    opt = rule([
        {"params": net.conv.parameters(), "lr": 0.05 * 0.5},
        {"params": net.bn.parameters(), "lr": 0.05},
        {"params": net.fc.parameters(), "lr": 0.05},
    ])
    x, y = f["x"], f["y"].long()
    if x.shape[-1] == 3:
        x = x.permute(0, 3, 1, 2)
    losses = []
    for epoch in range(1, 7):
        net.conv.requires_grad_(epoch >= 3)
        net.bn.requires_grad_(epoch in (2, 3, 5, 6))
        for b in range(4):
            loss = cross_entropy(net(x[20 * b:20 * b + 20]), y[20 * b:20 * b + 20])
            opt.zero_grad(set_to_none=True)
            loss.backward()
            opt.step()
            losses.append(loss.item())
    end = {k: v.flatten().tolist() for k, v in net.state_dict().items() if k in ("conv.bias", "bn.weight", "bn.bias", "fc.bias")}
    return {"losses": losses, "end": end}


out = {
    "adam": run(lambda p: torch.optim.Adam(p)),
    "sgd": run(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
}
json.dump(out, open("unfreeze.json", "w"), indent=1)
