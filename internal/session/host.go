package session

import (
	"strings"

	"graft/internal/session/command"
	"graft/internal/session/event"
	"graft/internal/session/show"
	"graft/lib/display"
)

// valueWidth bounds a value in the list of variables, in characters.
const valueWidth = 60

// Vars lists the variables for :vars.
func (x *execution) Vars() []command.Var {
	in, err := x.s.interp()
	if err != nil {
		return nil
	}
	var list []command.Var
	for _, v := range in.Vars() {
		var text string
		if err := in.Do(x.env(), func() { text = show.Text(v.Value) }); err != nil {
			text = "(" + err.Error() + ")"
		}
		value, _, more := strings.Cut(text, "\n")
		if r := []rune(value); more || len(r) > valueWidth {
			value = string(r[:min(len(r), valueWidth)]) + "…"
		}
		list = append(list, command.Var{Name: v.Name, Type: v.Type, Value: value})
	}
	return list
}

// Reset forgets all names.
func (x *execution) Reset() error { return x.s.Reset() }

// History returns past cells that contain text.
func (x *execution) History(n int, text string) ([]string, error) {
	escape := strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]")
	entries, err := x.s.past().Search("*"+escape.Replace(text)+"*", n, false)
	var cells []string
	for _, e := range entries {
		cells = append(cells, e.Source)
	}
	return cells, err
}

// Show displays a bundle as output of the cell.
func (x *execution) Show(b display.Bundle) { x.out.Show(b) }

// Clear takes the output of the cell away.
func (x *execution) Clear(wait bool) { x.out.Put(event.ClearOutput{Wait: wait}) }

// Ask asks the user for a line.
func (x *execution) Ask(prompt string, secret bool) (string, error) {
	a, ok := x.stdin().(*asking)
	if !ok {
		return "", errNoInput
	}
	return a.ask(prompt, secret)
}
