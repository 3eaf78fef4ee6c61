"""Writes ../imagenet1k.txt: ImageNet-1k class names as torchvision 0.29 has them. Run by `make fixtures`."""

import pathlib

from torchvision.models._meta import _IMAGENET_CATEGORIES

out = pathlib.Path(__file__).parent.parent / "imagenet1k.txt"
out.write_text("\n".join(_IMAGENET_CATEGORIES) + "\n")
