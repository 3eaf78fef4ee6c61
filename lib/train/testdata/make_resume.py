"""Field case T2: two layers, the first frozen in epochs 1 and 2 and free in 3 to 6,
SGD with momentum 0.9, a rate that falls by a sixth of 0.2 each epoch, a tenth of it
for the body. One run straight through; its losses and its end are resume.json."""
import json, os
import torch

torch.manual_seed(5)
torch.set_num_threads(1)
x = torch.randn(24, 6)
y = (x[:, 0] > 0).long()
W = {"body": torch.randn(6, 5) * 0.3, "head": torch.randn(5, 2) * 0.3}
start = {k: v.clone() for k, v in W.items()}
V = {k: torch.zeros_like(v) for k, v in W.items()}
EPOCHS, FREE = 6, 3
losses, after = [], []
for epoch in range(1, EPOCHS + 1):
    share = 1 - (epoch - 1) / EPOCHS
    rate = {"head": 0.2 * share, "body": 0.02 * share}
    for i in range(0, 24, 8):
        P = {k: v.clone().requires_grad_() for k, v in W.items()}
        out = torch.tanh(x[i : i + 8] @ P["body"]) @ P["head"]
        loss = torch.nn.functional.cross_entropy(out, y[i : i + 8])
        loss.backward()
        losses.append(loss.item())
        for k in W:
            if k == "body" and epoch < FREE:
                continue
            V[k] = 0.9 * V[k] + P[k].grad
            W[k] = W[k] - rate[k] * V[k]
    after.append({k: v.flatten().tolist() for k, v in W.items()})

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "resume.json")
with open(path, "w") as f:
    json.dump({
        "x": x.flatten().tolist(), "y": y.tolist(),
        "start": {k: v.flatten().tolist() for k, v in start.items()},
        "losses": losses, "after": after,
    }, f)
