"""Start-up times, side by side: `graft run` of an empty file, graft's kernel and ipykernel.

    python bench/start/start.py ./graft [rounds]

Runs alternate, so that a busy machine slows all of them alike. A kernel is ready when it has
answered its first kernel_info_request; the clock starts when the process does.
Needs jupyter_client and ipykernel (scripts/jupyter-venv.sh installs both).
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager


def empty_file(graft: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        cell = pathlib.Path(folder) / "empty.go"
        cell.write_text("")
        start = time.perf_counter()
        subprocess.run([graft, "run", str(cell)], check=True, capture_output=True)
        return time.perf_counter() - start


def kernel(argv: list[str]) -> float:
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=argv, display_name="bench", language="x")
    start = time.perf_counter()
    manager.start_kernel(stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        return time.perf_counter() - start
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main() -> None:
    graft = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    runs = {
        "graft run, empty file": lambda: empty_file(graft),
        "graft kernel, ready": lambda: kernel([graft, "kernel", "run", "{connection_file}"]),
        "ipykernel, ready": lambda: kernel([sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name, run in runs.items():
            times[name].append(run())
    print(f"{'what':24}{'median s':>10}{'least s':>10}   of {rounds} rounds, the first left out")
    for name, values in times.items():
        print(f"{name:24}{statistics.median(values[1:]):10.3f}{min(values[1:]):10.3f}")


main()
