package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// paceLine is how fast the run is and what it needs.
func (b board) paceLine() string {
	parts := []piece{{weight: 3, text: b.speed()}}
	if b.Memory > 0 {
		parts = append(parts, piece{weight: 2, name: "memory", text: bytesOf(b.Memory)})
	}
	if b.Device > 0 {
		parts = append(parts, piece{weight: 1, name: "device", text: bytesOf(b.Device)})
	}
	if b.Elapsed > 0 {
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
	if room := b.width - visible(start); room >= 8 {
		return start + clip(words, room)
	}
	return clip("groups "+words, b.width)
}

// groupBar draws every group, or every few of them, in at most so many cells.
func (b board) groupBar(most int) string {
	n := len(b.Groups)
	cell, blank := min(most/n-1, 3), " "
	if cell < 2 {
		cell, blank = 1, ""
	}
	var bar []string
	for i, g := range b.Groups {
		switch {
		case n > most && i*most/n == (i+1)*most/n: // one cell for several groups
		case g.Trainable:
			bar = append(bar, b.k.paint(good, strings.Repeat("━", cell)))
		default:
			bar = append(bar, b.k.paint(muted, strings.Repeat("┄", cell)))
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
	var out []string
	for _, l := range wrap(oneLine(b.Note), b.width, b.notes) {
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

// spark draws values as at most n blocks of eight heights; several values share a
// block with their mean. Fewer than two finite values are nothing to draw.
func spark(values []float64, n int) string {
	n = min(n, len(values))
	low, high, found := math.Inf(1), math.Inf(-1), 0
	means := make([]float64, n)
	for i := range means {
		means[i] = mean(values[i*len(values)/n : (i+1)*len(values)/n])
		if finite(means[i]) {
			low, high, found = min(low, means[i]), max(high, means[i]), found+1
		}
	}
	if found < 2 {
		return ""
	}
	blocks := []rune("▁▂▃▄▅▆▇█")
	out := make([]rune, n)
	for i, v := range means {
		switch {
		case !finite(v):
			out[i] = ' '
		case high == low:
			out[i] = blocks[3]
		default:
			out[i] = blocks[int(math.Round((v-low)/(high-low)*float64(len(blocks)-1)))]
		}
	}
	return string(out)
}

// mean is that of the finite values, NaN without any.
func mean(values []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range values {
		if finite(v) {
			sum, n = sum+v, n+1
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// last is the last value that was measured, with decimals; "" for none.
func last(values []float64, decimals int) string {
	for _, v := range slices.Backward(values) {
		if !math.IsNaN(v) {
			return figure(v, decimals)
		}
	}
	return ""
}

// varied is values, or nothing if all are the same.
func varied(values []float64) []float64 {
	for _, v := range values {
		if v != values[0] {
			return values
		}
	}
	return nil
}

// bytesOf writes a size as people say it: 812 MB, 1.2 GB.
func bytesOf(n uint64) string {
	switch {
	case n >= 1e10:
		return fmt.Sprintf("%.0f GB", float64(n)/1e9)
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}

// visible is the width of s, which may hold colours, in terminal cells.
func visible(s string) int {
	n := 0
	for {
		before, rest, found := strings.Cut(s, "\x1b[")
		n += cells(before)
		if !found {
			return n
		}
		_, s, _ = strings.Cut(rest, "m")
	}
}
