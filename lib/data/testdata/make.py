# The inputs of field cases D1 to D6 as archives (they hold links, empty folders and names that no version control
# keeps), and a photograph in every format: python make.py [GEN], where GEN is shared/field/gen (by default the one beside
# the repository), in a virtual environment with Pillow, numpy and scikit-image.
import os, stat, subprocess, sys, tempfile, zipfile
import numpy as np
import skimage
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
gen = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..", "..", "..", "shared", "field", "gen")


def pack(name, folder):
    with zipfile.ZipFile(os.path.join(here, name + ".zip"), "w", zipfile.ZIP_DEFLATED) as z:
        for top, dirs, files in os.walk(folder):
            for entry in sorted(dirs + files):
                full = os.path.join(top, entry)
                info = zipfile.ZipInfo(os.path.relpath(full, folder))
                info.compress_type = zipfile.ZIP_DEFLATED
                if os.path.islink(full):
                    info.external_attr = (stat.S_IFLNK | 0o777) << 16
                    z.writestr(info, os.readlink(full))
                elif os.path.isdir(full):
                    info.filename += "/"
                    info.external_attr = (stat.S_IFDIR | 0o755) << 16
                    z.writestr(info, b"")
                else:
                    info.external_attr = (stat.S_IFREG | 0o644) << 16
                    z.writestr(info, open(full, "rb").read())


for case in ["exif8", "cmyk", "palette", "badfiles", "folder", "csvmess"]:
    with tempfile.TemporaryDirectory() as tmp:
        subprocess.run([sys.executable, os.path.join(gen, case + ".py"), os.path.join(tmp, case)], check=True)
        pack(case, os.path.join(tmp, case))

# A photograph of odd size in every format, and what Pillow decodes.
os.makedirs(os.path.join(here, "formats"), exist_ok=True)
img = Image.open(os.path.join(os.path.dirname(skimage.__file__), "data", "chelsea.png")).convert("RGB").crop((90, 60, 161, 107))
at = lambda name: os.path.join(here, "formats", name)
for sub in (0, 1, 2):
    img.save(at(f"sub{sub}.jpg"), quality=85, subsampling=sub)
img.save(at("progressive.jpg"), quality=85, progressive=True)
img.convert("L").save(at("grey.jpg"), quality=85)
img.save(at("lossy.webp"), quality=85)
img.save(at("lossless.webp"), lossless=True)
img.save(at("rgb.bmp"))
img.save(at("lzw.tif"), compression="tiff_lzw")
img.quantize(64).save(at("palette.png"))
img.quantize(64).save(at("palette.gif"))
exif = Image.Exif()
exif[0x0112] = 6
img.save(at("turned.webp"), lossless=True, exif=exif.tobytes())
img.save(at("turned.tif"), tiffinfo={274: 6})
grey = np.asarray(img.convert("L")).astype(np.uint16) * 256 + 77
Image.fromarray(grey).save(at("grey16.png"))
for name in sorted(os.listdir(at(""))):
    if "expected" in name or name.startswith("turned"):
        continue
    out = img.convert("L") if name == "grey16.png" else Image.open(at(name))
    out.convert("RGB").save(at(name + ".expected.png"), optimize=True)
