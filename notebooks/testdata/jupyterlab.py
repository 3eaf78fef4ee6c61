"""A user's hour with lesson 1 in JupyterLab, in headless Chromium.

    jupyterlab.py NOTEBOOK FOLDER

Runs all cells of a copy of NOTEBOOK in FOLDER, watches the curve of the long fit
move, stops it, goes on in the same session, restarts, completes, reads a tooltip,
saves and opens again. Pictures of every stage go to FOLDER. It ends with status 1
and a line that says what was not so. The graft kernel must be on Jupyter's path,
and Chromium on PATH. docs/jupyterlab.png is such a fit.png.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.request

from playwright.sync_api import sync_playwright

notebook, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
copy = folder / notebook.name
PORT = int(os.environ.get("GRAFT_TEST_PORT", "8931"))
BASE = f"http://localhost:{PORT}"


def start():
    """Starts the server with every cell drawn, near or not."""
    shutil.copy(notebook, copy)
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": "none"}))
    env = dict(os.environ, JUPYTERLAB_SETTINGS_DIR=str(folder / "settings"), JUPYTERLAB_WORKSPACES_DIR=str(folder / "workspaces"))
    return subprocess.Popen(
        [str(pathlib.Path(sys.executable).parent / "jupyter-lab"), "--allow-root", "--no-browser", f"--port={PORT}",
         "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=",
         "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
        env=env, stdout=(folder / "server.log").open("w"), stderr=subprocess.STDOUT)


def until(check, seconds, what):
    end = time.time() + seconds
    while True:
        try:
            value = check()
            if value:
                return value
        except OSError:
            pass
        if time.time() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.2)


class Lab:
    def __init__(self, page):
        self.page = page

    def open(self):
        self.page.goto(f"{BASE}/lab/tree/{copy.name}?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=120_000)
        self.page.add_style_tag(content=".Toastify { display: none }")

    def cell(self, text):
        return self.page.locator(".jp-CodeCell", has_text=text).last

    def picture(self, name, cell=None):
        if cell is not None:
            cell.evaluate("cell => cell.scrollIntoView({block: 'start'})")
            self.page.wait_for_timeout(500)
        self.page.screenshot(path=str(folder / f"{name}.png"))

    def command(self, name):
        self.page.locator(f'.jp-NotebookPanel-toolbar [data-command="{name}"]').first.click()

    def idle(self, seconds):
        state = self.page.locator(".jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator").first
        until(lambda: state.get_attribute("data-status") == "idle", seconds, "the kernel is idle")

    def add(self, source):
        """Types a new last cell; its editor has the cursor."""
        self.page.locator(".jp-Notebook .jp-CodeCell .cm-content").last.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(source, delay=20)
        return self.page.locator(".jp-Notebook .jp-Cell").last

    def run(self, source, seconds=60):
        cell = self.add(source)
        self.page.keyboard.press("Control+Enter")
        until(lambda: cell.locator(".jp-OutputArea-output").count() > 0, seconds, f"an output of {source}")
        return cell.locator(".jp-OutputArea").inner_text()


def check(condition, what):
    if not condition:
        raise AssertionError(what)
    print("ok:", what, flush=True)


def fits(lab):
    """Runs all cells and stops the fit from random numbers in its middle."""
    page = lab.page
    page.click("text=Run >> nth=0")
    page.click("text=Run All Cells")
    scratch = lab.cell("graft.FromScratch()")
    curve = lambda: scratch.locator("svg").first.inner_html() if scratch.locator("svg").count() else ""
    until(lambda: "3/12" in scratch.inner_text(), 900, "the third epoch of the long fit")
    first = curve()
    until(lambda: curve() != first, 120, "another curve")
    check(first != "", "the curve of the running fit moves")
    lab.picture("fit", lab.cell('tuned.Unfreeze("last 2")'))
    asked = time.time()
    lab.command("notebook:interrupt-kernel")
    until(lambda: "interrupted" in scratch.inner_text().lower(), 60, "the stopped fit says so")
    print(f"the fit stopped {time.time() - asked:.1f} s after the button", flush=True)
    lab.idle(60)
    lab.picture("interrupted", scratch)
    check(scratch.locator("svg").count() > 0, "the curve of the stopped fit stays")
    check("555" in lab.cell("frozen := m.Evaluate").inner_text(), "earlier cells have their results")
    check("2" in lab.run("len(train.Classes())"), "the session goes on after the stop")


def endless(lab):
    """A fit of many short epochs: after a thousand, its board is still live and stops."""
    long = lab.add("m.Freeze()\nm.Fit(1000000)")
    lab.page.keyboard.press("Control+Enter")
    epoch = lambda: int((re.search(r"epoch (\d+)/1000000", long.inner_text()) or [0, 0])[1])
    until(lambda: epoch() > 1000, 300, "the thousandth epoch")
    seen = epoch()
    until(lambda: epoch() > seen, 5, "a board that goes on after it")
    asked = time.time()
    lab.command("notebook:interrupt-kernel")
    until(lambda: "interrupted after" in long.inner_text(), 10, "a fit of a thousand epochs stops")
    print(f"after {epoch() or seen} epochs the fit stopped {time.time() - asked:.1f} s after the button", flush=True)
    check(long.locator("tr").count() <= 210, "its table is bounded")
    lab.idle(60)


def controls(lab):
    """The slider and the button of graft.Steer, as ipywidgets draws them."""
    cell = lab.add("m.Fit(1000000, graft.Steer())")
    lab.page.keyboard.press("Control+Enter")
    button = cell.locator("button.jupyter-button")
    until(lambda: button.count() == 1 and cell.locator(".widget-slider, .jupyter-widgets.widget-hslider").count() > 0, 60, "a button and a slider")
    until(lambda: "epoch" in cell.inner_text(), 60, "the fit goes on")
    lab.picture("controls", cell)
    asked = time.time()
    button.click()
    until(lambda: "stopped after" in cell.inner_text(), 10, "the button stops the fit")
    print(f"the fit stopped {time.time() - asked:.1f} s after its own button", flush=True)
    check(True, "the button of a running fit stops it")
    lab.idle(60)


def hands(lab):
    """Restart, completion, tooltip."""
    page = lab.page
    lab.command("notebook:restart-kernel")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.wait_for_timeout(1500)
    lab.idle(60)
    check("undefined: train" in lab.run("train.Len()"), "after a restart the names are gone, and the kernel works")
    cell = lab.add("strings.ToUp")
    page.keyboard.press("Tab")
    until(lambda: "strings.ToUpper" in cell.inner_text() or page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item").count() > 0, 20, "Tab completes")
    lab.picture("completion")
    if page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item").count() > 0:
        page.keyboard.press("Enter")
    until(lambda: "strings.ToUpper" in cell.inner_text(), 10, "the completed name")
    check(True, "Tab completes strings.ToUp")
    page.keyboard.type("(")
    page.keyboard.press("Shift+Tab")
    tip = page.locator(".jp-Tooltip")
    until(lambda: tip.count() > 0 and "func strings.ToUpper(s string) string" in tip.first.inner_text(), 20, "Shift-Tab shows the signature")
    lab.picture("tooltip")
    check(True, "Shift-Tab shows the signature and the documentation")
    page.keyboard.press("Escape")


def reopen(lab):
    page = lab.page
    before = copy.stat().st_mtime
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    until(lambda: copy.stat().st_mtime > before, 30, "the notebook is saved")
    lab.open()
    scratch = lab.cell("graft.FromScratch()")
    until(lambda: scratch.locator("svg").count() > 0, 30, "the curve after reopening")
    check(lab.cell("m.Confusion()").locator("svg, img, table").count() > 0, "pictures are there after reopening, without a kernel's help")
    lab.picture("reopened", scratch)


lab_server = start()
try:
    until(lambda: urllib.request.urlopen(BASE + "/api"), 90, "JupyterLab answers")
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        lab = Lab(browser.new_page(viewport={"width": 1360, "height": 900}, device_scale_factor=1.5))
        try:
            lab.open()
            lab.page.keyboard.press("Control+b")  # hides the side bar
            lab.page.wait_for_timeout(2000)
            fits(lab)
            endless(lab)
            controls(lab)
            hands(lab)
            reopen(lab)
        except BaseException:
            lab.picture("failed")
            raise
except (AssertionError, TimeoutError) as e:
    print("FAILED:", e, flush=True)
    sys.exit(1)
finally:
    lab_server.terminate()
    lab_server.wait(20)
