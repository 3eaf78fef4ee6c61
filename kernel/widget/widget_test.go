package widget

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"graft/lib/display"
	"graft/lib/display/control"
)

// tape records messages as lines.
type tape struct{ lines []string }

func (t *tape) send(m Message) {
	raw, err := json.Marshal(m.Data)
	if err != nil {
		raw = []byte(err.Error())
	}
	t.lines = append(t.lines, fmt.Sprintf("%s %s %s", m.Kind, m.ID, raw))
}

func (t *tape) take() string {
	text := strings.Join(t.lines, "\n")
	t.lines = nil
	return text
}

func slider(t *testing.T) *control.Slider {
	t.Helper()
	s, err := control.NewSlider("s", 0, 1, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shown opens the comms of c in a new table.
func shown(c control.Control) (*Table, *tape, string) {
	var tp tape
	table := New(tp.send)
	table.Show(c.Display(), tp.send)
	return table, &tp, c.Face().ID
}

// attribute is a field of a model in the published specification.
type attribute struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Default any    `json:"default"`
	None    bool   `json:"allow_none"`
	Enum    []any  `json:"enum"`
}

// specification maps the names of models to their fields.
func specification(t *testing.T) map[string]map[string]attribute {
	t.Helper()
	raw, err := os.ReadFile("testdata/models.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Attributes []attribute
		Model      struct{ Name string }
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	spec := map[string]map[string]attribute{}
	for _, m := range list {
		spec[m.Model.Name] = map[string]attribute{}
		for _, a := range m.Attributes {
			spec[m.Model.Name][a.Name] = a
		}
	}
	return spec
}

// right reports whether a value has the type of a field.
func (a attribute) right(v any) bool {
	if v == nil {
		return a.None
	}
	if a.Enum != nil && !slices.Contains(a.Enum, v) {
		return false
	}
	switch v := v.(type) {
	case string:
		return a.Type == "string" || a.Type == "reference" && strings.HasPrefix(v, "IPY_MODEL_")
	case float64:
		return a.Type == "float" || a.Type == "int" && v == float64(int(v))
	case bool:
		return a.Type == "bool"
	case []any:
		return a.Type == "array"
	}
	return false
}

func TestStatesFollowThePublishedModels(t *testing.T) {
	spec := specification(t)
	logarithmic, err := control.NewLogSlider("rate", 1e-5, 0.1, 0.002)
	if err != nil {
		t.Fatal(err)
	}
	dropdown, err := control.NewDropdown("size", "64", "160")
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for _, c := range []control.Control{slider(t), logarithmic, dropdown, control.NewButton("Stop"), control.NewToggle("on", true)} {
		opened := map[string]bool{}
		for _, m := range models(c) {
			state := object(t, m.full())
			name := state["_model_name"].(string)
			covered[name] = true
			check(t, spec[name], name, state)
			for _, field := range []string{"layout", "style"} {
				if ref, ok := state[field].(string); ok && !opened[strings.TrimPrefix(ref, "IPY_MODEL_")] {
					t.Errorf("%s refers to %s before it is opened", name, ref)
				}
			}
			opened[m.id] = true
		}
	}
	for name := range spec {
		if !covered[name] {
			t.Errorf("no control uses %s", name)
		}
	}
}

func object(t *testing.T, v any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func check(t *testing.T, fields map[string]attribute, name string, state map[string]any) {
	t.Helper()
	if fields == nil {
		t.Errorf("no model %s is published", name)
	}
	for field, v := range state {
		a, ok := fields[field]
		if !ok || !a.right(v) {
			t.Errorf("%s: %s is %v, want %+v", name, field, v, a)
		}
	}
	for field, a := range fields {
		identity := strings.HasPrefix(field, "_model") || strings.HasPrefix(field, "_view")
		if identity && state[field] != a.Default {
			t.Errorf("%s: %s is %v, want %v", name, field, state[field], a.Default)
		}
		if a.Type == "reference" && state[field] == nil {
			t.Errorf("%s: no %s", name, field)
		}
	}
}

func TestShowOpensOnce(t *testing.T) {
	s := slider(t)
	table, tp, id := shown(s)
	table.Show(s.Display(), tp.send)
	table.Show(display.Plain("no control"), tp.send)
	var got []string
	for _, line := range tp.lines {
		got = append(got, strings.Join(strings.Fields(line)[:2], " "))
	}
	if want := fmt.Sprintf("[comm_open %[1]s-layout comm_open %[1]s-style comm_open %[1]s]", id); fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if n := len(table.Info("")); n != 3 || len(table.Info(Target)) != 3 || len(table.Info("other")) != 0 {
		t.Errorf("%d comms are open", n)
	}
}

// sent calls Message and returns what it led to.
func sent(t *testing.T, table *Table, tp *tape, id, data string) string {
	t.Helper()
	tp.take()
	if err := table.Message(id, []byte(data), tp.send); err != nil {
		return strings.TrimPrefix(tp.take()+"\n"+err.Error(), "\n")
	}
	return tp.take()
}

func TestUpdates(t *testing.T) {
	s := slider(t)
	table, tp, id := shown(s)
	echo := func(state string) string {
		return fmt.Sprintf(`comm_msg %s {"buffer_paths":[],"method":"echo_update","state":%s}`, id, state)
	}
	correction := func(state string) string {
		return fmt.Sprintf("\ncomm_msg %s {\"buffer_paths\":[],\"method\":\"update\",\"state\":%s}", id, state)
	}
	for _, c := range []struct{ state, want string }{
		{`{"value":0.25}`, echo(`{"value":0.25}`)},
		{`{"value":1}`, echo(`{"value":1}`)},
		{`{"value":3}`, echo(`{"value":3}`) + correction(`{"value":1}`)},
		{`{"value":"x"}`, echo(`{"value":"x"}`) + correction(`{"value":1}`) + "\nwidget: \"s\" at \"x\" (want float64)"},
		{`{"value":null}`, echo(`{"value":null}`) + correction(`{"value":1}`) + "\nwidget: \"s\" at null (want float64)"},
		{`{"_view_count":1,"description":"new"}`, echo(`{"_view_count":1,"description":"new"}`)},
	} {
		if got := sent(t, table, tp, id, `{"method":"update","state":`+c.state+`,"buffer_paths":[]}`); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.state, got, c.want)
		}
	}
	if s.Value() != 1 {
		t.Errorf("the slider stands at %g", s.Value())
	}
	if got := sent(t, table, tp, id, `{"method":"request_state"}`); !strings.Contains(got, `"description":"new"`) || strings.Contains(got, "view_count") || !strings.Contains(got, `"value":1`) {
		t.Errorf("state: %s", got)
	}
}

func TestTheProgramsChangesArePushed(t *testing.T) {
	s := slider(t)
	table, tp, id := shown(s)
	tp.take()
	if err := s.Set(0.75); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf(`comm_msg %s {"buffer_paths":[],"method":"update","state":{"value":0.75}}`, id); tp.take() != want {
		t.Errorf("want %s", want)
	}
	table.Close(id)
	if err := s.Set(0.5); err != nil || tp.take() != "" {
		t.Errorf("a closed comm got a message (%v)", err)
	}
	table.Show(s.Display(), tp.send)
	if got := tp.take(); !strings.Contains(got, `"value":0.5`) {
		t.Errorf("opened again: %s", got)
	}
}

func TestPresses(t *testing.T) {
	b := control.NewButton("Stop")
	table, tp, id := shown(b)
	for _, data := range []string{
		`{"method":"custom","content":{"event":"click"}}`, `{"method":"custom","content":{"event":"click"}}`,
		`{"method":"custom","content":{"event":"hover"}}`, `{"method":"other"}`, `{}`,
	} {
		if got := sent(t, table, tp, id, data); got != "" {
			t.Errorf("%s: %s", data, got)
		}
	}
	if b.Presses() != 2 {
		t.Errorf("%d presses", b.Presses())
	}
	sent(t, table, tp, id+"-style", `{"method":"custom","content":{"event":"click"}}`)
	for _, data := range []string{`[]`, `{"method":3}`, `{"state":3}`, `{"content":[]}`} {
		if err := table.Message(id, []byte(data), tp.send); err == nil {
			t.Errorf("%s was taken", data)
		}
	}
}

func TestDropdownAndToggle(t *testing.T) {
	d, err := control.NewDropdown("size", "64", "160")
	if err != nil {
		t.Fatal(err)
	}
	table, tp, id := shown(d)
	sent(t, table, tp, id, `{"method":"update","state":{"index":1}}`)
	if got := sent(t, table, tp, id, `{"method":"update","state":{"index":7}}`); d.Value() != "160" || !strings.Contains(got, `"method":"update","state":{"index":1}`) {
		t.Errorf("%s after %s", d.Value(), got)
	}
	g := control.NewToggle("on", false)
	table, tp, id = shown(g)
	sent(t, table, tp, id, `{"method":"update","state":{"value":true}}`)
	if !g.Value() {
		t.Error("the toggle is off")
	}
}

func TestFrontEndsOpenAndAsk(t *testing.T) {
	s := slider(t)
	table, tp, id := shown(s)
	tp.take()
	for target, want := range map[string]string{
		"no.such": "comm_close c {}", Target: "comm_close c {}", Control: "",
	} {
		table.Open("c", target, tp.send)
		if got := tp.take(); got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	table.Open(id, Target, tp.send)
	if got := tp.take(); got != "" {
		t.Errorf("our own comm, opened again: %s", got)
	}
	sent(t, table, tp, id, `{"method":"update","state":{"value":0.125}}`)
	states := object(t, json.RawMessage(strings.SplitN(sent(t, table, tp, "c", `{"method":"request_states"}`), " ", 3)[2]))
	one := states["states"].(map[string]any)[id].(map[string]any)
	if states["method"] != "update_states" || one["model_name"] != "FloatSliderModel" || one["state"].(map[string]any)["value"] != 0.125 {
		t.Errorf("states: %v", states)
	}
	table.Close("c")
	if got := sent(t, table, tp, "c", `{"method":"request_states"}`); got != "" {
		t.Errorf("a closed comm: %s", got)
	}
}

func TestStep(t *testing.T) {
	for _, c := range [][3]float64{{0, 8, 0.01}, {0, 100, 1}, {-5, -1, 0.01}, {0, 1, 0.01}, {0, 3e-4, 1e-6}} {
		if got := step(c[0], c[1]); math.Abs(got/c[2]-1) > 1e-9 {
			t.Errorf("from %g to %g: %g, want %g", c[0], c[1], got, c[2])
		}
	}
}
