//go:build unix

package repl

import (
	"strings"
	"testing"
)

// Text comes out whole, wherever the pipe cuts it and the mark of drain.
func TestDeliver(t *testing.T) {
	stream := "one\x00two" + mark + "three" + mark + mark + "four\x00"
	for cut := range len(stream) {
		s := &seized{drained: make(chan struct{}, 64)}
		var out strings.Builder
		take := func(text string) { out.WriteString(text) }
		rest := s.deliver([]byte(stream[:cut]), take)
		rest = s.deliver(append(rest, stream[cut:]...), take)
		out.Write(rest)
		if out.String() != "one\x00twothreefour\x00" || len(s.drained) != 3 {
			t.Fatalf("cut at %d: %q and %d marks", cut, out.String(), len(s.drained))
		}
	}
}
