package plot

import (
	"slices"
	"strings"

	"graft/lib/display"
)

// Stack puts bundles one below the other in a single bundle. Those without HTML
// or terminal text are represented by their plain text.
func Stack(list ...display.Bundle) display.Bundle {
	var plain, terminal, html []string
	for _, p := range list {
		plain = append(plain, pick(p, display.Text))
		terminal = append(terminal, pick(p, display.Terminal, display.Text))
		if h := pick(p, display.HTML, display.SVG); h != "" {
			html = append(html, h)
		} else {
			html = append(html, pre(pick(p, display.Text)))
		}
	}
	b := bundle(strings.Join(plain, "\n"), strings.Join(terminal, "\n"), strings.Join(html, "\n"))
	return drawn(b, func(s display.Screen) (all []display.Part) {
		for i, p := range list {
			next := parts(p, s)
			if i > 0 && slices.ContainsFunc(next, func(p display.Part) bool { return p.Image != nil }) {
				all = append(all, display.Part{}) // a line above images
			}
			all = append(all, next...)
		}
		return all
	})
}

// pick returns the first of mimes that b holds as text.
func pick(b display.Bundle, mimes ...string) string {
	for _, m := range mimes {
		if s, ok := b.Data[m].(string); ok && s != "" {
			return s
		}
	}
	return ""
}
