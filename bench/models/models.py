"""MobileNetV2 and ResNet-18, batch 16, 224 px, float32: graft beside PyTorch (channels_last), taking turns.

    python bench/models/models.py [rounds] [arch ...]

With GRAFT_BACKEND=cuda both sides run on the GPU, each with TF32 where it is the default there; BATCH changes
the batch, and MODELS names a program that has been built already.

Inference, and one full training step (cross-entropy, backward, Adam, running statistics). Each round runs
both sides once; the table gives medians and the median of the rounds' ratios. The CPU ratio compares the CPU time of
all threads: where other programs keep the machine busy, it is the one to read.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

import torch
import torchvision

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
ARCHS = sys.argv[2:] or ["mobilenet_v2", "resnet18"]
BATCH = int(os.environ.get("BATCH", "16"))
DEVICE = "cuda" if os.environ.get("GRAFT_BACKEND") == "cuda" else "cpu"
LIMITS = {("mobilenet_v2", "infer"): 1.1, ("resnet18", "infer"): 1.1, ("mobilenet_v2", "train"): 2.0, ("resnet18", "train"): 1.2}


class Graft:
    def __init__(self, binary, arch):
        self.process = subprocess.Popen([binary, arch, str(BATCH)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, work):
        self.process.stdin.write(work + "\n")
        self.process.stdin.flush()
        return tuple(map(float, self.process.stdout.readline().split()))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class PyTorch:
    def __init__(self, arch):
        torch.manual_seed(1)
        self.net = getattr(torchvision.models, arch)().to(DEVICE, memory_format=torch.channels_last)
        self.adam = torch.optim.Adam(self.net.parameters())
        self.x = torch.rand(BATCH, 3, 224, 224).to(DEVICE, memory_format=torch.channels_last)
        self.labels = torch.full((BATCH,), 7, device=DEVICE)

    def __call__(self, work):
        start, cpu = time.perf_counter(), time.process_time()
        getattr(self, work)()
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - start, time.process_time() - cpu

    def infer(self):
        self.net.eval()
        with torch.inference_mode():
            self.net(self.x)

    def train(self):
        self.net.train()
        self.adam.zero_grad()
        torch.nn.functional.cross_entropy(self.net(self.x), self.labels).backward()
        self.adam.step()


def measure(ours, theirs, work):
    ours(work), theirs(work), ours(work), theirs(work)  # compile, warm up
    rounds = [(ours(work), theirs(work)) for _ in range(ROUNDS)]
    median = lambda pick: statistics.median(pick(mine, other) for mine, other in rounds)  # noqa: E731
    return (
        median(lambda mine, _: mine[0]),
        median(lambda _, other: other[0]),
        median(lambda mine, other: mine[0] / other[0]),
        median(lambda mine, other: mine[1] / other[1]),
    )


def main():
    with tempfile.TemporaryDirectory() as folder:
        binary = os.environ.get("MODELS") or folder + "/models"
        if "MODELS" not in os.environ:
            subprocess.run(["go", "build", "-o", binary, "./bench/models"], check=True)
        where = torch.cuda.get_device_name() if DEVICE == "cuda" else f"{torch.get_num_threads()} threads"
        print(f"torch {torch.__version__}, {where}, batch {BATCH}, {ROUNDS} rounds")
        print("| network | work | graft ms | PyTorch ms | ratio | limit | CPU ratio |\n|---|---|---|---|---|---|---|")
        for arch in ARCHS:
            ours, theirs = Graft(binary, arch), PyTorch(arch)
            for work in ("infer", "train"):
                a, b, ratio, cpu = measure(ours, theirs, work)
                limit = LIMITS.get((arch, work), "-") if DEVICE == "cpu" else "-"
                print(f"| {arch} | {work} | {a * 1e3:.4g} | {b * 1e3:.4g} | {ratio:.2f} | {limit} | {cpu:.2f} |", flush=True)
            ours.close()


main()
