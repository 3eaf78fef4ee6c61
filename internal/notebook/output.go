package notebook

import (
	"slices"

	"graft/internal/session/event"
	"graft/lib/display"
)

// Output is one output of a code cell, as the file format has it.
type Output map[string]any

// Recorder collects the outputs of a cell that runs now. Its methods are for one
// goroutine at a time.
type Recorder struct {
	cell *Cell
	ids  map[string][]Output // displays by ID, of all cells of one run
	wait bool                // clear at the next output
}

// Record empties the cell's outputs and returns what fills them. ids is shared by
// the cells of one run: an update reaches displays of earlier cells.
func (c *Cell) Record(ids map[string][]Output) *Recorder {
	c.Outputs, c.Count = []Output{}, 0
	return &Recorder{cell: c, ids: ids}
}

// Add takes one event.
func (r *Recorder) Add(e event.Event) {
	switch e := e.(type) {
	case event.Stream:
		r.stream(e)
	case event.Show:
		data, meta := saved(e.Bundle)
		out := Output{"output_type": "display_data", "data": data, "metadata": meta}
		r.add(out)
		if e.Bundle.ID != "" {
			r.ids[e.Bundle.ID] = append(r.ids[e.Bundle.ID], out)
		}
	case event.Update:
		for _, out := range r.ids[e.Bundle.ID] {
			out["data"], out["metadata"] = saved(e.Bundle)
		}
	case event.Result:
		data, meta := saved(e.Bundle)
		r.cell.Count = e.Count
		r.add(Output{"output_type": "execute_result", "execution_count": e.Count, "data": data, "metadata": meta})
	case event.Page:
		data, meta := saved(e.Bundle)
		r.add(Output{"output_type": "display_data", "data": data, "metadata": meta})
	case event.Error:
		r.add(Output{"output_type": "error", "ename": e.Name, "evalue": e.Value, "traceback": e.Traceback})
	case event.ClearOutput:
		r.wait = e.Wait
		if !e.Wait {
			r.clear()
		}
	}
}

// saved is a bundle as a file has it: a control without the kernel that answers it
// is its text.
func saved(b display.Bundle) (data, metadata map[string]any) {
	data, metadata = event.JSON(b)
	delete(data, display.Widget)
	return data, metadata
}

func (r *Recorder) add(out Output) {
	if r.wait {
		r.clear()
	}
	r.cell.Outputs = append(r.cell.Outputs, out)
}

func (r *Recorder) clear() {
	Drop(r.cell.Outputs, r.ids)
	r.cell.Outputs, r.wait = []Output{}, false
}

// Drop takes outputs that no cell has any more out of ids, and empties them.
func Drop(outputs []Output, ids map[string][]Output) {
	if len(outputs) == 0 {
		return
	}
	for _, out := range outputs {
		clear(out)
	}
	for id, list := range ids {
		ids[id] = slices.DeleteFunc(list, func(out Output) bool { return len(out) == 0 })
		if len(ids[id]) == 0 {
			delete(ids, id)
		}
	}
}

// stream joins text in a row of one stream.
func (r *Recorder) stream(e event.Stream) {
	if n := len(r.cell.Outputs); n > 0 && !r.wait {
		last := r.cell.Outputs[n-1]
		if before, ok := last["text"].([]string); ok && len(before) > 0 && last["name"] == e.Name {
			end := len(before) - 1 // a line that may go on; those before it are not touched again
			last["text"] = append(before[:end], lines(before[end]+e.Text)...)
			return
		}
	}
	r.add(Output{"output_type": "stream", "name": e.Name, "text": lines(e.Text)})
}
