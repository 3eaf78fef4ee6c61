// Package hostile types random cells into one long session: valid ones, broken
// ones and ones that would end a process. Whatever they hold, the session stays
// alive, keeps its values, says where a cell is wrong and leaves no goroutine
// behind. It knows what a session promises and not what a cell gives, as opposed
// to package difftest, which compares that with compiled Go.
package hostile

import (
	"math/rand/v2"
	"testing"

	"graft/internal/golang"
	_ "graft/internal/golang/registry/std"
)

// shallow makes endless recursion short.
var shallow = golang.Options{MaxDepth: 3000}

// cells is how many are typed into a session.
const cells = 1000

// seeds is how many sessions TestCells has: more with the build tag full.
var seeds uint64 = 1

// TestCells types cells with fixed seeds.
func TestCells(t *testing.T) {
	for seed := range seeds {
		session(t, shallow, seed+1, cells)
	}
}

// session types n random cells into a new session.
func session(t *testing.T, opts golang.Options, seed uint64, n int) {
	t.Helper()
	g := &gen{Rand: rand.New(rand.NewPCG(seed, 0))}
	s := begin(t, opts)
	for i := range n {
		s.eval(g.cell())
		s.ask(g)
		if i%10 == 0 {
			s.alive()
		}
		if t.Failed() {
			t.Fatalf("seed %d, cell %d", seed, i)
		}
	}
	s.end(seed, n)
}

// TestShadowedNames gives the names that lowering and Go itself rely on another
// meaning, in a session for each.
func TestShadowedNames(t *testing.T) {
	for i, source := range shadows {
		g := &gen{Rand: rand.New(rand.NewPCG(uint64(i), 1))}
		s := begin(t, shallow)
		s.eval(cell{kind: "shadow", source: source})
		for range 6 {
			c := g.cell()
			c.valid = false
			s.eval(c)
			s.ask(g)
		}
		s.two()
		if t.Failed() {
			t.Fatalf("after %s", source)
		}
	}
}
