# Photographs and what Pillow and torchvision make of them; run in a virtual environment with torchvision and
# scikit-image: python make.py. The photographs are scikit-image's (public domain or CC0, see its data/README.txt).
import os
import skimage
from PIL import Image
from torchvision.transforms import v2

here = os.path.dirname(os.path.abspath(__file__))
source = os.path.join(os.path.dirname(skimage.__file__), "data")
filters = {"bilinear": v2.InterpolationMode.BILINEAR, "bicubic": v2.InterpolationMode.BICUBIC}
# name, length of the longer side, subsampling of colour (None: PNG)
photos = [("chelsea.png", 451, 2), ("coffee.png", 400, 1), ("astronaut.png", 333, 0), ("rocket.jpg", 320, 2), ("motorcycle_left.png", 300, None)]

for name, longest, subsampling in photos:
    stem = name.split(".")[0]
    img = Image.open(os.path.join(source, name)).convert("RGB")
    img.thumbnail((longest, longest))
    path = os.path.join(here, stem + (".png" if subsampling is None else ".jpg"))
    if subsampling is None:
        img.save(path)
    else:
        img.save(path, quality=88, subsampling=subsampling)
    img = Image.open(path).convert("RGB")
    for kind, mode in filters.items():
        for size, resize in ((160, 183), (96, 96)):
            out = v2.CenterCrop(size)(v2.Resize(resize, mode, antialias=True)(img))
            out.save(os.path.join(here, f"{stem}.{kind}.{size}.png"), optimize=True)
# a small one, enlarged
img = Image.open(os.path.join(here, "chelsea.jpg")).convert("RGB").crop((120, 80, 171, 117))
img.save(os.path.join(here, "eye.png"))
for kind, mode in filters.items():
    v2.CenterCrop(96)(v2.Resize(110, mode, antialias=True)(img)).save(os.path.join(here, f"eye.{kind}.96.png"), optimize=True)
