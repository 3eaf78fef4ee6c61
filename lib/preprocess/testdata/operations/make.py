# Augmenting operations as Pillow and torchvision do them; run in the virtual environment of scripts/torch-venv.sh:
# python make.py. Writes operations.png, all results below one another, and operations.json, which names them in
# order with their parameters; and the magnitudes of RandAugment.
import json
import math
import os
import torch
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

here = os.path.dirname(os.path.abspath(__file__))
img = Image.open(os.path.join(here, "..", "eye.png")).convert("RGB")  # 51 x 37
nearest, bilinear = InterpolationMode.NEAREST, InterpolationMode.BILINEAR


def affine(x, translate, shear, center=None):
    return F.affine(x, angle=0.0, translate=translate, scale=1.0, shear=shear, interpolation=nearest, center=center)


operations = {
    "flip": lambda x, _: F.horizontal_flip(x),
    "flip up": lambda x, _: F.vertical_flip(x),
    "brightness": F.adjust_brightness,
    "contrast": F.adjust_contrast,
    "saturation": F.adjust_saturation,
    "hue": F.adjust_hue,
    "sharpness": F.adjust_sharpness,
    "posterize": lambda x, v: F.posterize(x, int(v)),
    "solarize": F.solarize,
    "autocontrast": lambda x, _: F.autocontrast(x),
    "equalize": lambda x, _: F.equalize(x),
    "shear x": lambda x, v: affine(x, [0, 0], [math.degrees(math.atan(v)), 0.0], [0, 0]),
    "shear y": lambda x, v: affine(x, [0, 0], [0.0, math.degrees(math.atan(v))], [0, 0]),
    "translate x": lambda x, v: affine(x, [int(v), 0], [0.0, 0.0]),
    "translate y": lambda x, v: affine(x, [0, int(v)], [0.0, 0.0]),
    "rotate": lambda x, v: F.rotate(x, v, interpolation=nearest),
    "turn": lambda x, v: F.rotate(x, v, interpolation=bilinear),
}
factors = [0, 0.1, 0.5, 0.73, 1, 1.27, 1.9, 3]
values = {
    "brightness": factors, "contrast": factors, "saturation": factors, "sharpness": factors,
    "hue": [-0.5, -0.31, -0.01, 0, 0.1, 0.25, 0.5], "posterize": [4, 5, 7, 8], "solarize": [0, 76.5, 178.5, 255],
    "shear x": [-0.3, 0.09, 0.3], "shear y": [-0.3, 0.09, 0.3], "translate x": [-20.9, 6.9, 23], "translate y": [-16, 5.03],
    "rotate": [-30, -9, 9, 27.5], "turn": [-30, -9, 0, 5.5, 180],
}
cases, results = [], []
for name, op in operations.items():
    for value in values.get(name, [0]):
        cases.append({"name": name, "value": value})
        results.append(op(img, value))
# flat and two-coloured pictures, where tables have their special cases
flat = Image.new("RGB", img.size, (200, 7, 90))
two = flat.copy()
two.paste((0, 255, 90), (0, 0, 30, 20))
for source, picture in (("flat", flat), ("two", two)):
    for name in ("autocontrast", "equalize"):
        cases.append({"name": name, "value": 0, "source": source})
        results.append(operations[name](picture, 0))
sheet = Image.new("RGB", (img.width, img.height * len(results)))
for i, r in enumerate(results):
    assert r.size == img.size
    sheet.paste(r, (0, i * img.height))
sheet.save(os.path.join(here, "operations.png"), optimize=True)

crops = []
for i, (top, left, height, width, size, mode) in enumerate([(3, 5, 20, 31, 24, "bilinear"), (0, 0, 37, 51, 24, "bicubic"), (10, 20, 9, 7, 24, "bicubic"), (30, 40, 7, 11, 24, "bilinear")]):
    out = F.resized_crop(img, top, left, height, width, [size, size], interpolation=InterpolationMode(mode), antialias=True)
    out.save(os.path.join(here, f"crop{i}.png"), optimize=True)
    crops.append({"top": top, "left": left, "height": height, "width": width, "size": size, "mode": mode})

magnitudes = {}
for name, (fn, signed) in v2.RandAugment._AUGMENTATION_SPACE.items():
    m = fn(31, 37, 51)
    magnitudes[name] = {"signed": signed, "values": [] if m is None else [float(v) for v in m]}

torch.manual_seed(3)
erased = torch.arange(2 * 5 * 6 * 3, dtype=torch.float32).reshape(2, 5, 6, 3)[1]
erased = F.erase(erased.permute(2, 0, 1), 1, 2, 3, 2, torch.zeros(3, 1, 1)).permute(1, 2, 0)
with open(os.path.join(here, "operations.json"), "w") as f:
    json.dump({"cases": cases, "crops": crops, "magnitudes": magnitudes, "erased": erased.flatten().tolist()}, f)
    f.write("\n")
