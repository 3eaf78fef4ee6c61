// Package widget speaks ipywidgets' messaging protocol, version 2.1: it turns the
// controls of bundles into the models that front ends draw, and the front ends'
// messages into turns of the controls. It knows comms as data, as opposed to
// package kernel, which sends them, and to package control, which knows no protocol.
//
//	table := widget.New(send)              // for what the program changes
//	table.Show(bundle, send)               // comm_open of the controls in a bundle
//	err := table.Message(id, data, send)   // comm_msg of a front end
package widget

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"graft/lib/display"
	"graft/lib/display/control"
)

// The comm targets of the protocol.
const (
	Target  = "jupyter.widget"         // a comm for each model, opened by us
	Control = "jupyter.widget.control" // opened by front ends that ask for all models
)

// version of the protocol, as comm_open names it.
const version = "2.1.0"

// Message is a comm message to all front ends.
type Message struct {
	Kind   string // "comm_open", "comm_msg" or "comm_close"
	ID     string // of the comm
	Target string // of comm_open
	Data   any
	Meta   any // nil for none
}

// Send takes the messages that a call leads to, in order.
type Send func(Message)

// Table holds the open comms. Its methods are safe for concurrent use.
type Table struct {
	push Send

	mu     sync.Mutex // held while messages are sent: their order is that of the changes
	models map[string]*model
	order  []string        // of the models, as they were opened
	asking map[string]bool // comms of front ends that ask for all models
}

// New returns an empty table; push takes what the program's changes of controls
// lead to.
func New(push Send) *Table {
	return &Table{push: push, models: map[string]*model{}, asking: map[string]bool{}}
}

// Show opens the comms of the control in b, if it holds one that has none yet.
func (t *Table) Show(b display.Bundle, send Send) {
	v, ok := b.Data[display.Widget].(control.View)
	if !ok {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.models[v.Face().ID] != nil {
		return
	}
	list := models(v.Control)
	for _, m := range list {
		t.models[m.id] = m
		t.order = append(t.order, m.id)
		send(Message{
			Kind: "comm_open", ID: m.id, Target: Target, Meta: map[string]string{"version": version},
			Data: map[string]any{"state": m.full(), "buffer_paths": []any{}},
		})
	}
	m := list[len(list)-1]
	m.stop = v.Watch(func() { t.changed(m) })
}

// changed tells front ends a value that the program set.
func (t *Table) changed(m *model) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.models[m.id] == m && m.key != "" {
		t.push(update(m.id, m.values()))
	}
}

func update(id string, state map[string]any) Message { return method(id, "update", state) }

func method(id, name string, state map[string]any) Message {
	return Message{Kind: "comm_msg", ID: id, Data: map[string]any{"method": name, "state": state, "buffer_paths": []any{}}}
}

// Open takes a comm_open of a front end. A target other than [Control] is closed.
func (t *Table) Open(id, target string, send Send) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case target == Control:
		t.asking[id] = true
	case target == Target && t.models[id] != nil: // a front end that comes back
	default:
		send(Message{Kind: "comm_close", ID: id, Data: struct{}{}})
	}
}

// Close takes a comm_close of a front end.
func (t *Table) Close(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.asking, id)
	m := t.models[id]
	if m == nil {
		return
	}
	if m.stop != nil {
		m.stop()
	}
	delete(t.models, id)
	t.order = slices.DeleteFunc(t.order, func(s string) bool { return s == id })
}

// Info lists the open comms of a target, "" for all, as comm_info_reply does.
func (t *Table) Info(target string) map[string]any {
	t.mu.Lock()
	defer t.mu.Unlock()
	comms := map[string]any{}
	for id := range t.models {
		if target == "" || target == Target {
			comms[id] = map[string]string{"target_name": Target}
		}
	}
	for id := range t.asking {
		if target == "" || target == Control {
			comms[id] = map[string]string{"target_name": Control}
		}
	}
	return comms
}

// received is the data of a front end's comm_msg.
type received struct {
	Method string                     `json:"method"`
	State  map[string]json.RawMessage `json:"state"`
	// Content is what a button sends: {"event": "click"}.
	Content struct {
		Event string `json:"event"`
	} `json:"content"`
}

// Message takes a comm_msg of a front end. One for a comm that is not open is
// ignored.
func (t *Table) Message(id string, data []byte, send Send) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := t.models[id]
	if m == nil && !t.asking[id] {
		return nil
	}
	var r received
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("widget: message to comm %s: %w", id, err)
	}
	switch {
	case m == nil && r.Method == "request_states":
		send(Message{Kind: "comm_msg", ID: id, Data: map[string]any{"method": "update_states", "states": t.states(), "buffer_paths": []any{}}})
	case m == nil:
	case r.Method == "request_state":
		send(update(id, m.full()))
	case r.Method == "custom" && r.Content.Event == "click" && m.control != nil:
		return m.control.Turn(nil)
	case r.Method == "update":
		return m.update(r.State, send)
	}
	return nil
}

// states describes all models, for a front end that has lost its own.
func (t *Table) states() map[string]any {
	states := map[string]any{}
	for _, id := range t.order {
		m := t.models[id]
		states[id] = map[string]any{
			"model_name": m.state["_model_name"], "model_module": m.state["_model_module"],
			"model_module_version": m.state["_model_module_version"], "state": m.full(),
		}
	}
	return states
}
