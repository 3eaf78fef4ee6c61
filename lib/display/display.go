// Package display carries what a person looks at from the library to whichever
// front end is listening: a bundle of the same thing in several MIME types, and
// the sink that takes bundles. It is the meeting point of library and front
// ends, as opposed to package plot, which draws, and the kernel and repl
// packages, which show. It depends on the standard library only.
//
// A value that can be shown implements [Displayer]; a long-running call finds
// the sink of its cell in its context:
//
//	live := display.NewLive(display.From(ctx))
//	for step := range steps {
//		live.Update(table(step).Display())
//	}
package display

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

// MIME types that every front end of graft understands.
const (
	Text     = "text/plain"
	HTML     = "text/html"
	Markdown = "text/markdown"
	SVG      = "image/svg+xml"
	PNG      = "image/png"  // value: []byte, base64-encoded by the kernel
	JPEG     = "image/jpeg" // value: []byte, base64-encoded by the kernel
	// Terminal is text with ANSI colour and block graphics, at most 100 cells
	// wide. Only terminals read it; it falls back to [Text].
	Terminal = "text/x-ansi"
	// Widget is a control that the user can move, see package control. Front ends
	// without widgets fall back to the other types.
	Widget = "application/vnd.jupyter.widget-view+json"
)

// Bundle is one thing in several MIME types. Data holds strings, or []byte for
// binary types, or any JSON-encodable value for JSON types. A bundle that means
// to be seen carries at least [Text].
type Bundle struct {
	Data     map[string]any
	Metadata map[string]any
	// ID names a display that is updated in place later; empty for one-off ones.
	ID string
	// Draw, if set, fits the bundle to a terminal: to its width, and in pixels where
	// it shows them. It works when it is called, in any goroutine, so that to
	// make a bundle stays cheap. Terminals fall back to [Terminal] and [Text];
	// nobody else reads it.
	Draw func(Screen) []Part
	// Actions are what a person can do to a live display now. A display that has them
	// is at work; its last update has none.
	Actions []Action
}

// Plain returns a bundle of text alone.
func Plain(s string) Bundle { return Bundle{Data: map[string]any{Text: s}} }

// Displayer is a value with a picture of itself. Display must be cheap, must not
// change the value, and must be safe to call while the value is in use.
type Displayer interface{ Display() Bundle }

// Sink takes what a running cell shows. All methods are safe for concurrent use.
// Show and Update may drop intermediate updates of one ID when they come faster
// than the front end draws; the last update of each ID always arrives.
type Sink interface {
	// Show displays a new bundle. One with an ID can be updated later.
	Show(Bundle)
	// Update replaces, in place, every display of b.ID.
	Update(b Bundle)
	// Writer is where plain progress lines go when nothing better is possible.
	Writer() io.Writer
}

type sinkKey struct{}

// WithSink returns a context whose displays go to s.
func WithSink(ctx context.Context, s Sink) context.Context {
	return context.WithValue(ctx, sinkKey{}, s)
}

// From returns the sink of ctx; by default that of [SetDefault].
func From(ctx context.Context) Sink {
	if ctx != nil {
		if s, ok := ctx.Value(sinkKey{}).(Sink); ok {
			return s
		}
	}
	if s := byDefault.Load(); s != nil {
		return *s
	}
	return Lines(os.Stdout)
}

var byDefault atomic.Pointer[Sink]

// SetDefault makes s the sink of contexts that have none, for programs that are one
// display as a whole; see package gonb. Without it, [Text] lines are printed on the
// process's standard output.
func SetDefault(s Sink) { byDefault.Store(&s) }

// Lines returns a sink that prints the text of bundles to w. Updates print their
// "line" metadata (one short line, set by live objects) when there is one, so a
// fit in a log file is one line per epoch rather than a table per step.
func Lines(w io.Writer) Sink { return &lines{w: w} }

// LineKey is the metadata key under which a live bundle offers the one-line form
// of what changed since the update before; absent or empty means nothing worth a line.
const LineKey = "graft.line"

type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) Show(b Bundle) {
	if line, live := b.Metadata[LineKey]; live {
		l.print(line)
		return
	}
	l.print(b.Data[Text])
}

func (l *lines) Update(b Bundle) { l.print(b.Metadata[LineKey]) }

func (l *lines) Writer() io.Writer { return l.w }

func (l *lines) print(v any) {
	s, ok := v.(string)
	if !ok || s == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if s[len(s)-1] != '\n' {
		s += "\n"
	}
	_, _ = io.WriteString(l.w, s)
}

// Live is one display that is updated in place: the table and curves of a fit,
// the bar of a download.
type Live struct {
	sink  Sink
	id    string
	shown atomic.Bool
}

var liveCount atomic.Int64

// NewLive returns a live display on s with an ID unique in this process.
func NewLive(s Sink) *Live {
	return &Live{sink: s, id: fmt.Sprintf("graft-%d-%d", os.Getpid(), liveCount.Add(1))}
}

// Update shows b for the first time, or in place of what was shown before.
func (l *Live) Update(b Bundle) {
	b.ID = l.id
	if l.shown.CompareAndSwap(false, true) {
		l.sink.Show(b)
		return
	}
	l.sink.Update(b)
}
