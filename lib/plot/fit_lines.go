package plot

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// progressLine is how far the run has come.
func (b board) progressLine() string {
	tone := stateTone[b.State]
	var parts []piece
	add := func(weight int, when bool, format string, v ...any) {
		if when {
			parts = append(parts, piece{weight: weight, text: fmt.Sprintf(format, v...)})
		}
	}
	if b.State == Paused {
		parts = append(parts, piece{weight: 9, text: "paused", tone: tone})
	}
	add(8, b.Planned > 0, "epoch %d/%d", b.epoch(), b.Planned)
	add(7, b.Steps > 0, "step %d/%d", b.Step, b.Steps)
	add(5, b.Remaining > 0 && b.Status == "", "%s left", clock(b.Remaining))
	add(6, b.Status != "", "%s", b.Status)
	if len(parts) == 0 {
		parts = append(parts, piece{text: b.State.String()})
	}
	start, used := b.k.paint(tone, stateMark[b.State])+" ", 2
	if b.Planned > 0 {
		n := min(max(b.width/3, 4), 40)
		start, used = b.k.bar(b.fraction(), n, tone)+" ", n+1+2*one(b.k == plainInk)
	}
	if name := clip(b.Name, b.width/4); !b.title && name != "" && b.width >= 40 {
		start, used = b.k.paint(strong, name)+" "+start, used+cells(name)+1
	}
	return start + b.k.join(parts, "  ", b.width-used)
}

// figuresLine is the losses, metrics and learning rate with their way so far.
func (b board) figuresLine() string {
	n := min(max(b.width/9, 5), 14)
	var parts []piece
	add := func(weight int, name, value string, way []float64) {
		if value == "" {
			return
		}
		if s := b.k.spark(way, n); s != "" {
			name += " " + s
		}
		parts = append(parts, piece{weight: weight, name: name, text: value})
	}
	if len(b.Loss) > 0 {
		add(9, "loss", figure(b.Loss[len(b.Loss)-1], 4), b.Loss)
	}
	var valid, rates []float64
	for _, e := range b.Epochs {
		valid, rates = append(valid, e.ValidLoss), append(rates, e.LR)
	}
	add(6, "valid", last(valid, 4), valid)
	for i, name := range b.Metrics {
		var way []float64
		for _, e := range b.Epochs {
			if i < len(e.Metrics) {
				way = append(way, e.Metrics[i])
			}
		}
		add(8-min(i, 3), name, last(way, 3), way)
	}
	add(7, "lr", rate(b.LR), varied(append(rates, b.LR)))
	if len(parts) == 0 {
		return b.k.paint(muted, "no step is done yet")
	}
	return b.k.join(parts, "   ", b.width)
}

// paceLine is how fast the run is and what it needs.
func (b board) paceLine() string {
	parts := []piece{{weight: 3, text: b.speed()}}
	if b.Memory > 0 {
		parts = append(parts, piece{weight: 2, name: "memory", text: bytesOf(b.Memory)})
	}
	if b.Device > 0 {
		parts = append(parts, piece{weight: 1, name: "device", text: bytesOf(b.Device)})
	}
	if b.Elapsed >= time.Second { // before the first step the board stands still
		parts = append(parts, piece{weight: 0, name: "elapsed", text: clock(b.Elapsed)})
	}
	parts = slices.DeleteFunc(parts, func(p piece) bool { return p.text == "" })
	return b.k.join(parts, "   ", b.width)
}

// trained is a bar of the groups, from the input to the head, and the names of those
// that are trained.
func (b board) trained() string {
	var names []string
	for _, g := range b.Groups {
		if g.Trainable {
			names = append(names, g.Name)
		}
	}
	words := fmt.Sprintf("%d of %d trained", len(names), len(b.Groups))
	if len(names) > 0 && len(names) < len(b.Groups) {
		words += ": " + strings.Join(names, ", ")
	}
	start := b.k.paint(muted, "groups") + " " + b.groupBar(min(40, b.width*2/5)) + " "
	if room := b.width - cellsOf(start); room >= 8 {
		return start + clip(words, room)
	}
	return clip("groups "+words, b.width)
}

// groupBar draws every group, or every few of them, in at most so many cells.
func (b board) groupBar(most int) string {
	n, frozen, trained := len(b.Groups), "┄", "━"
	if b.k == plainInk {
		frozen, trained = ".", "#"
	}
	cell, blank := min(most/n-1, 3), " "
	if cell < 2 {
		cell, blank = 1, ""
	}
	var bar []string
	for i, g := range b.Groups {
		switch {
		case n > most && i*most/n == (i+1)*most/n: // one cell for several groups
		case g.Trainable:
			bar = append(bar, b.k.paint(good, strings.Repeat(trained, cell)))
		default:
			bar = append(bar, b.k.paint(muted, strings.Repeat(frozen, cell)))
		}
	}
	return strings.Join(bar, blank)
}

// remarked is the last of what was done to the run, and what is still to happen.
func (b board) remarked() []string {
	if b.remarks == 0 {
		return nil
	}
	var out []string
	for _, r := range b.Remarks[max(0, len(b.Remarks)-b.remarks):] {
		mark, t := "· ", muted
		if r.Bad {
			mark, t = "! ", bad
		}
		for i, l := range wrap(oneLine(r.Text), b.width-2, 3) {
			if i > 0 {
				mark = "  "
			}
			out = append(out, b.k.paint(t, mark+l))
		}
	}
	if len(b.Waiting) > 0 && !b.State.over() {
		out = append(out, b.k.paint(series(0), clip("› to come: "+oneLine(strings.Join(b.Waiting, ", ")), b.width)))
	}
	return out
}

// noted is the closing remark, in the colour of an error if it is one.
func (b board) noted() []string {
	if b.Note == "" || b.notes == 0 {
		return nil
	}
	t := muted
	if b.State == Failed {
		t = bad
	}
	lines := wrap(oneLine(b.Note), b.width, b.notes)
	if b.paged {
		lines = strings.Split(b.Note, "\n")
	}
	var out []string
	for _, l := range lines {
		out = append(out, b.k.paint(t, l))
	}
	return out
}

// marked is text behind the mark of the state, in at most so many lines.
func (b board) marked(text string, most int) []string {
	lines := wrap(text, b.width-2, most)
	for i, l := range lines {
		lines[i] = "  " + l
	}
	lines[0] = b.k.paint(stateTone[b.State], stateMark[b.State]) + lines[0][1:]
	return lines
}

// piece is a part of a line: a muted name and a value.
type piece struct {
	weight int // those of the least go first where there is no room
	text   string
	tone   tone
	name   string
}

func (p piece) cells() int { return cells(p.name) + one(p.name != "") + cells(p.text) }

// join makes a line of the weightiest pieces that fit into width; a single one that
// is longer is cut.
func (k ink) join(parts []piece, between string, width int) string {
	parts = slices.Clone(parts)
	total := func() int {
		n := len(between) * (len(parts) - 1)
		for _, p := range parts {
			n += p.cells()
		}
		return n
	}
	for len(parts) > 1 && total() > width {
		least := 0
		for i, p := range parts {
			if p.weight <= parts[least].weight {
				least = i
			}
		}
		parts = slices.Delete(parts, least, least+1)
	}
	var out []string
	for _, p := range parts {
		if p.cells() > width {
			p = piece{text: clip(strings.TrimSpace(p.name+" "+p.text), max(0, width)), tone: p.tone}
		}
		text := p.text
		if p.tone != "" {
			text = k.paint(p.tone, text)
		}
		if p.name != "" {
			text = k.paint(muted, p.name) + " " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, between)
}
