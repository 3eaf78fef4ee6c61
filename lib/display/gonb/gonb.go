// Package gonb makes the library show inside compiled cells of GoNB, the other Go
// kernel: tables, curves and pictures go through gonbui instead of being printed.
// It is one end of GoNB's pipes, as opposed to internal/session/gonbhost, which
// stands in for the other.
//
//	import "graft/lib/display/gonb"
//
//	%%
//	err := m.Fit(5)     // live, as in graft's own kernel
//	gonb.Show(m.Ledger())
//
// To import it is enough for what the library shows by itself. Each cell of GoNB is
// a program of its own, so that there is nothing to switch off; in a program that
// GoNB did not start the package does nothing.
package gonb

import (
	"context"
	"io"
	"maps"
	"os"
	"sync"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"graft/lib/display"
)

func init() {
	if gonbui.IsNotebook {
		display.SetDefault(Sink())
	}
}

// Show displays values under the cell: in GoNB the last expression of a cell is not
// shown by itself. Elsewhere it prints their text.
func Show(values ...display.Displayer) {
	sink := display.From(context.Background())
	for _, v := range values {
		sink.Show(v.Display())
	}
}

// Sink returns what sends bundles to GoNB, for display.WithSink. Every bundle has
// arrived when the call returns, so that no output is lost at the end of a cell.
func Sink() display.Sink { return sink{} }

type sink struct{}

// Show displays a new bundle.
func (sink) Show(b display.Bundle) { send(b) }

// Update replaces a display: GoNB knows its ID.
func (sink) Update(b display.Bundle) { send(b) }

// Writer is standard output, which GoNB shows under the cell.
func (sink) Writer() io.Writer { return os.Stdout }

var (
	sending sync.Mutex
	// process tells displays of this cell from those of another one whose process
	// had the same number.
	process = gonbui.UniqueId()
)

func send(b display.Bundle) {
	data := message(b)
	if len(data.Data) == 0 {
		return
	}
	sending.Lock()
	defer sending.Unlock()
	gonbui.SendData(data)
	gonbui.Sync()
}

// message is a bundle as gonbui sends it. It holds only what gob can encode: one
// bundle that it cannot would be the last one that gonbui sends.
func message(b display.Bundle) *protocol.DisplayData {
	m := &protocol.DisplayData{Data: map[protocol.MIMEType]any{}, Metadata: maps.Clone(b.Metadata)}
	for mime, v := range b.Data {
		if mime == display.Terminal || mime == display.Widget {
			continue
		}
		if plain(v) {
			m.Data[protocol.MIMEType(mime)] = v
		}
	}
	maps.DeleteFunc(m.Metadata, func(key string, v any) bool { return key == display.LineKey || !plain(v) })
	if b.ID != "" {
		m.DisplayID = process + "-" + b.ID
	}
	return m
}

// plain reports whether gob encodes v without being told of its type.
func plain(v any) bool {
	switch v.(type) {
	case string, []byte, bool, int, float64:
		return true
	}
	return false
}
