# Draws logo-32x32.png and logo-64x64.png, the shapes of logo-svg.svg: python logo.py (needs Pillow).
from PIL import Image, ImageDraw

S = 16  # drawn this much larger, then scaled down
img = Image.new("RGBA", (64 * S, 64 * S), (0, 0, 0, 0))
d = ImageDraw.Draw(img)
wood, leaf = "#c9a36a", "#3fd0c9"


def line(x0, y0, x1, y1, w, c):
    d.line([x0 * S, y0 * S, x1 * S, y1 * S], fill=c, width=w * S)
    for x, y in ((x0, y0), (x1, y1)):
        disc(x, y, w / 2, c)


def disc(x, y, r, c):
    d.ellipse([(x - r) * S, (y - r) * S, (x + r) * S, (y + r) * S], fill=c)


d.rounded_rectangle([0, 0, 64 * S - 1, 64 * S - 1], 14 * S, fill="#0b3b3c")
line(32, 58, 32, 34, 7, wood)
line(32, 38, 18, 24, 6, wood)
line(32, 36, 45, 22, 6, leaf)
disc(17, 20, 8, wood)
disc(46, 19, 10, leaf)
for n in (32, 64):
    img.resize((n, n), Image.LANCZOS).save(f"logo-{n}x{n}.png", optimize=True)
