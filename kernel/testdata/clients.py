# Jupyter's own client against the installed kernel "graft-test"; the field cases K1-K3 and R2, and what
# jupyter_kernel_test leaves out: python -m unittest -v clients.py
import os
import subprocess
import time
import unittest

import jupyter_client

PATIENCE = 60


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = jupyter_client.manager.start_new_kernel(kernel_name="graft-test", startup_timeout=60)

    @classmethod
    def tearDownClass(cls):
        cls.kc.stop_channels()
        cls.km.shutdown_kernel()

    def reply(self, msg_id, patience=PATIENCE):
        end = time.time() + patience
        while time.time() < end:
            m = self.kc.get_shell_msg(timeout=patience)
            if m["parent_header"].get("msg_id") == msg_id:
                return m["content"]
        self.fail("no reply")

    def output(self, msg_id, patience=PATIENCE):
        """All of IOPub up to msg_id's idle, those of other requests included."""
        out = []
        while True:
            m = self.kc.get_iopub_msg(timeout=patience)
            out.append(m)
            mine = m["parent_header"].get("msg_id") == msg_id
            if mine and m["content"].get("execution_state") == "idle":
                return out

    def run_cell(self, code, **options):
        msg_id = self.kc.execute(code, **options)
        return self.reply(msg_id), [m for m in self.output(msg_id) if m["parent_header"].get("msg_id") == msg_id]

    def text(self, messages):
        return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")

    def send(self, kind, content):
        msg = self.kc.session.msg(kind, content)
        self.kc.shell_channel.send(msg)
        return msg["header"]["msg_id"]

    def children(self):
        pids = subprocess.run(["pgrep", "-P", str(self.km.provisioner.pid)], capture_output=True, text=True)
        return pids.stdout.split()

    def interrupted(self, code, started):
        self.run_cell("kept := 42")
        msg_id = self.kc.execute(code)
        while not started():
            time.sleep(0.05)
        begin = time.time()
        self.km.interrupt_kernel()
        reply = self.reply(msg_id)
        self.assertEqual((reply["status"], reply["ename"]), ("error", "Interrupt"))
        self.assertLess(time.time() - begin, 5)
        reply, out = self.run_cell("kept")
        self.assertEqual(out[-2]["content"]["data"]["text/plain"], "42")

    def busy(self):
        return self.kc.get_iopub_msg(timeout=PATIENCE)["msg_type"] == "stream"

    def test_late_subscriber(self):
        # As VS Code does: requests before anyone listens on IOPub, then kernel_info again until an idle is seen.
        km = jupyter_client.KernelManager(kernel_name="graft-test")
        km.start_kernel()
        kc = km.client()
        kc.start_channels(iopub=False, stdin=False, hb=False)
        try:
            msg_id = kc.execute("early := 1; fmt.Println(early)")
            self.assertEqual(kc.get_shell_msg(timeout=PATIENCE)["parent_header"]["msg_id"], msg_id)
            kc.iopub_channel.start()
            seen, end = [], time.time() + PATIENCE
            while "idle" not in seen and time.time() < end:
                asked = kc.kernel_info()
                kc.get_shell_msg(timeout=PATIENCE)
                while kc.iopub_channel.msg_ready():
                    m = kc.get_iopub_msg(timeout=PATIENCE)
                    if m["parent_header"].get("msg_id") == asked:
                        seen.append(m["content"].get("execution_state"))
                time.sleep(0.05)
            self.assertIn("idle", seen)
            msg_id = kc.execute("early")
            texts = []
            while True:
                m = kc.get_iopub_msg(timeout=PATIENCE)
                if m["msg_type"] == "execute_result":
                    texts.append(m["content"]["data"]["text/plain"])
                if m["parent_header"].get("msg_id") == msg_id and m["content"].get("execution_state") == "idle":
                    break
            self.assertEqual(texts, ["1"])
        finally:
            kc.stop_channels()
            km.shutdown_kernel(now=True)

    def test_first_cell_waits_for_a_listener(self):
        # jupyter console sends what is on its standard input before its subscription has arrived.
        km = jupyter_client.KernelManager(kernel_name="graft-test")
        km.start_kernel()
        kc = km.client()
        kc.start_channels(iopub=False, stdin=False, hb=False)
        try:
            msg_id = kc.execute("fmt.Println(6*7)")
            time.sleep(0.3)
            kc.iopub_channel.start()
            kinds = []
            while kinds[-1:] != ["idle"]:
                m = kc.get_iopub_msg(timeout=PATIENCE)
                if m["parent_header"].get("msg_id") == msg_id:
                    kinds.append(m["content"].get("execution_state") or m["msg_type"])
            self.assertEqual(kinds, ["busy", "execute_input", "stream", "idle"])
        finally:
            kc.stop_channels()
            km.shutdown_kernel(now=True)

    def test_k1_interrupt_of_a_busy_loop(self):
        self.interrupted('fmt.Println("on"); for { }', self.busy)

    def test_k1_interrupt_ends_child_programs(self):
        self.interrupted('import "os/exec"\nexec.Command("sleep", "300").Run()', self.children)
        end = time.time() + 5
        while self.children() and time.time() < end:
            time.sleep(0.05)
        self.assertEqual(self.children(), [])

    def test_k1_interrupt_when_idle(self):
        self.kc.control_channel.send(self.kc.session.msg("interrupt_request", {}))
        reply = self.kc.get_control_msg(timeout=PATIENCE)
        self.assertEqual((reply["msg_type"], reply["content"]["status"]), ("interrupt_reply", "ok"))
        self.assertEqual(self.run_cell("1")[0]["status"], "ok")

    def test_k2_late_output_keeps_its_cell(self):
        a = self.kc.execute('go func(){ time.Sleep(500*time.Millisecond); fmt.Println("LATE") }()\nfmt.Println("A")')
        self.assertEqual(self.text(self.output(a)), "A\n")
        b = self.kc.execute('time.Sleep(1500*time.Millisecond); fmt.Println("B")')
        got = {}
        for m in self.output(b):
            if m["msg_type"] == "stream":
                got.setdefault(m["parent_header"]["msg_id"], []).append(m["content"]["text"])
        self.assertEqual(got, {a: ["LATE\n"], b: ["B\n"]})

    def test_k3_comms_and_unknown_messages(self):
        msg_id = self.send("comm_info_request", {"target_name": "jupyter.widget"})
        self.assertEqual(self.reply(msg_id), {"status": "ok", "comms": {}})
        msg_id = self.send("comm_open", {"comm_id": "c1", "target_name": "no.such", "data": {}})
        kinds = [m["msg_type"] for m in self.output(msg_id) if m["parent_header"]["msg_id"] == msg_id]
        self.assertEqual(kinds, ["status", "comm_close", "status"])
        self.send("comm_msg", {"comm_id": "nope", "data": {}})
        self.send("made_up_request", {})
        self.send("complete_request", {"code": 3})
        self.assertEqual(self.reply(self.kc.kernel_info())["status"], "ok")

    def test_r2_queue_is_aborted_after_an_error(self):
        for allow in (False, True):
            ids = [self.kc.execute(c, stop_on_error=not allow) for c in ('panic("boom")', "1+1", "1+1")]
            ids.append(self.kc.kernel_info())
            got = {}
            while len(got) < 4:
                m = self.kc.get_shell_msg(timeout=PATIENCE)
                got[m["parent_header"]["msg_id"]] = m["content"]["status"]
            rest = "ok" if allow else "aborted"
            self.assertEqual([got[i] for i in ids], ["error", rest, rest, "ok"])

    def test_r2_state_survives_errors(self):
        self.run_cell("x := 42")
        for bad in ('panic("boom")', "y := nope()", "z := strings.", 'go panic("elsewhere"); time.Sleep(time.Second)'):
            reply, out = self.run_cell(bad)
            self.assertEqual(reply["status"], "error", bad)
            self.assertEqual([m["msg_type"] for m in out if m["msg_type"] == "error"], ["error"], bad)
            self.assertEqual(self.run_cell("x")[1][-2]["content"]["data"]["text/plain"], "42", bad)

    def test_bad_frames_are_dropped(self):
        session, socket = self.kc.session, self.kc.shell_channel.socket
        mark, objects = b"<IDS|MSG>", [b"{}"] * 4
        good = session.serialize(session.msg("execute_request", {"code": "replayed := 1"}))
        not_json = [b"{", b"{}", b"{}", b"{}"]
        for frames in (
            [b"x"], [b""], [mark], [mark, b"", b"{}"], [mark, b""] + objects, [mark, b"0" * 64] + objects,
            [mark, session.sign(objects)] + objects, [mark, session.sign(not_json)] + not_json,
            good[:1] + [b"0" * 64] + good[2:], good, good,
        ):
            socket.send_multipart(frames)
        self.assertEqual(self.reply(self.kc.kernel_info())["status"], "ok")
        self.assertEqual(self.run_cell("replayed")[0]["status"], "ok")

    def test_silent_and_unstored(self):
        before = self.run_cell("1")[0]["execution_count"]
        _, out = self.run_cell('fmt.Println("x"); 7', silent=True)
        self.assertEqual([m["msg_type"] for m in out], ["status", "status"])
        reply, out = self.run_cell("8", store_history=False)
        self.assertEqual([m["msg_type"] for m in out], ["status", "execute_input", "execute_result", "status"])
        self.assertEqual(self.run_cell("9")[0]["execution_count"], before + 1)

    def test_user_expressions(self):
        reply, _ = self.run_cell("a := 3", user_expressions={"good": "a+1", "bad": "nope", "none": "a = 4"})
        got = reply["user_expressions"]
        self.assertEqual(got["good"]["data"]["text/plain"], "4")
        self.assertEqual((got["bad"]["status"], got["none"]["status"]), ("error", "error"))

    def test_input(self):
        msg_id = self.kc.execute('var name string\nfmt.Scan(&name)\nfmt.Println("hello", name)', allow_stdin=True)
        self.kc.get_stdin_msg(timeout=PATIENCE)
        self.kc.input("gopher")
        self.assertEqual(self.reply(msg_id)["status"], "ok")
        self.assertEqual(self.text(self.output(msg_id)), "hello gopher\n")
        msg_id = self.kc.execute("var again string\n_, err := fmt.Scan(&again)\nerr != nil", allow_stdin=True)
        self.kc.get_stdin_msg(timeout=PATIENCE)
        self.km.interrupt_kernel()
        self.assertEqual(self.reply(msg_id)["status"], "error")
        self.output(msg_id)
        reply, out = self.run_cell("_, noInput := fmt.Scan(&again)\nnoInput", allow_stdin=False)
        self.assertIn("no input", out[-2]["content"]["data"]["text/plain"])

    def test_order_of_100_cells(self):
        ids = [self.kc.execute(f"fmt.Println({i}); {i}") for i in range(100)]
        out = self.output(ids[-1])
        starts = [m["parent_header"]["msg_id"] for m in out if m["msg_type"] == "execute_input"]
        self.assertEqual(starts, ids)
        for i in ids:
            kinds = [m["msg_type"] for m in out if m["parent_header"].get("msg_id") == i]
            self.assertEqual(kinds, ["status", "execute_input", "stream", "execute_result", "status"])
        replies = [self.kc.get_shell_msg(timeout=PATIENCE) for _ in ids]
        self.assertEqual([r["parent_header"]["msg_id"] for r in replies], ids)

    def test_huge_and_odd_output(self):
        _, out = self.run_cell('for range 100000 { fmt.Print("é🚀0123456789") }')
        text = self.text(out)
        self.assertLess(len(text), 2_000_000)
        self.assertNotIn("\ufffd", text)
        self.assertIn("dropped", text)
        self.assertIn("stderr", [m["content"].get("name") for m in out])

    def test_output_of_native_code(self):
        # The files are kept in variables: collected, they would close the descriptors.
        self.run_cell('one, two := os.NewFile(1, "one"), os.NewFile(2, "two")')
        _, out = self.run_cell('one.WriteString("fd one\\n"); two.WriteString("fd two\\n"); 5')
        got = {m["content"]["name"]: m["content"]["text"] for m in out if m["msg_type"] == "stream"}
        self.assertEqual(got, {"stdout": "fd one\n", "stderr": "fd two\n"})
        self.assertEqual(out[-2]["msg_type"], "execute_result")

    def test_cursor_units(self):
        for code, pos, start, end in (('"é🚀"; strings.ToUpp', 19, 14, 19), ('"é🚀"; strings.ToUpp', 20, 15, 20)):
            # The first counts code points, the second UTF-16 units.
            reply = self.reply(self.send("complete_request", {"code": code, "cursor_pos": pos}))
            self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (start, end), pos)


class Ends(unittest.TestCase):
    def test_shutdown_and_restart(self):
        km, kc = jupyter_client.manager.start_new_kernel(kernel_name="graft-test", startup_timeout=60)
        kc.execute('import "os/exec"\nexec.Command("sleep", "301").Run()')
        pid = km.provisioner.pid
        while not subprocess.run(["pgrep", "-P", str(pid)], capture_output=True).stdout:
            time.sleep(0.05)
        begin = time.time()
        kc.stop_channels()
        km.shutdown_kernel()
        self.assertLess(time.time() - begin, 2.5)
        self.assertFalse(os.path.exists(f"/proc/{pid}"))
        self.assertEqual(subprocess.run(["pgrep", "-fx", "sleep 301"]).returncode, 1)

    def test_restart(self):
        km, kc = jupyter_client.manager.start_new_kernel(kernel_name="graft-test", startup_timeout=60)
        kc.execute_interactive("x := 1", output_hook=lambda m: None)
        # A request that is still on its way would reach the next kernel.
        running = kc.execute("for { }")
        while True:
            message = kc.get_iopub_msg(timeout=60)
            if message["msg_type"] == "execute_input" and message["parent_header"]["msg_id"] == running:
                break
        km.restart_kernel()
        kc.wait_for_ready(timeout=60)
        self.assertEqual(kc.execute_interactive("x", output_hook=lambda m: None, timeout=60)["content"]["status"], "error")
        reply = kc.execute_interactive("1", output_hook=lambda m: None, timeout=60)["content"]
        self.assertEqual((reply["status"], reply["execution_count"]), ("ok", 2))
        kc.stop_channels()
        km.shutdown_kernel()

    def test_parent_death(self):
        code = """
import jupyter_client, sys, os
km, kc = jupyter_client.manager.start_new_kernel(kernel_name="graft-test", startup_timeout=60)
print(km.provisioner.pid, flush=True)
os._exit(0)
"""
        import sys

        pid = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
        end = time.time() + 5
        while alive(pid) and time.time() < end:
            time.sleep(0.1)
        self.assertFalse(alive(pid))

    def test_ipc_transport(self):
        km = jupyter_client.KernelManager(kernel_name="graft-test", transport="ipc")
        km.start_kernel()
        kc = km.client()
        kc.start_channels()
        kc.wait_for_ready(timeout=60)
        kc.stop_channels()
        km.shutdown_kernel()


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().split(")")[-1].split()[0] != "Z"
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    unittest.main()
