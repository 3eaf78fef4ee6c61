# Jupyter's own client moves ipywidgets' controls of the installed kernel "graft-test":
# python -m unittest -v widgets.py
import unittest

import clients

VIEW = "application/vnd.jupyter.widget-view+json"

NETWORK = """
import ("image"; "image/color"; "graft/lib/display/control")
var images []image.Image
var labels []string
for i := range 8 {
	img := image.NewGray(image.Rect(0, 0, 32, 32))
	for p := range img.Pix { img.Pix[p] = uint8(p * (i%2*7 + 1)) }
	images, labels = append(images, img), append(labels, []string{"a", "b"}[i%2])
}
photos := graft.Images(images, labels)
m := graft.ImageClassifier("resnet18", photos, graft.FromScratch(), graft.ImageSize(32))
m.Freeze()
"""


class Widgets(clients.Clients):
    """The methods of Clients, without its tests."""

    def opened(self, messages):
        return {m["content"]["comm_id"]: m for m in messages if m["msg_type"] == "comm_open"}

    def shown(self, messages):
        """The models that a cell showed, in order."""
        data = [m["content"]["data"] for m in messages if m["msg_type"] in ("display_data", "execute_result")]
        return [d[VIEW]["model_id"] for d in data if VIEW in d]

    def until(self, wanted):
        """IOPub up to the first message that is wanted."""
        out = []
        while True:
            out.append(self.kc.get_iopub_msg(timeout=clients.PATIENCE))
            if wanted(out[-1]):
                return out

    def comm(self, comm_id, **data):
        """Sends a comm_msg and returns what IOPub says of it, while a cell may be running."""
        msg_id = self.send("comm_msg", {"comm_id": comm_id, "data": data})
        mine = lambda m: m["parent_header"].get("msg_id") == msg_id
        out = self.until(lambda m: mine(m) and m["content"].get("execution_state") == "idle")
        return [m for m in out if mine(m)]

    def control(self, code):
        reply, out = self.run_cell('import "graft/lib/display/control"\n' + code)
        self.assertEqual(reply["status"], "ok", reply)
        return self.shown(out)[-1], out

    def test_models_are_opened_before_they_are_shown(self):
        model, out = self.control('s := control.NewSlider("width", 0, 8, 2)\ns')
        kinds = [m["msg_type"] for m in out]
        self.assertEqual(kinds, ["status", "execute_input"] + ["comm_open"] * 3 + ["execute_result", "status"])
        opened = self.opened(out)
        state = opened[model]["content"]["data"]["state"]
        self.assertEqual((state["_model_name"], state["_model_module"], state["_model_module_version"]), ("FloatSliderModel", "@jupyter-widgets/controls", "2.0.0"))
        for field, name in (("layout", "LayoutModel"), ("style", "SliderStyleModel")):
            part = opened[state[field].removeprefix("IPY_MODEL_")]
            self.assertEqual(part["content"]["data"]["state"]["_model_name"], name)
        for m in opened.values():
            self.assertEqual((m["content"]["target_name"], m["metadata"]["version"]), ("jupyter.widget", "2.1.0"))
            self.assertEqual(m["content"]["data"]["buffer_paths"], [])
        data = out[-2]["content"]["data"]
        self.assertEqual(data["text/plain"], "width: 2 (slider, 0 to 8)")
        self.assertIn("<strong>width</strong>: 2", data["text/html"])
        self.assertEqual(data[VIEW], {"version_major": 2, "version_minor": 0, "model_id": model})
        _, out = self.run_cell("s")
        self.assertEqual((self.shown(out), self.opened(out)), ([model], {}))

    def test_a_slider_is_read_by_a_later_cell(self):
        model, _ = self.control('s := control.NewSlider("width", 0, 8, 2)\ns')
        out = self.comm(model, method="update", state={"value": 3.5}, buffer_paths=[])
        self.assertEqual([m["msg_type"] for m in out], ["status", "comm_msg", "status"])
        self.assertEqual(out[1]["content"]["data"], {"method": "echo_update", "state": {"value": 3.5}, "buffer_paths": []})
        self.assertEqual(self.run_cell("s.Value()")[1][-2]["content"]["data"]["text/plain"], "3.5")
        out = self.comm(model, method="update", state={"value": 99}, buffer_paths=[])
        self.assertEqual([m["content"]["data"]["method"] for m in out[1:-1]], ["echo_update", "update"])
        self.assertEqual(out[2]["content"]["data"]["state"], {"value": 8})
        _, out = self.run_cell("s.Set(1)")
        pushed = [m["content"] for m in out if m["msg_type"] == "comm_msg"]
        self.assertEqual(pushed, [{"comm_id": model, "data": {"method": "update", "state": {"value": 1}, "buffer_paths": []}}])
        out = self.comm(model, method="request_state")
        self.assertEqual(out[1]["content"]["data"]["state"]["value"], 1)

    def test_dropdown_and_toggle(self):
        model, _ = self.control('d := control.NewDropdown("size", "64", "160")\nd')
        self.comm(model, method="update", state={"index": 1}, buffer_paths=[])
        self.assertEqual(self.run_cell("d.Value()")[1][-2]["content"]["data"]["text/plain"], '"160"')
        model, _ = self.control('t := control.NewToggle("augment", false)\nt')
        self.comm(model, method="update", state={"value": True}, buffer_paths=[])
        self.assertEqual(self.run_cell("t.Value()")[1][-2]["content"]["data"]["text/plain"], "true")

    def fit(self, options):
        """Starts a fit that would take hours and returns its cell and its output once steps are running."""
        reply, _ = self.run_cell(NETWORK)
        self.assertEqual(reply["status"], "ok", reply)
        msg_id = self.kc.execute("lastRate := 0.0\nm.Fit(1_000_000, graft.BatchSize(4), graft.OnStep(func(s graft.Step) error { lastRate = s.LR; return nil }), " + options + ")")
        running = lambda m: m["msg_type"] == "update_display_data" and "compiling" not in m["content"]["data"]["text/plain"]
        return msg_id, self.until(running)

    def stopped(self, msg_id):
        reply = self.reply(msg_id)
        self.assertEqual(reply["status"], "ok", reply)
        out = self.output(msg_id)
        last = [m for m in out if m["msg_type"] == "update_display_data"][-1]["content"]["data"]["text/plain"]
        self.assertRegex(last, "stopped after [0-9]+ steps; the weights are those of the last one")
        _, out = self.run_cell("said := m.Predict(images[0])\nlen(said[0].Class)")
        self.assertEqual(out[-2]["content"]["data"]["text/plain"], "1")

    def test_a_button_stops_a_fit(self):
        stop, _ = self.control('stop := control.NewButton("Stop")\nstop')
        msg_id, _ = self.fit("graft.StopWhen(stop.Pressed)")
        self.comm(stop, method="custom", content={"event": "click"})
        self.stopped(msg_id)

    def test_a_toggle_stops_a_fit(self):
        toggle, _ = self.control('off := control.NewToggle("Stop", false)\noff')
        msg_id, _ = self.fit("graft.StopWhen(off.Value)")
        self.comm(toggle, method="update", state={"value": True}, buffer_paths=[])
        self.stopped(msg_id)

    def test_a_fit_is_steered(self):
        msg_id, out = self.fit("graft.Steer()")
        stop, rate = self.shown(out)
        state = self.opened(out)[rate]["content"]["data"]["state"]
        self.assertEqual((state["_model_name"], state["value"]), ("FloatLogSliderModel", 0.002))
        self.comm(rate, method="update", state={"value": 0.0005}, buffer_paths=[])
        # Steps that begin after the slider moved.
        for _ in range(3):
            self.until(lambda m: m["msg_type"] == "update_display_data")
        self.comm(stop, method="custom", content={"event": "click"})
        self.stopped(msg_id)
        self.assertEqual(self.run_cell("lastRate")[1][-2]["content"]["data"]["text/plain"], "0.0005")

    def test_front_ends_open_comms(self):
        model, _ = self.control('control.NewToggle("augment", true)')
        msg_id = self.send("comm_open", {"comm_id": "u1", "target_name": "no.such", "data": {}})
        out = [m for m in self.output(msg_id) if m["parent_header"]["msg_id"] == msg_id]
        self.assertEqual([m["msg_type"] for m in out], ["status", "comm_close", "status"])
        self.assertEqual(out[1]["content"]["comm_id"], "u1")
        # A page that was reloaded asks for everything at once.
        msg_id = self.send("comm_open", {"comm_id": "ask", "target_name": "jupyter.widget.control", "data": {}})
        self.assertEqual([m["msg_type"] for m in self.output(msg_id)], ["status", "status"])
        out = self.comm("ask", method="request_states")
        data = out[1]["content"]["data"]
        self.assertEqual((data["method"], data["states"][model]["model_name"], data["states"][model]["state"]["value"]), ("update_states", "ToggleButtonModel", True))
        comms = self.reply(self.send("comm_info_request", {"target_name": "jupyter.widget"}))["comms"]
        self.assertEqual(comms[model], {"target_name": "jupyter.widget"})
        self.assertNotIn("ask", comms)
        self.send("comm_close", {"comm_id": model, "data": {}})
        comms = self.reply(self.send("comm_info_request", {}))["comms"]
        self.assertNotIn(model, comms)
        self.assertEqual(comms["ask"], {"target_name": "jupyter.widget.control"})

    def test_bad_comm_messages_are_ignored(self):
        model, _ = self.control('s := control.NewSlider("width", 0, 8, 2)\ns')
        for content in ({"comm_id": model, "data": 3}, {"comm_id": model, "data": {"method": "update", "state": []}},
                        {"comm_id": model}, {"comm_id": 3, "data": {}}, {"data": {}}, {"comm_id": model, "data": {"method": "custom", "content": "x"}}):
            self.send("comm_msg", content)
        self.comm(model, method="update", state={"value": "no number", "_model_name": "Other"}, buffer_paths=[])
        self.assertEqual(self.comm(model, method="request_state")[1]["content"]["data"]["state"]["value"], 2)
        self.assertEqual(self.reply(self.kc.kernel_info())["status"], "ok")


for name in [n for n in dir(clients.Clients) if n.startswith("test_")]:
    setattr(Widgets, name, None)  # they run in clients.py


if __name__ == "__main__":
    unittest.main()
