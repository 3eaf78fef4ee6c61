//go:build unix

package capture

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
)

type heard struct {
	mu   sync.Mutex
	text map[string]string
}

func (h *heard) take(stream string, text []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text[stream] += string(text)
}

// What native code writes, below Go's os.Stdout, arrives whole after Drain.
func TestCapture(t *testing.T) {
	h := &heard{text: map[string]string{}}
	c, err := Start(h.take)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("0123456789", 30000) // more than a pipe holds
	_, errWrite := syscall.Write(1, []byte("raw\n"))
	fmt.Fprint(os.Stdout, long)
	fmt.Fprint(os.Stderr, "warning\n")
	c.Drain()
	h.mu.Lock()
	out, errs := h.text["stdout"], h.text["stderr"]
	h.mu.Unlock()
	c.Close()
	if errWrite != nil || out != "raw\n"+long || errs != "warning\n" {
		t.Errorf("stdout %d bytes, stderr %q, %v", len(out), errs, errWrite)
	}
}

func TestDeliverFindsMarksAnywhere(t *testing.T) {
	stream := "one\x00two" + string(mark) + "three" + string(mark) + string(mark) + "four\x00"
	for cut := range len(stream) {
		h := &heard{text: map[string]string{}}
		c := &Capture{take: h.take}
		p := &pipe{name: "stdout"}
		p.waiter = sync.NewCond(&p.mu)
		rest := c.deliver(p, []byte(stream[:cut]))
		rest = c.deliver(p, append(rest, stream[cut:]...))
		if got := h.text["stdout"] + string(rest); got != "one\x00twothreefour\x00" || p.marks != 3 {
			t.Fatalf("cut at %d: %q, %d marks", cut, got, p.marks)
		}
	}
}
