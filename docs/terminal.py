"""Turns a screen of tmux into a page, to be photographed by a browser.

    tmux capture-pane -p -e | python3 docs/terminal.py > screen.html
    chromium --headless --screenshot=docs/NAME.png --window-size=W,H screen.html
"""

import html
import re
import sys

BASE = "000000 cd3131 0dbc79 e5e510 2472c8 bc3fbc 11a8cd e5e5e5 666666 f14c4c 23d18b f5f543 3b8eea d670d6 29b8db ffffff".split()


def palette(n):
    if n < 16:
        return "#" + BASE[n]
    if n >= 232:
        return "#" + f"{8 + 10 * (n - 232):02x}" * 3
    n -= 16
    level = lambda v: 0 if v == 0 else 55 + 40 * v
    return f"#{level(n // 36):02x}{level(n // 6 % 6):02x}{level(n % 6):02x}"


def colour(codes):
    """Takes 5;N or 2;R;G;B off the front of codes."""
    if codes.pop(0) == 5:
        return palette(codes.pop(0))
    return "#" + "".join(f"{codes.pop(0):02x}" for _ in range(3))


def apply(style, params):
    codes = [int(c or 0) for c in re.split("[;:]", params)]
    while codes:
        c = codes.pop(0)
        if c == 0:
            style.clear()
        elif c == 1:
            style["font-weight"] = "bold"
        elif c == 3:
            style["font-style"] = "italic"
        elif c == 4:
            style["text-decoration"] = "underline"
        elif c in (38, 48):
            style["color" if c == 38 else "background"] = colour(codes)
        elif 30 <= c <= 37 or 90 <= c <= 97:
            style["color"] = palette(c - 30 if c < 90 else c - 82)
        elif 40 <= c <= 47:
            style["background"] = palette(c - 40)
        elif c == 39:
            style.pop("color", None)
        elif c == 49:
            style.pop("background", None)


def cells(text):
    """Braille comes from another font: each character gets a cell of its own."""
    return re.sub("[\u2800-\u28ff]", lambda m: f"<i>{m[0]}</i>", html.escape(text))


def page(text):
    out, style = [], {}
    for part in re.split(r"(\x1b\[[0-9;:]*m)", text):
        if part.startswith("\x1b["):
            apply(style, part[2:-1])
        elif part:
            css = ";".join(f"{k}:{v}" for k, v in style.items())
            out.append(f'<span style="{css}">{cells(part)}</span>')
    return f"""<meta charset="utf-8"><style>
body {{ margin: 0; background: #16181d; color: #d8dade; }}
pre {{ margin: 0; padding: 20px 24px; font: 15px/18px "DejaVu Sans Mono", monospace; }}
i {{ display: inline-block; width: 1ch; font-style: normal; overflow: hidden; vertical-align: top; height: 18px; }}
</style><pre>{"".join(out)}</pre>"""


print(page(re.sub(r"\x1b[()][A-Z0-9]|\x0e|\x0f", "", sys.stdin.read())))
