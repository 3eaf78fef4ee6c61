package repl

import (
	"fmt"
	"sync"
	"testing"
)

// The view that was replaced may still be on the screen: its room counts.
func TestRoomIsTheLeastOfLate(t *testing.T) {
	p := newPrinter()
	if got := p.free(); got != 1 {
		t.Errorf("%d before the first view", got)
	}
	for _, c := range []struct{ add, want int }{{20, 20}, {5, 5}, {22, 5}, {8, 5}, {3, 3}, {-4, 1}} {
		p.setRoom(c.add)
		if got := p.free(); got != c.want {
			t.Errorf("after %d: %d, want %d", c.add, got, c.want)
		}
	}
}

func TestPrinterKeepsOrderAndHoldsCellsBack(t *testing.T) {
	p := newPrinter()
	var wg sync.WaitGroup
	const n = 5 * backlog
	wg.Go(func() {
		for i := range n {
			p.wait()
			p.add(fmt.Sprint(i))
		}
		p.close()
	})
	for i := range n {
		if block, ok := p.next(); !ok || block != fmt.Sprint(i) {
			t.Fatalf("block %d is %q", i, block)
		}
		p.mu.Lock()
		if len(p.queue) > backlog+1 {
			t.Fatalf("%d blocks wait", len(p.queue))
		}
		p.mu.Unlock()
	}
	wg.Wait()
	if _, ok := p.next(); ok {
		t.Error("a block after the end")
	}
}
