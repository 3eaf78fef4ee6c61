package widget

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"

	"graft/lib/display/control"
)

// The front end modules that draw the models, and their version.
const (
	base     = "@jupyter-widgets/base"
	controls = "@jupyter-widgets/controls"
	modules  = "2.0.0"
)

// model is one model of a front end: a control, its style or its layout.
type model struct {
	id string
	// state are the fields that differ from those of the published specification.
	state   map[string]any
	control control.Control // nil for styles and layouts
	key     string          // the field of the control's value; "" if it has none
	stop    func()          // ends watching the control
}

// drawing says how ipywidgets names a kind of control.
type drawing struct {
	model, view, style string
	key                string
	state              func(control.Face) map[string]any
}

var drawings = map[control.Kind]drawing{
	control.KindSlider: {"FloatSliderModel", "FloatSliderView", "SliderStyleModel", "value", func(f control.Face) map[string]any {
		return map[string]any{"min": f.Min, "max": f.Max, "step": step(f.Min, f.Max), "readout_format": ".3g"}
	}},
	control.KindDropdown: {"DropdownModel", "DropdownView", "DescriptionStyleModel", "index", func(f control.Face) map[string]any {
		return map[string]any{"_options_labels": f.Options}
	}},
	control.KindButton: {"ButtonModel", "ButtonView", "ButtonStyleModel", "", func(control.Face) map[string]any {
		return map[string]any{}
	}},
	control.KindToggle: {"ToggleButtonModel", "ToggleButtonView", "ToggleButtonStyleModel", "value", func(control.Face) map[string]any {
		return map[string]any{}
	}},
}

// logarithmic draws sliders whose positions are exponents.
var logarithmic = drawing{"FloatLogSliderModel", "FloatLogSliderView", "SliderStyleModel", "value", func(f control.Face) map[string]any {
	low, high := math.Log10(f.Min), math.Log10(f.Max)
	return map[string]any{"base": 10.0, "min": low, "max": high, "step": step(low, high)}
}}

// step is a power of ten that parts a slider into 100 to 1000 steps: front ends show
// a value as the position next to it.
func step(low, high float64) float64 {
	return math.Pow(10, math.Floor(math.Log10((high-low)/100)+1e-9))
}

// models are what draws c, in the order in which front ends must learn of them.
func models(c control.Control) []*model {
	f := c.Face()
	d := drawings[f.Kind]
	if f.Log {
		d = logarithmic
	}
	layout := &model{id: f.ID + "-layout", state: names(base, "LayoutModel", base, "LayoutView")}
	style := &model{id: f.ID + "-style", state: names(controls, d.style, base, "StyleView")}
	if f.Kind != control.KindButton {
		style.state["description_width"] = "initial" // the whole label
	}
	m := &model{id: f.ID, control: c, key: d.key, state: names(controls, d.model, controls, d.view)}
	maps.Copy(m.state, d.state(f))
	m.state["description"] = f.Label
	m.state["layout"], m.state["style"] = "IPY_MODEL_"+layout.id, "IPY_MODEL_"+style.id
	return []*model{layout, style, m}
}

// names are the fields that say what draws a model.
func names(module, name, viewModule, view string) map[string]any {
	return map[string]any{
		"_model_module": module, "_model_module_version": modules, "_model_name": name,
		"_view_module": viewModule, "_view_module_version": modules, "_view_name": view,
	}
}

// full is the state with the value as it is now.
func (m *model) full() map[string]any {
	state := maps.Clone(m.state)
	maps.Copy(state, m.values())
	return state
}

// values is the part of the state that the control holds.
func (m *model) values() map[string]any {
	if m.key == "" {
		return map[string]any{}
	}
	return map[string]any{m.key: m.control.Face().Value}
}

// update takes fields that a front end changed. They are echoed, so that other
// front ends follow; a value that the control did not take as it came is corrected.
func (m *model) update(state map[string]json.RawMessage, send Send) (err error) {
	send(method(m.id, "echo_update", asAny(state)))
	for field, raw := range state {
		if field != m.key {
			m.keep(field, raw)
			continue
		}
		if err = m.turn(raw); err != nil || !m.holds(raw) {
			send(update(m.id, m.values()))
		}
	}
	return err
}

// keep stores a field, such as a description, for front ends that come later. What
// draws a model does not change, and fields that we never set are front ends' own.
func (m *model) keep(field string, raw json.RawMessage) {
	if _, ours := m.state[field]; ours && field[0] != '_' {
		m.state[field] = raw
	}
}

// turn gives the control a value of the type that it has.
func (m *model) turn(raw json.RawMessage) error {
	to := reflect.New(reflect.TypeOf(m.control.Face().Value))
	if err := json.Unmarshal(raw, to.Interface()); err != nil || string(raw) == "null" {
		return fmt.Errorf("widget: %q at %.100s (want %s)", m.control.Face().Label, raw, to.Type().Elem())
	}
	return m.control.Turn(to.Elem().Interface())
}

// holds reports whether the control's value is raw.
func (m *model) holds(raw json.RawMessage) bool {
	to := reflect.New(reflect.TypeOf(m.control.Face().Value))
	return json.Unmarshal(raw, to.Interface()) == nil && to.Elem().Interface() == m.control.Face().Value
}

func asAny(state map[string]json.RawMessage) map[string]any {
	out := map[string]any{}
	for field, raw := range state {
		out[field] = raw
	}
	return out
}
