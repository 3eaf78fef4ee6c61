"""Ten epochs of a linear head on a frozen MobileNetV2 as most people write it in PyTorch:
the backbone, in eval mode and without gradients, runs for every image of every epoch.

    python bench/frozen/frozen.py WEIGHTS.pth FOLDER [images] [epochs]

FOLDER holds PNG files. Prints seconds from the start of the process to the end of the last epoch.
"""

import pathlib
import sys
import time

start = time.perf_counter()

import numpy  # noqa: E402
import torch  # noqa: E402
import torchvision  # noqa: E402
from PIL import Image  # noqa: E402

BATCH = 16
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


class Photos(torch.utils.data.Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        image = Image.open(self.paths[i]).convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
        x = torch.from_numpy(numpy.asarray(image).copy()).permute(2, 0, 1).float() / 255
        return (x - MEAN) / STD, i % 2


def main():
    weights, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    epochs = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    torch.manual_seed(0)
    net = torchvision.models.mobilenet_v2()
    net.load_state_dict(torch.load(weights, weights_only=True))
    body = net.features.eval().to(memory_format=torch.channels_last).requires_grad_(False)
    head = torch.nn.Linear(1280, 2)
    optimizer = torch.optim.Adam(head.parameters(), lr=1e-3)
    loader = torch.utils.data.DataLoader(Photos(sorted(folder.glob("*.png"))[:count]), batch_size=BATCH, shuffle=True)
    for _ in range(epochs):
        for x, y in loader:
            with torch.no_grad():
                features = body(x.to(memory_format=torch.channels_last)).mean((2, 3))
            loss = torch.nn.functional.cross_entropy(head(features), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    print(f"{time.perf_counter() - start:.2f}")


main()
