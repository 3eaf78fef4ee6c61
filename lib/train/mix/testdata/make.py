"""Writes mixed.json with timm: python make.py"""
import json
import os

import numpy as np
import timm.data.mixup
import torch


def mixed():
    """A batch that timm's Mixup made, with its pairs, from the last backwards; and the loss of the soft labels."""
    torch.manual_seed(41)
    np.random.seed(6)
    x, y = torch.randn(4, 2, 5, 6), torch.tensor([0, 2, 1, 1])
    logits = torch.randn(4, 3)
    out = {"x": x.permute(0, 2, 3, 1).flatten().tolist(), "y": y.tolist(), "logits": logits.flatten().tolist(), "cases": {}}
    for name, options in {"mixup": {"mixup_alpha": 0.4}, "cutmix": {"mixup_alpha": 0, "cutmix_alpha": 1.0}}.items():
        mix = timm.data.mixup.Mixup(**options, num_classes=3, label_smoothing=0)
        drawn = {}
        plain = timm.data.mixup.cutmix_bbox_and_lam

        def record(*args, **kwargs):
            bbox, lam = plain(*args, **kwargs)
            drawn["box"] = [int(v) for v in bbox]
            return bbox, lam

        timm.data.mixup.cutmix_bbox_and_lam = record
        made, target = mix(x.clone(), y)
        timm.data.mixup.cutmix_bbox_and_lam = plain
        share = ((target[0, 0] - 0) / 1).item()  # the first example is of class 0, its partner of class 1
        loss = -(target * logits.log_softmax(1)).sum(1).mean().item()
        out["cases"][name] = {"share": share, "box": drawn.get("box", [0, 0, 0, 0]), "made": made.permute(0, 2, 3, 1).flatten().tolist(), "loss": loss}
    json.dump(out, open("mixed.json", "w"), indent=1)


os.chdir(os.path.dirname(os.path.abspath(__file__)))
mixed()
