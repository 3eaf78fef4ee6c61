package session

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"graft/internal/notebook"
	"graft/internal/session/command"
	"graft/internal/session/event"
)

// recorded bounds the outputs that a session keeps for :save, in bytes; beyond, the
// oldest cells lose theirs.
const recorded = 64 << 20

// record is what was run in a session, for :save. Its methods are safe for
// concurrent use.
type record struct {
	mu    sync.Mutex
	cells []*entry
	ids   map[string][]notebook.Output
	saved map[string]bool // files that the session has written
	limit int             // of all outputs, in bytes
}

func newRecord(limit int) *record {
	return &record{ids: map[string][]notebook.Output{}, saved: map[string]bool{}, limit: limit}
}

// entry is a cell that ran.
type entry struct {
	cell  *notebook.Cell
	aside bool // changes nothing for later cells
	size  int  // of what it printed, and of all its outputs once it has ended
}

// begin adds a cell and returns what takes its events before h does.
func (r *record) begin(source string, h event.Handler) (*entry, event.Handler) {
	_, _, question := question(source)
	e := &entry{cell: &notebook.Cell{Kind: notebook.Code, Source: source}, aside: question || command.Aside(source)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cells = append(r.cells, e)
	rec := e.cell.Record(r.ids)
	return e, func(ev event.Event) {
		r.mu.Lock()
		if e.fits(ev, r.limit) {
			rec.Add(ev)
		}
		r.mu.Unlock()
		h(ev)
	}
}

// fits reports whether ev is no text beyond the limit: a cell may print without end.
func (e *entry) fits(ev event.Event, limit int) bool {
	if text, ok := ev.(event.Stream); ok {
		e.size += len(text.Text)
		return e.size <= limit
	}
	return true
}

// end notes the number of a cell that ended and drops outputs that are too much.
func (r *record) end(e *entry, count int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.cell.Count = count
	e.size = weight(e.cell.Outputs)
	total := 0
	for i := len(r.cells) - 1; i >= 0; i-- {
		old := r.cells[i]
		if total += old.size; total > r.limit && old != e {
			notebook.Drop(old.cell.Outputs, r.ids)
			old.cell.Outputs, old.size = nil, 0
		}
	}
}

// weight is about how many bytes outputs take.
func weight(outputs []notebook.Output) (n int) {
	for _, out := range outputs {
		for _, v := range out {
			switch v := v.(type) {
			case []string:
				for _, s := range v {
					n += len(s)
				}
			case map[string]any:
				for _, x := range v {
					if raw, ok := x.(json.RawMessage); ok {
						n += len(raw)
					}
				}
			}
		}
	}
	return n
}

// notebook is a copy of the cells that ended, those apart that only look.
func (r *record) notebook() *notebook.Notebook {
	r.mu.Lock()
	defer r.mu.Unlock()
	nb := &notebook.Notebook{}
	for _, e := range r.cells {
		if e.aside || e.cell.Count == 0 {
			continue
		}
		c := *e.cell
		c.Outputs = make([]notebook.Output, len(e.cell.Outputs))
		for i, out := range e.cell.Outputs {
			c.Outputs[i] = maps.Clone(out) // what is printed and live displays still change it
			if text, ok := out["text"].([]string); ok {
				c.Outputs[i]["text"] = slices.Clone(text)
			}
		}
		nb.Cells = append(nb.Cells, &c)
	}
	return nb
}

// wrote notes a file that the session has written, and has reports on one.
func (r *record) wrote(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saved[path] = true
}

func (r *record) has(path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.saved[path]
}
