package plot

import (
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
		for _, p := range list {
			all = append(all, parts(p, s)...)
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
