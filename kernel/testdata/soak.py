# A long session through Jupyter's own client: GRAFT_SOAK_CELLS cells (default 2,000), every 50th
# a fit of at least 5 s. Memory, goroutines and open files must not grow after the first 200.
import os
import time
import unittest

import jupyter_client

CELLS = int(os.environ.get("GRAFT_SOAK_CELLS", "2000"))
WARM = 200
SETUP = """
import ("runtime"; "runtime/debug"; "time")
cells := graft.Dataset("elpv")
train, valid, _ := cells.Split(100, 40, 555)
m := graft.ImageClassifier("mobilenet_v2.tv_in1k", train, graft.Valid(valid), graft.ImageSize(96))
m.Freeze()
m.Unfreeze("last 1")
v := 0
"""
FIT = """
start := time.Now()
m.Fit(1000, graft.LR(1e-4), graft.StopWhen(func() bool { return time.Since(start) > 5*time.Second }))
"""


def cell(i):
    return [
        f"func f(x int) int {{ return x + {i} }}\nv := f({i})\nv",
        f'fmt.Println("cell", {i}, v)',
        f"type T struct {{ N, M{i} int }}\nfunc (t T) String() string {{ return fmt.Sprint(t.N) }}\nT{{N: {i}}}",
        f"undefined{i}",
        f'panic("cell {i}")',
        "go func() { time.Sleep(time.Millisecond) }()",
        "list := make([]float64, 1<<20)\nfor i := range list { list[i] = float64(i) }\nlen(list)",
        "m.Ledger()",
        "train.Image(0)",
        f'strings.Repeat("{i} ", 2000)',
    ][i % 10]


class Long(unittest.TestCase):
    def run_cell(self, code, patience=120):
        got = []
        reply = self.kc.execute_interactive(code, timeout=patience, output_hook=got.append)
        return reply["content"], got

    def value(self, code):
        _, got = self.run_cell(code)
        return int(next(m["content"]["data"]["text/plain"] for m in got if m["msg_type"] == "execute_result"))

    def measure(self):
        goroutines = self.value("debug.FreeOSMemory()\nruntime.NumGoroutine()")
        with open(f"/proc/{self.pid}/status") as f:
            status = f.read()
        rss = int(status.split("VmRSS:")[1].split()[0]) / 1024
        return rss, goroutines, len(os.listdir(f"/proc/{self.pid}/fd"))

    def test_long_session(self):
        km, self.kc = jupyter_client.manager.start_new_kernel(kernel_name="graft-test", startup_timeout=60)
        try:
            self.pid = km.provisioner.pid
            reply, got = self.run_cell(SETUP, 600)
            self.assertEqual(reply["status"], "ok", [m["content"] for m in got])
            first, begin = None, time.time()
            for i in range(1, CELLS + 1):
                started = time.time()
                reply, got = self.run_cell(FIT if i % 50 == 0 else cell(i), 600)
                if i % 50 == 0:
                    self.assertEqual(reply["status"], "ok", [m["content"] for m in got])
                    self.assertGreaterEqual(time.time() - started, 5)
                else:
                    self.assertEqual(reply["status"], "error" if i % 10 in (3, 4) else "ok", (cell(i), [m["content"] for m in got]))
                if i % 100 == 0:
                    now = self.measure()
                    print(f"{i} cells, {time.time() - begin:.0f} s: %.0f MB, %d goroutines, %d files" % now, flush=True)
                    if i == WARM:
                        first = now
                    if i > WARM:
                        self.assertLess(now[0], 1.1 * first[0], "memory grows")
                        self.assertLessEqual(now[1], first[1] + 2, "goroutines grow")
                        self.assertLessEqual(now[2], first[2], "open files grow")
        finally:
            self.kc.stop_channels()
            km.shutdown_kernel(now=True)


if __name__ == "__main__":
    unittest.main()
