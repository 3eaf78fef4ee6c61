"""Takes docs/jupyterlab.png: JupyterLab with lesson 1, in the middle of a fit.

    graft kernel install --user
    python3 -m venv /tmp/lab && /tmp/lab/bin/pip install jupyterlab playwright
    /tmp/lab/bin/python docs/jupyterlab.py [notebook] [png]

Needs Chromium (apt: chromium). The notebook is copied; nothing of it changes.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import sync_playwright

here = pathlib.Path(__file__).parent
notebook = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here.parent / "notebooks/01-first-transfer.ipynb")
picture = sys.argv[2] if len(sys.argv) > 2 else str(here / "jupyterlab.png")
folder = tempfile.mkdtemp()
shutil.copy(notebook, folder)
port = 8931
lab = subprocess.Popen(
    [str(pathlib.Path(sys.executable).parent / "jupyter-lab"), "--allow-root", "--no-browser", f"--port={port}",
     "--IdentityProvider.token=", "--ServerApp.root_dir=" + folder, "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
base = f"http://localhost:{port}"


def until(check, seconds):
    end = time.time() + seconds
    while True:
        try:
            if check():
                return
        except OSError:
            pass
        if time.time() > end:
            raise TimeoutError(check)
        time.sleep(0.2)


def scroll(page, cell):
    if cell.count() == 0:  # JupyterLab draws only what is near
        page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollBy(0, 600)")
        return False
    cell.scroll_into_view_if_needed()
    return True


try:
    until(lambda: urllib.request.urlopen(base + "/api"), 60)
    with sync_playwright() as p:
        page = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]).new_page(
            viewport={"width": 1360, "height": 900}, device_scale_factor=1.5)
        page.goto(f"{base}/lab/tree/{notebook.name}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        page.keyboard.press("Control+b")  # hides the side bar
        page.wait_for_timeout(3000)
        page.add_style_tag(content=".Toastify { display: none }")
        page.click("text=Run >> nth=0")
        page.click("text=Run All Cells")
        # The third fit, from scratch, is the long one: wait for its fifth epoch.
        fit = page.locator(".jp-CodeCell", has_text="graft.FromScratch()")
        page.wait_for_timeout(1000)
        until(lambda: scroll(page, fit) and "5/12" in fit.inner_text(), 600)
        page.locator(".jp-CodeCell", has_text='tuned.Unfreeze("last 2")').evaluate("cell => cell.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(1500)
        page.screenshot(path=picture)
finally:
    lab.terminate()
