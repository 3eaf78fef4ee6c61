package event

import (
	"fmt"
	"io"
	"sync"
	"time"
	"unicode/utf8"

	"graft/lib/display"
)

const (
	// Throttle is the least time between two delivered updates of one display.
	Throttle = 100 * time.Millisecond
	// Batch is the longest time that printed text waits for more of it.
	Batch = 40 * time.Millisecond
	// DefaultLimit is how many bytes of text a cell may print.
	DefaultLimit = 1 << 20

	batchBytes = 10 << 10
)

// Output collects what one execution says and delivers it to a handler in order:
// text in batches, updates throttled, everything else at once. It outlives the
// execution, for goroutines that go on printing. Its methods are safe for
// concurrent use.
type Output struct {
	// EveryLine delivers all updates that have a line for plain output
	// ([display.LineKey]); set it before the first event.
	EveryLine bool

	handler Handler
	limit   int

	mu      sync.Mutex
	pieces  []piece           // text that waits, in order
	tail    map[string][]byte // by stream: the beginning of a character
	waiting map[string]display.Bundle
	last    map[string]time.Time
	printed int // bytes of text so far, dropped ones too
	// buffered counts the bytes in pieces.
	buffered int
	timer    *time.Timer

	deliver sync.Mutex // held around the handler; taken before mu
}

// piece is text in a row of one stream.
type piece struct {
	name string
	text []byte
}

// NewOutput returns an output that delivers to h. limit is the number of bytes of
// text after which the rest is dropped with one notice; 0 means [DefaultLimit],
// below 0 no limit.
func NewOutput(h Handler, limit int) *Output {
	if limit == 0 {
		limit = DefaultLimit
	}
	return &Output{
		handler: h, limit: limit,
		tail: map[string][]byte{}, waiting: map[string]display.Bundle{}, last: map[string]time.Time{},
	}
}

// Put delivers e after everything before it.
func (o *Output) Put(e Event) {
	o.deliver.Lock()
	defer o.deliver.Unlock()
	o.flush(false)
	o.handler(e)
}

// Flush delivers all text and all updates that are waiting.
func (o *Output) Flush() {
	o.deliver.Lock()
	defer o.deliver.Unlock()
	o.flush(false)
}

// Finish is Flush for the end of an execution: bytes that are no whole character
// are delivered too.
func (o *Output) Finish() {
	o.deliver.Lock()
	defer o.deliver.Unlock()
	o.flush(true)
}

// Show delivers a bundle.
func (o *Output) Show(b display.Bundle) {
	o.deliver.Lock()
	defer o.deliver.Unlock()
	o.flush(false)
	o.mark(b.ID)
	o.handler(Show{Bundle: b})
}

// Update delivers a bundle in place of an earlier one of its ID, unless another
// follows within [Throttle].
func (o *Output) Update(b display.Bundle) {
	if line, _ := b.Metadata[display.LineKey].(string); line != "" && o.EveryLine {
		o.Put(Update{Bundle: b})
		return
	}
	o.mu.Lock()
	o.waiting[b.ID] = b
	early := time.Since(o.last[b.ID]) < Throttle
	if early {
		o.arm(Throttle)
	}
	o.mu.Unlock()
	if !early {
		o.Flush()
	}
}

// Writer returns standard output; it is part of [display.Sink].
func (o *Output) Writer() io.Writer { return o.Stream(Stdout) }

// Stream returns the stream of a name.
func (o *Output) Stream(name string) io.Writer { return writer{o, name} }

func (o *Output) mark(id string) {
	if id == "" {
		return
	}
	o.mu.Lock()
	o.last[id] = time.Now()
	o.mu.Unlock()
}

// arm makes sure that a flush happens within d. o.mu is held.
func (o *Output) arm(d time.Duration) {
	if o.timer == nil {
		o.timer = time.AfterFunc(d, o.Flush)
	}
}

// flush hands over what is waiting. o.deliver is held.
func (o *Output) flush(all bool) {
	for _, e := range o.take(all) {
		o.handler(e)
	}
}

func (o *Output) take(all bool) []Event {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.timer != nil {
		o.timer.Stop()
		o.timer = nil
	}
	var out []Event
	for _, p := range o.pieces {
		if text := o.whole(p.name, p.text, false); text != "" {
			out = append(out, Stream{Name: p.name, Text: text})
		}
	}
	o.pieces, o.buffered = nil, 0
	if all {
		out = append(out, o.rest()...)
	}
	for id, b := range o.waiting {
		o.last[id] = time.Now()
		out = append(out, Update{Bundle: b})
	}
	clear(o.waiting)
	return out
}

// rest is what the streams end in besides whole characters.
func (o *Output) rest() (out []Event) {
	for _, name := range []string{Stdout, Stderr} {
		if text := o.whole(name, nil, true); text != "" {
			out = append(out, Stream{Name: name, Text: text})
		}
	}
	return out
}

// whole returns text up to its last whole character and keeps the rest for the
// next piece of the stream, unless this is the last one.
func (o *Output) whole(name string, text []byte, last bool) string {
	text = append(o.tail[name], text...)
	keep := 0
	if !last {
		keep = partial(text)
	}
	n := len(text) - keep
	o.tail[name] = append([]byte(nil), text[n:]...)
	return string(text[:n])
}

// partial is the number of bytes at the end of b that begin a character but do
// not finish it.
func partial(b []byte) int {
	for n := 1; n <= min(utf8.UTFMax-1, len(b)); n++ {
		tail := b[len(b)-n:]
		if utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

type writer struct {
	out  *Output
	name string
}

// Write never blocks on the front end for long and never fails.
func (w writer) Write(p []byte) (int, error) {
	if w.out.add(w.name, p) {
		w.out.Flush()
	}
	return len(p), nil
}

// add buffers p and reports whether it is time to deliver.
func (o *Output) add(name string, p []byte) (full bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p, over := o.allow(p)
	o.push(name, p)
	if over {
		o.push(Stderr, fmt.Appendf(nil, "\ngraft: the rest of this cell's text is dropped after %d bytes (write it to a file instead)\n", o.limit))
	}
	o.buffered += len(p)
	if o.buffered >= batchBytes {
		return true
	}
	if len(o.pieces) > 0 {
		o.arm(Batch)
	}
	return over
}

// allow cuts p at the limit; over is true once, when the limit is crossed.
func (o *Output) allow(p []byte) (kept []byte, over bool) {
	if o.limit < 0 {
		return p, false
	}
	room := max(0, o.limit-o.printed)
	over = o.printed <= o.limit && len(p) > room
	o.printed += len(p)
	return p[:min(len(p), room)], over
}

func (o *Output) push(name string, p []byte) {
	if len(p) == 0 {
		return
	}
	if n := len(o.pieces); n > 0 && o.pieces[n-1].name == name {
		o.pieces[n-1].text = append(o.pieces[n-1].text, p...)
		return
	}
	o.pieces = append(o.pieces, piece{name, append([]byte(nil), p...)})
}
