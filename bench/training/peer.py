"""fastai's side of bench/training, with torchvision's weights, on the split that graft wrote.

    python bench/training/peer.py WHAT WEIGHTS SPLIT.json SEED

WHAT is one of
    frozen   30 epochs of the head on a frozen backbone, Adam 0.003
    probe    the same until the validation loss has not fallen for 5 epochs, at most 200
    tune2    fastai's two phases by hand: one frozen epoch, then 5 with the last two stages unfrozen
    tune     learn.fine_tune(5): one frozen epoch, then 5 of everything
    resnet   the same with a ResNet-18 from random parameters: there are no weights to be had here, so only its time counts
Prints accuracy on the test part, and seconds from the start of the process to the end of training.
The frozen phases of frozen and probe leave BatchNorm alone (train_bn=False), which is the faster way.
"""

import json
import sys
import time

start = time.perf_counter()

import torch  # noqa: E402
import torchvision  # noqa: E402
from fastai.vision.all import (  # noqa: E402
    Adam, CategoryBlock, CrossEntropyLossFlat, DataBlock, EarlyStoppingCallback, ImageBlock, Learner, Normalize,
    Resize, accuracy, imagenet_stats, params, set_seed)

what, weights, split, seed = sys.argv[1], sys.argv[2], json.load(open(sys.argv[3])), int(sys.argv[4])
set_seed(seed, reproducible=True)

def examples(*parts):
    return [{"path": path, "label": label, "part": part} for part in parts for path, label in split[part]]



block = DataBlock(
    (ImageBlock, CategoryBlock),
    get_x=lambda e: e["path"], get_y=lambda e: e["label"],
    splitter=lambda all: tuple([i for i, e in enumerate(all) if e["part"] == part] for part in ("train", "valid")),
    item_tfms=Resize(224), batch_tfms=Normalize.from_stats(*imagenet_stats))
dls = block.dataloaders(examples("train", "valid"), bs=16)

if what == "resnet":
    whole = torchvision.models.resnet18()
    children = list(whole.children())
    stages, width = [torch.nn.Sequential(*children[:4]), *children[4:8]], 512
else:
    whole = torchvision.models.mobilenet_v2()
    whole.load_state_dict(torch.load(weights, weights_only=True))
    f = whole.features
    # The stages of graft's mobilenet_v2: stem, seven of blocks, the last convolution.
    cuts = [0, 1, 2, 4, 7, 11, 14, 17, 18, 19]
    stages, width = [f[a:b] for a, b in zip(cuts, cuts[1:])], 1280
head = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(width, len(dls.vocab)))
net = torch.nn.Sequential(*stages, head).to(memory_format=torch.channels_last)


def groups(net):
    return [params(stage) for stage in net]


learn = Learner(dls, net, loss_func=CrossEntropyLossFlat(), opt_func=Adam, splitter=groups, metrics=accuracy,
                train_bn=what not in ("frozen", "probe"))
learn.create_opt()
with learn.no_bar(), learn.no_logging():
    if what == "frozen":
        learn.freeze()
        learn.fit(30, 3e-3)
    elif what == "probe":
        learn.freeze()
        learn.fit(200, 3e-3, cbs=EarlyStoppingCallback(patience=5))
    elif what == "tune2":
        learn.freeze()
        learn.fit_one_cycle(1, slice(2e-3), pct_start=0.99)
        learn.freeze_to(-3)
        learn.fit_one_cycle(5, slice(1e-3 / 100, 1e-3), pct_start=0.3, div=5)
    else:
        learn.fine_tune(5)
took = time.perf_counter() - start
test = dls.test_dl(examples("test"), with_labels=True)
with learn.no_bar():
    loss, right = learn.validate(dl=test)
print(f"{right:.4f} {took:.2f}")
