# What cells and programs show through gonbui, in the installed kernel "graft-test":
# python -m unittest -v gonb.py
import glob
import os
import tempfile
import unittest

import jupyter_client

import clients


class Gonb(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        env = dict(os.environ, TMPDIR=self.folder)
        self.km, self.kc = jupyter_client.manager.start_new_kernel(kernel_name="graft-test", startup_timeout=60, env=env)

    def tearDown(self):
        self.kc.stop_channels()
        self.km.shutdown_kernel()
        self.assertEqual(glob.glob(os.path.join(self.folder, "graft-gonb-*")), [])

    reply, output, run_cell, text = clients.Clients.reply, clients.Clients.output, clients.Clients.run_cell, clients.Clients.text

    def displays(self, out):
        return [(m["msg_type"], m["content"]["data"]) for m in out if "display" in m["msg_type"]]

    def test_cells(self):
        _, out = self.run_cell('os.Getenv("GONB_PIPE")')
        self.assertEqual(out[-2]["content"]["data"]["text/plain"], '""', "nothing is set up before it is needed")
        _, out = self.run_cell('import "github.com/janpfeifer/gonb/gonbui"\ngonbui.DisplayHTML("<b>a</b>")\ngonbui.DisplayPng([]byte{1, 2})')
        self.assertEqual(self.displays(out), [("display_data", {"text/html": "<b>a</b>"}), ("display_data", {"image/png": "AQI="})])
        _, out = self.run_cell('id := gonbui.UniqueId()\nfor i := range 3 { gonbui.UpdateHTML(id, fmt.Sprint(i)) }\ngonbui.Sync()\n"after"')
        self.assertEqual([m["msg_type"] for m in out[2:-1]], ["display_data", "update_display_data", "update_display_data", "execute_result"])
        ids = {m["content"]["transient"]["display_id"] for m in out[2:-2]}
        self.assertEqual(len(ids), 1)
        _, out = self.run_cell('gonbui.UpdateHTML(id, "done")\ngonbui.IsNotebook')
        self.assertEqual(self.displays(out), [("update_display_data", {"text/html": "done"})])
        self.assertEqual(out[-2]["content"]["data"]["text/plain"], "true")

    def test_programs(self):
        for _ in range(2):
            reply, out = self.run_cell('program := exec.Command(os.Getenv("GRAFT_TEST_SHOWS"))\nprogram.Stdout = os.Stdout\nprogram.Run()')
            self.assertEqual(reply["status"], "ok", reply)
            self.assertEqual(self.text(out), "under GoNB: true\n")
            self.assertEqual([d["text/html"] for _, d in self.displays(out)], ["<i>from a program</i>", "0 %", "50 %", "100 %"])


if __name__ == "__main__":
    unittest.main()
