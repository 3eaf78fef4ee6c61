"""Kernels side by side through jupyter_client: until ready, and a trivial cell there and back.

    python bench/kernel/kernel.py GRAFT GONB [rounds]        (GONB may be empty)

Rounds alternate between the kernels, so that a busy machine slows all of them alike. A kernel is ready when it
has answered its first kernel_info_request, the first cell done when its reply is there; the clock starts when the
process does. Later cells are back when both reply and idle status are. The first round and the first cells of each kernel are left out.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

PATIENCE = 120
WARM = 3


class Kernel:
    def __init__(self, name, argv, cell, cells):
        self.name, self.argv, self.cell, self.cells = name, argv, cell, cells
        self.ready, self.first, self.trips = [], [], []

    def round(self):
        manager = KernelManager()
        manager._kernel_spec = KernelSpec(argv=self.argv, display_name="bench", language="x")
        start = time.perf_counter()
        manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy())
        client = manager.client()
        client.start_channels()
        try:
            client.kernel_info()
            client.get_shell_msg(timeout=PATIENCE)
            ready = time.perf_counter() - start
            client.execute(self.cell)
            client.get_shell_msg(timeout=PATIENCE)
            first = time.perf_counter() - start
            client.wait_for_ready(timeout=PATIENCE)  # it waits for 0.2 s of silence, whatever the kernel
            trips = [self.trip(client) for _ in range(WARM + self.cells)]
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        return ready, first, trips[WARM:]

    def trip(self, client):
        start = time.perf_counter()
        sent = client.execute(self.cell)
        while True:
            message = client.get_iopub_msg(timeout=PATIENCE)
            mine = message["parent_header"].get("msg_id") == sent
            if mine and message["content"].get("execution_state") == "idle":
                break
        while (reply := client.get_shell_msg(timeout=PATIENCE))["parent_header"].get("msg_id") != sent:
            pass
        if reply["content"]["status"] != "ok":
            sys.exit(f"{self.name}: {reply['content']}")
        return time.perf_counter() - start


def main():
    graft, gonb, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 5
    kernels = [
        Kernel("ipykernel", [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "1 + 1", 100),
        Kernel("graft", [str(pathlib.Path(graft).resolve()), "kernel", "run", "{connection_file}"], "1 + 1", 100),
    ]
    if gonb:
        kernels.append(Kernel("GoNB", [gonb, "--kernel", "{connection_file}"], "%%\nfmt.Println(1 + 1)", 5))
    for number in range(rounds + 1):
        for kernel in kernels:
            ready, first, trips = kernel.round()
            if number > 0:
                kernel.ready.append(ready)
                kernel.first.append(first)
                kernel.trips += trips
    columns = [("ready s", 1, "ready"), ("first cell s", 1, "first"), ("cell ms", 1000, "trips")]
    print("kernel    " + "".join(f"{title:>14}{'ratio':>7}" for title, _, _ in columns) + f"   medians of {rounds} rounds; to ipykernel")
    for kernel in kernels:
        line = f"{kernel.name:10}"
        for _, scale, what in columns:
            value, base = (statistics.median(getattr(k, what)) for k in (kernel, kernels[0]))
            line += f"{value * scale:14.3f}{value / base:7.2f}"
        print(line)


main()
