package hostile

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// gen makes random cells.
type gen struct {
	*rand.Rand
	n int
}

func pick[T any](g *gen, list []T) T { return list[g.IntN(len(list))] }

// cell returns the next cell.
func (g *gen) cell() cell {
	switch g.IntN(10) {
	case 0, 1, 2:
		return g.valid()
	case 3, 4, 5:
		return g.broken()
	case 6:
		return g.declaration()
	}
	return g.attack()
}

// fill replaces the marks of a template: # is a number that no other cell has, $ a
// small number
func (g *gen) fill(template string) string {
	g.n++
	small := g.IntN(6)
	var b strings.Builder
	for _, r := range template {
		switch r {
		case '#':
			fmt.Fprint(&b, g.n)
		case '$':
			fmt.Fprint(&b, small)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// valid is a cell that must not fail, whatever came before.
func (g *gen) valid() cell {
	parts := make([]string, 1+g.IntN(3))
	for i := range parts {
		parts[i] = g.fill(pick(g, valid))
		if strings.Contains(parts[i], "package") {
			return cell{kind: "valid", source: parts[i], valid: true}
		}
	}
	return cell{kind: "valid", source: strings.Join(parts, pick(g, []string{"\n", "\n\n", "\n// comment\n", "\r\n", "\n\t"})), valid: g.once(parts)}
}

// once reports whether no two parts define the same name.
func (g *gen) once(parts []string) bool { return len(parts) == 1 }

// declaration is one that may or may not be Go.
func (g *gen) declaration() cell {
	c := cell{kind: "declaration", source: g.fill(pick(g, declarations)), stop: time.Second}
	if g.IntN(4) == 0 {
		c.source += "\n" + g.fill(pick(g, uses))
	}
	return c
}

// attack is a statement that is meant to harm, somewhere in a cell.
func (g *gen) attack() cell {
	body, stop := g.fill(pick(g, attacks)), time.Duration(0)
	if g.IntN(4) == 0 {
		body, stop = g.fill(pick(g, endless)), time.Duration(1+g.IntN(8))*time.Millisecond
	}
	where := places
	if stop != 0 || strings.Contains(body, "select {}") {
		where = places[:len(places)-1] // what is left behind must end by itself
	}
	source := strings.ReplaceAll(g.fill(pick(g, where)), "BODY", body)
	if g.IntN(5) == 0 {
		source = strings.ReplaceAll(g.fill(pick(g, where[1:])), "BODY", source)
		if strings.Contains(source, "\ntype ") || strings.Contains(source, "\nfunc ") {
			return cell{kind: "attack", source: source, stop: time.Second} // may be no Go
		}
	}
	if stop == 0 && strings.Contains(source, "go ") {
		stop = 2 * time.Second
	}
	return cell{kind: "attack", source: source, stop: stop}
}
